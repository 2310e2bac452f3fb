package trust

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/cli/study"
	"github.com/ziplaw/ziplaw/internal/lineage"
	"github.com/ziplaw/ziplaw/internal/plan"
)

// mostRounds is more than there are steps from a report to a document.
const mostRounds = 8

// repair verifies a study, takes away what is wrong, and runs the versions that it belonged to again. It does so in rounds, since
// what stands behind a record that can't be read is seen when the record is there again, and ends when a round finds nothing
// that no round before has found.
func (a *app) repair(ctx context.Context, name string) error {
	var wrong []lineage.Problem
	var order []verified
	for round := 1; ; round++ {
		found, news, err := a.takeAway(ctx, name, order, wrong)
		if err != nil {
			return err
		}
		if order == nil {
			order = found
		}
		if len(news) == 0 || round > mostRounds {
			now := merged(name, found)
			now.Problems = append(repaired(wrong, now.Problems), now.Problems...)
			return a.showVerification(now)
		}
		wrong = append(wrong, news...)
		for _, v := range slices.Backward(found) {
			if len(v.Problems) > 0 {
				if err := a.makeAgain(ctx, name, v.spec); err != nil {
					return err
				}
			}
		}
	}
}

// keepOrder files versions once more in the order that they had: the one that was filed last is the newest.
func keepOrder(ctx context.Context, s *console.Session, study string, versions []verified) error {
	for _, v := range slices.Backward(versions) {
		b, found, err := s.Store.GetStudy(ctx, study, string(v.version))
		if err == nil && found {
			err = s.Store.PutStudy(ctx, study, string(v.version), b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// repaired are the problems that aren't there any more.
func repaired(before, now []lineage.Problem) (all []lineage.Problem) {
	all = fresh(before, now)
	for i := range all {
		all[i].Repaired = true
	}
	return all
}

// fresh are the problems that weren't there before.
func fresh(now, before []lineage.Problem) (all []lineage.Problem) {
	known := map[string]bool{}
	for _, p := range before {
		known[p.ID] = true
	}
	for _, p := range now {
		if !known[p.ID] {
			all = append(all, p)
		}
	}
	return all
}

// takeAway brings versions back into their order, verifies them, and where there is something wrong that no round before has found
// it repairs what can be without a run.
func (a *app) takeAway(ctx context.Context, name string, order []verified, before []lineage.Problem) (found []verified, news []lineage.Problem, err error) {
	s, err := a.Open(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer s.Close()
	if err := keepOrder(ctx, s, name, order); err != nil {
		return nil, nil, err
	}
	if found, err = a.verifyAll(ctx, s, name); err != nil {
		return nil, nil, err
	}
	if news = fresh(merged(name, found).Problems, before); len(news) == 0 {
		return found, nil, nil
	}
	for _, v := range found {
		if err := a.takeAwayOf(ctx, s, name, v); err != nil {
			return nil, nil, err
		}
	}
	return found, news, nil
}

func (a *app) takeAwayOf(ctx context.Context, s *console.Session, name string, v verified) error {
	inStore := storeProblems(v.Problems)
	if len(inStore) == 0 {
		return nil
	}
	a.Note("%s: %d problem%s", v.version.Short(), len(inStore), console.Plural(len(inStore)))
	if v.spec == nil { // the study's own file has it
		return &ziplaw.Error{Code: ziplaw.CodeCorruptArtifact, Message: "the spec of study " + name + " can't be read: " + inStore[0].String(),
			Hint: "run the spec's file again: what is damaged is then made again"}
	}
	_, err := lineage.Repair(ctx, s.Store, name, v.version, inStore)
	return err
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
func (a *app) makeAgain(ctx context.Context, name string, spec *ziplaw.Study) error {
	if _, err := plan.Check(ctx, *spec, plan.Room{}); err != nil {
		return &ziplaw.Error{Code: ziplaw.CodeSourcesChanged, Message: "what is damaged of study " + name + " can't be made again: " + ziplaw.AsError(err).Error(),
			Hint: "bring the files of its data sets back, or run the study with the files that there are"}
	}
	return study.RunTo(ctx, a.App, *spec, func(ctx context.Context, s *console.Session, v ziplaw.StudyVersion) error {
		_, err := study.WriteReport(ctx, s, v, a.ReportDir(name))
		return err
	})
}
