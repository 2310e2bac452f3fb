package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/lineage"
	"github.com/ziplaw/ziplaw/internal/plan"
)

// finished is the newest finished version of a study; false where there is none.
func (s *session) finished(ctx context.Context, study string) (v ziplaw.StudyVersion, found bool, err error) {
	versions, err := s.store.Versions(ctx, study)
	if err != nil || len(versions) == 0 {
		return v, false, err
	}
	b, found, err := s.store.GetStudy(ctx, study, versions[0].Version)
	if err != nil || !found {
		return v, false, err
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return v, false, fmt.Errorf("study %s version %s: %w", study, versions[0].Version, err)
	}
	return v, true, nil
}

// mustBeFinished is the newest finished version of a study, or an error that says what to do.
func (s *session) mustBeFinished(ctx context.Context, study string) (ziplaw.StudyVersion, error) {
	v, found, err := s.finished(ctx, study)
	if err != nil || found {
		return v, err
	}
	info, err := s.describe(ctx, study)
	if err != nil {
		return v, err
	}
	if info != nil {
		return v, &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("study %s has no finished version yet", study),
			Hint: "see ziplaw status " + study}
	}
	return v, noStudy(study)
}

// mustBelieve is the newest finished version of a study whose numbers are those of its records. Others aren't shown.
func (s *session) mustBelieve(ctx context.Context, study string) (ziplaw.StudyVersion, error) {
	v, err := s.mustBeFinished(ctx, study)
	if notJSON(err) {
		return v, tampered(study, "its finished version can't be read: "+err.Error())
	}
	if err != nil {
		return v, err
	}
	return v, s.believe(ctx, v)
}

// believe compares a finished version's numbers with its records.
func (s *session) believe(ctx context.Context, v ziplaw.StudyVersion) error {
	found, err := lineage.Verify(ctx, s.store, v, lineage.Options{Numbers: true})
	if err != nil || len(found.Problems) == 0 {
		return err
	}
	return tampered(v.Result.Study, found.Problems[0].String()+andMore(len(found.Problems)-1))
}

// tampered is the error of a finished study that isn't what its records say.
func tampered(study, what string) error {
	return &ziplaw.Error{Code: ziplaw.CodeCorruptArtifact, Message: fmt.Sprintf("study %s isn't what it was when it finished: %s", study, what),
		Hint: fmt.Sprintf("run its spec again, or ziplaw verify %s --repair: what is damaged is made again", study)}
}

func andMore(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (and %d more)", n)
}

func noStudy(study string) error {
	return &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("there is no study %s here", study),
		Hint: "ziplaw list shows all; --data-dir names another folder"}
}

// finishedVersion finds the version of a planned study that has finished. A study that leaves the kind of device open has one for
// each kind that it was pinned to; the newest one answers.
func (s *session) finishedVersion(ctx context.Context, p *plan.Plan) (v ziplaw.StudyVersion, found bool, err error) {
	if p.Study.Pinned() {
		return activities.FinishedVersion(ctx, s.store, p.Study.Name, p.Version)
	}
	return s.newestFinished(ctx, p.Study.Name, func(version ziplaw.Key, theirs ziplaw.Study) (bool, error) {
		return pinnedTo(ctx, p.Study, version, theirs)
	})
}

// settled is the version of a planned study that has finished and can be believed. What is damaged of it is named, and made again
// by the run that follows.
func (a *app) settled(ctx context.Context, s *session, p *plan.Plan) (v ziplaw.StudyVersion, found bool, err error) {
	version := p.Version
	if !p.Study.Pinned() {
		if v, found, err = s.finishedVersion(ctx, p); err != nil || !found {
			return v, false, err
		}
		version = v.Result.Version
	}
	v, found, damaged, err := activities.Settle(ctx, s.store, p.Study.Name, version)
	for _, problem := range damaged {
		a.note("damaged since it finished, and made again: %s", problem)
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
func (s *session) newestFinished(ctx context.Context, study string, wanted func(ziplaw.Key, ziplaw.Study) (bool, error)) (v ziplaw.StudyVersion, found bool, err error) {
	versions, err := s.store.Versions(ctx, study)
	if err != nil {
		return v, false, err
	}
	for _, stored := range versions {
		version := ziplaw.Key(stored.Version)
		v, found, err = activities.FinishedVersion(ctx, s.store, study, version)
		if err != nil {
			return v, false, err
		}
		if !found {
			continue
		}
		var theirs ziplaw.Study
		if err := s.store.GetJSON(ctx, v.Spec, &theirs); err != nil {
			return v, false, err
		}
		if found, err = wanted(version, theirs); err != nil || found {
			return v, found, err
		}
	}
	return ziplaw.StudyVersion{}, false, nil
}
