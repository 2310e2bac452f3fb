package lineage

import (
	"context"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/store"
)

// Repair takes away what Verify has found to be wrong in a finished version of a study, so that the next run of the study makes
// it again, with everything that went on from it. An entry that lost its way is put right. Problems say then that they are
// repaired. Remake says that the version is gone, too: a run files it again when everything is there.
func Repair(ctx context.Context, st *store.Store, study string, version ziplaw.Key, problems []Problem) (remake bool, err error) {
	bad := map[ziplaw.ArtifactID]bool{}
	for _, p := range problems {
		bad[ziplaw.ArtifactID(p.ID)] = true
	}
	for i := range problems {
		p := &problems[i]
		switch {
		case p.record != "" && !bad[p.record]:
			err = st.Restore(ctx, p.record)
		case ziplaw.ArtifactID(p.ID).Validate() == nil:
			remake, err = true, st.Remove(ctx, ziplaw.ArtifactID(p.ID))
		default:
			remake = true
		}
		if err != nil {
			return remake, err
		}
		p.Repaired = true
	}
	if remake {
		err = st.RemoveStudy(ctx, study, string(version))
	}
	return remake, err
}

// Unreadable is the problem of a finished version that is no JSON of ours.
func Unreadable(study string, version ziplaw.Key, err error) Problem {
	return Problem{ID: store.StudyName(study, string(version)), Problem: err.Error(), State: Tampered, Role: "result", Label: study}
}
