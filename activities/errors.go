package activities

import (
	"cmp"
	"context"
	"errors"

	"go.temporal.io/sdk/temporal"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/store"
)

// permanent are the error codes that no retry of the activity mends. After a corrupt artifact the workflow goes back to
// the actions that make it.
var permanent = map[string]bool{
	ziplaw.CodeBadSpec:         true,
	ziplaw.CodeUsage:           true,
	ziplaw.CodeStudyRunning:    true,
	ziplaw.CodeNotFound:        true,
	ziplaw.CodeNoProgress:      true,
	ziplaw.CodeCorruptArtifact: true,
}

// end is how an activity ends with err. A corrupt artifact is taken away, so that the action that made it counts as
// not done.
func (a *Activities) end(ctx context.Context, err error) error {
	if bad, ok := errors.AsType[*store.ArtifactError](err); ok {
		if _, failed := a.Store.Discard(ctx, bad.ID); failed != nil {
			return failed
		}
	}
	return TemporalError(err)
}

// TemporalError gives err the type that retry policies and callers look at: its code. The ziplaw.Error travels in the
// details. Errors without a code go through as they are and are retried.
func TemporalError(err error) error {
	e, ok := errors.AsType[*ziplaw.Error](err)
	if !ok {
		return err
	}
	return temporal.NewApplicationErrorWithOptions(e.Error(), e.Code, temporal.ApplicationErrorOptions{
		NonRetryable: permanent[e.Code], Cause: err, Details: []any{e},
	})
}

// Corrupt says whether an activity's or a workflow's error is a corrupt artifact, which is gone by then.
func Corrupt(err error) bool {
	app, ok := errors.AsType[*temporal.ApplicationError](err)
	return ok && app.Type() == ziplaw.CodeCorruptArtifact
}

// FromTemporal is the ziplaw.Error within a workflow's or an activity's error.
func FromTemporal(err error) *ziplaw.Error {
	if app, ok := errors.AsType[*temporal.ApplicationError](err); ok {
		var e ziplaw.Error
		if app.HasDetails() && app.Details(&e) == nil && e.Code != "" {
			return &e
		}
		return &ziplaw.Error{Code: cmp.Or(app.Type(), ziplaw.CodeInternal), Message: app.Message()}
	}
	return ziplaw.AsError(err)
}
