package activities

import (
	"cmp"
	"context"
	"errors"

	"go.temporal.io/sdk/temporal"

	"github.com/ziplaw/ziplaw"
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
	ziplaw.CodeCanceled:        true,
	ziplaw.CodeSourcesChanged:  true,
}

// end is how an activity ends with err. Corrupt artifacts are taken away, so that the actions that made them count as not
// done.
func (a *Activities) end(ctx context.Context, err error) error {
	for _, bad := range artifactErrors(err) {
		if _, failed := a.Store.Discard(ctx, bad.ID); failed != nil {
			return failed
		}
	}
	return TemporalError(err)
}

// TemporalError gives err the type that retry policies and callers look at: its code. The ziplaw.Error travels in the
// details, and after it the data sets that make again what is damaged. Errors without a code go through as they are and
// are retried.
func TemporalError(err error) error {
	e, ok := errors.AsType[*ziplaw.Error](err)
	if !ok {
		return err
	}
	details := []any{e}
	if sets := setsOf(err); len(sets) > 0 {
		details = append(details, sets)
	}
	return temporal.NewApplicationErrorWithOptions(e.Error(), e.Code, temporal.ApplicationErrorOptions{
		NonRetryable: permanent[e.Code], Cause: err, Details: details,
	})
}

// Corrupt says whether an activity's or a workflow's error is a corrupt artifact, which is gone by then.
func Corrupt(err error) bool {
	app, ok := errors.AsType[*temporal.ApplicationError](err)
	return ok && app.Type() == ziplaw.CodeCorruptArtifact
}

// DamagedSets are the data sets that make again what an activity found damaged.
func DamagedSets(err error) (sets []string) {
	var e ziplaw.Error
	if app, ok := errors.AsType[*temporal.ApplicationError](err); ok && app.HasDetails() {
		_ = app.Details(&e, &sets) // nothing to name is no error
	}
	return sets
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
	if how := Canceled(err); how != "" {
		return &ziplaw.Error{Code: ziplaw.CodeCanceled, Message: "it was " + how, Hint: "started again, it goes on where it was"}
	}
	return ziplaw.AsError(err)
}

// Canceled says how somebody ended a workflow or an activity from outside; empty where nobody did.
func Canceled(err error) string {
	if _, terminated := errors.AsType[*temporal.TerminatedError](err); terminated {
		return "terminated"
	}
	if temporal.IsCanceledError(err) {
		return "cancelled"
	}
	return ""
}
