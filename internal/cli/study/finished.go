package study

import (
	"context"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/plan"
)

// finishedVersion finds the version of a planned study that has finished. A study that leaves the kind of device open has one for
// each kind that it was pinned to; the newest one answers.
func finishedVersion(ctx context.Context, s *console.Session, p *plan.Plan) (v ziplaw.StudyVersion, found bool, err error) {
	if p.Study.Pinned() {
		return activities.FinishedVersion(ctx, s.Store, p.Study.Name, p.Version)
	}
	return newestFinished(ctx, s, p.Study.Name, func(version ziplaw.Key, theirs ziplaw.Study) (bool, error) {
		return pinnedTo(ctx, p.Study, version, theirs)
	})
}

// settled is the version of a planned study that has finished and can be believed. What is damaged of it is named, and made again
// by the run that follows.
func (a *app) settled(ctx context.Context, s *console.Session, p *plan.Plan) (v ziplaw.StudyVersion, found bool, err error) {
	version := p.Version
	if !p.Study.Pinned() {
		if v, found, err = finishedVersion(ctx, s, p); err != nil || !found {
			return v, false, err
		}
		version = v.Result.Version
	}
	v, found, damaged, err := activities.Settle(ctx, s.Store, p.Study.Name, version)
	for _, problem := range damaged {
		a.Note("damaged since it finished, and made again: %s", problem)
	}
	return v, found, err
}

// pinnedTo says whether a finished version is what a study that leaves the kind of device open was pinned to.
func pinnedTo(ctx context.Context, study ziplaw.Study, version ziplaw.Key, theirs ziplaw.Study) (bool, error) {
	if !theirs.OnCUDA() || theirs.Precision != study.Precision {
		return false, nil
	}
	study.Numerics = theirs.Numerics
	p, err := plan.Check(ctx, study, plan.Room{}) // its files may have changed since
	return err == nil && p.Version == version, err
}

// newestFinished finds the newest finished version of a study's name that is wanted, by its key and its spec.
func newestFinished(ctx context.Context, s *console.Session, study string, wanted func(ziplaw.Key, ziplaw.Study) (bool, error)) (v ziplaw.StudyVersion, found bool, err error) {
	versions, err := s.Store.Versions(ctx, study)
	if err != nil {
		return v, false, err
	}
	for _, stored := range versions {
		version := ziplaw.Key(stored.Version)
		v, found, err = activities.FinishedVersion(ctx, s.Store, study, version)
		if err != nil {
			return v, false, err
		}
		if !found {
			continue
		}
		var theirs ziplaw.Study
		if err := s.Store.GetJSON(ctx, v.Spec, &theirs); err != nil {
			return v, false, err
		}
		if found, err = wanted(version, theirs); err != nil || found {
			return v, found, err
		}
	}
	return ziplaw.StudyVersion{}, false, nil
}
