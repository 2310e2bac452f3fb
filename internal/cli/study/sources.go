package study

import (
	"context"
	"encoding/json"
	"os"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// end ends a study's workflow, and those of its data sets with it: cells write a checkpoint, and what is done stays.
func (a *app) end(ctx context.Context, study string) error {
	s, err := a.Open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Client.TerminateWorkflow(ctx, ziplaw.WorkflowID(study), "", "files of the study have changed")
}

// runWithoutSources shows a study that has finished, where its files can't be read any more: nothing of them is needed. It is false
// where there is no finished version of the same spec.
func (a *app) runWithoutSources(ctx context.Context, study ziplaw.Study, why error) (shown bool, err error) {
	if !ofFiles(study) {
		return false, nil
	}
	if _, err := os.Stat(a.Flags.DataDir); err != nil && !a.Flags.Connect {
		return false, nil //nolint:nilerr // no study has run here
	}
	s, err := a.Open(ctx)
	if err != nil {
		return false, nil //nolint:nilerr // what is wrong with the spec is the answer
	}
	defer s.Close()
	v, found, err := finishedSpec(ctx, s, study)
	if err != nil || !found {
		return false, err
	}
	if err := s.States().Believe(ctx, v); err != nil { // without its files it can't be made again
		return false, err
	}
	a.Note("the study's files aren't what they were: %v", why)
	a.Note("it has finished before; this is what it found")
	return true, a.showFinished(ctx, s, v)
}

func ofFiles(s ziplaw.Study) bool {
	return slices.ContainsFunc(s.DataSets(), ziplaw.DataSet.ReadsFiles)
}

// finishedSpec finds the newest finished version of a spec, whatever its files hold now.
func finishedSpec(ctx context.Context, s *console.Session, study ziplaw.Study) (ziplaw.StudyVersion, bool, error) {
	return newestFinished(ctx, s, study.Name, func(_ ziplaw.Key, theirs ziplaw.Study) (bool, error) {
		if !study.Pinned() && theirs.OnCUDA() {
			theirs.Numerics = study.Numerics
		}
		return sameJSON(theirs, study)
	})
}

func sameJSON(a, b ziplaw.Study) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return string(x) == string(y), err
}
