package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ziplaw/ziplaw"
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

func noStudy(study string) error {
	return &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("there is no study %s here", study),
		Hint: "ziplaw list shows all; --data-dir names another folder"}
}
