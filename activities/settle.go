package activities

import (
	"context"
	"encoding/json"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/lineage"
	"github.com/ziplaw/ziplaw/internal/store"
)

// FinishedVersion finds a version of a study that has finished and has nothing left to do: no cell failed, and the
// records that lead to its numbers name nothing that is gone. It doesn't read what they name: Settle does.
func FinishedVersion(ctx context.Context, st *store.Store, name string, version ziplaw.Key) (v ziplaw.StudyVersion, found bool, err error) {
	v, found, damaged, err := filed(ctx, st, name, version)
	if err != nil || !found || damaged != nil || v.Result.Cells.Failed > 0 {
		return v, false, err
	}
	whole, err := st.Whole(ctx, v.Records()...)
	return v, whole, err
}

// settling bounds the reading of what an answer rests on beside records and the report, as ziplaw verify reads all of it.
const settling = 3 * time.Second

// Settle finds a version of a study that has finished, and checks what it answers with: every record, the report, the numbers
// against the records, and as many other artifacts as can be read in some seconds. What is damaged is taken away or put right, and
// returned: the study then hasn't finished, unless only entries were wrong, and its next run makes it again.
func Settle(ctx context.Context, st *store.Store, name string, version ziplaw.Key) (v ziplaw.StudyVersion, found bool, damaged []lineage.Problem, err error) {
	v, found, damaged, err = filed(ctx, st, name, version)
	if err != nil || !found || damaged == nil && v.Result.Cells.Failed > 0 {
		return v, false, nil, err
	}
	if damaged == nil {
		checked, err := lineage.Verify(ctx, st, v, lineage.Options{Artifacts: settling})
		if err != nil || checked.State == lineage.Clean {
			return v, err == nil, nil, err
		}
		damaged = checked.Problems
	}
	remake, err := lineage.Repair(ctx, st, name, version, damaged)
	return v, err == nil && !remake, damaged, err
}

// filed reads a finished version. One that is no JSON of ours is damaged.
func filed(ctx context.Context, st *store.Store, name string, version ziplaw.Key) (v ziplaw.StudyVersion, found bool, damaged []lineage.Problem, err error) {
	b, found, err := st.GetStudy(ctx, name, string(version))
	if err != nil || !found {
		return v, false, nil, err
	}
	if err := json.Unmarshal(b, &v); err != nil {
		damaged = []lineage.Problem{lineage.Unreadable(name, version, err)}
	}
	return v, true, damaged, nil
}
