package cli

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/lineage"
	"github.com/ziplaw/ziplaw/internal/plan"
)

// repair verifies a study, takes away what is wrong, runs the versions that it belonged to again, and verifies once more.
func (a *app) repair(ctx context.Context, study string) error {
	found, err := a.takeAway(ctx, study)
	if err != nil {
		return err
	}
	for _, v := range slices.Backward(found) {
		if len(v.Problems) > 0 {
			if err := a.makeAgain(ctx, study, v.spec); err != nil {
				return err
			}
		}
	}
	s, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	if err := keepOrder(ctx, s, study, found); err != nil {
		return err
	}
	after, err := a.verifyAll(ctx, s, study)
	if err != nil {
		return err
	}
	now, before := merged(study, after), merged(study, found)
	now.Problems = append(repaired(before.Problems, now.Problems), now.Problems...)
	return a.showVerification(now)
}

// keepOrder files versions once more in the order that they had: the one that was filed last is the newest.
func keepOrder(ctx context.Context, s *session, study string, versions []verified) error {
	for _, v := range slices.Backward(versions) {
		b, found, err := s.store.GetStudy(ctx, study, string(v.version))
		if err == nil && found {
			err = s.store.PutStudy(ctx, study, string(v.version), b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// repaired are the problems that aren't there any more.
func repaired(before, now []lineage.Problem) (all []lineage.Problem) {
	left := map[string]bool{}
	for _, p := range now {
		left[p.ID] = true
	}
	for _, p := range before {
		if p.Repaired = !left[p.ID]; p.Repaired {
			all = append(all, p)
		}
	}
	return all
}

// takeAway verifies all versions, and repairs what can be without a run.
func (a *app) takeAway(ctx context.Context, study string) ([]verified, error) {
	s, err := a.open(ctx)
	if err != nil {
		return nil, err
	}
	defer s.close()
	found, err := a.verifyAll(ctx, s, study)
	if err != nil {
		return nil, err
	}
	for _, v := range found {
		inStore := storeProblems(v.Problems)
		if len(inStore) == 0 {
			continue
		}
		a.note("%s: %d problem%s", v.version.Short(), len(inStore), plural(len(inStore)))
		if v.spec == nil { // the study's own file has it
			return nil, &ziplaw.Error{Code: ziplaw.CodeCorruptArtifact, Message: "the spec of study " + study + " can't be read: " + inStore[0].String(),
				Hint: "run the spec's file again: what is damaged is then made again"}
		}
		if _, err := lineage.Repair(ctx, s.store, study, v.version, inStore); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// storeProblems leaves out files in the data folder, which a run writes anew.
func storeProblems(all []lineage.Problem) (some []lineage.Problem) {
	for _, p := range all {
		if !filepath.IsAbs(p.ID) {
			some = append(some, p)
		}
	}
	return some
}

// makeAgain runs a version's spec to its end.
func (a *app) makeAgain(ctx context.Context, study string, spec *ziplaw.Study) error {
	if _, err := plan.Check(ctx, *spec, plan.Room{}); err != nil {
		return &ziplaw.Error{Code: ziplaw.CodeSourcesChanged, Message: "what is damaged of study " + study + " can't be made again: " + ziplaw.AsError(err).Error(),
			Hint: "bring the files of its data sets back, or run the study with the files that there are"}
	}
	return a.runTo(ctx, *spec, func(ctx context.Context, s *session, v ziplaw.StudyVersion) error {
		_, err := a.writeReport(ctx, s, v, a.reportDir(study))
		return err
	})
}
