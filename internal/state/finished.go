package state

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/lineage"
)

// Newest is the newest finished version of a study; false where there is none.
func (s Source) Newest(ctx context.Context, study string) (v ziplaw.StudyVersion, found bool, err error) {
	versions, err := s.Store.Versions(ctx, study)
	if err != nil || len(versions) == 0 {
		return v, false, err
	}
	b, found, err := s.Store.GetStudy(ctx, study, versions[0].Version)
	if err != nil || !found {
		return v, false, err
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return v, false, fmt.Errorf("study %s version %s: %w", study, versions[0].Version, err)
	}
	return v, true, nil
}

// Finished is the newest finished version of a study, or an error that says what to do.
func (s Source) Finished(ctx context.Context, study string) (ziplaw.StudyVersion, error) {
	v, found, err := s.Newest(ctx, study)
	if err != nil || found {
		return v, err
	}
	info, err := s.Describe(ctx, study)
	if err != nil {
		return v, err
	}
	if info != nil {
		return v, &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("study %s has no finished version yet", study),
			Hint: "see ziplaw status " + study}
	}
	return v, NoStudy(study)
}

// Believed is the newest finished version of a study whose numbers are those of its records. Others aren't shown.
func (s Source) Believed(ctx context.Context, study string) (ziplaw.StudyVersion, error) {
	v, err := s.Finished(ctx, study)
	if NotJSON(err) {
		return v, tampered(study, "its finished version can't be read: "+err.Error())
	}
	if err != nil {
		return v, err
	}
	return v, s.Believe(ctx, v)
}

// Believe compares a finished version's numbers with its records.
func (s Source) Believe(ctx context.Context, v ziplaw.StudyVersion) error {
	found, err := lineage.Verify(ctx, s.Store, v, lineage.Options{Numbers: true})
	if err != nil || len(found.Problems) == 0 {
		return err
	}
	what := found.Problems[0].String()
	if more := len(found.Problems) - 1; more > 0 {
		what += fmt.Sprintf(" (and %d more)", more)
	}
	return tampered(v.Result.Study, what)
}

// tampered is the error of a finished study that isn't what its records say.
func tampered(study, what string) error {
	return &ziplaw.Error{Code: ziplaw.CodeCorruptArtifact, Message: fmt.Sprintf("study %s isn't what it was when it finished: %s", study, what),
		Hint: fmt.Sprintf("run its spec again, or ziplaw verify %s --repair: what is damaged is made again", study)}
}

// NotJSON says whether an error is that of a text that is no JSON of its type.
func NotJSON(err error) bool {
	_, syntax := errors.AsType[*json.SyntaxError](err)
	_, mistyped := errors.AsType[*json.UnmarshalTypeError](err)
	return syntax || mistyped
}

// NoStudy is the error of a study that nobody knows.
func NoStudy(study string) error {
	return &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("there is no study %s here", study),
		Hint: "ziplaw list shows all; --data-dir names another folder"}
}
