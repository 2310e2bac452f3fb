package activities

import (
	"errors"

	"go.temporal.io/sdk/temporal"

	"github.com/ziplaw/ziplaw"
)

// permanent are the error codes that no retry mends. A corrupt artifact isn't among them: the activity that reads it
// has it made again.
var permanent = map[string]bool{
	ziplaw.CodeBadSpec:      true,
	ziplaw.CodeUsage:        true,
	ziplaw.CodeStudyRunning: true,
	ziplaw.CodeNotFound:     true,
	ziplaw.CodeNoProgress:   true,
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

// FromTemporal is the ziplaw.Error within a workflow's or an activity's error.
func FromTemporal(err error) *ziplaw.Error {
	if app, ok := errors.AsType[*temporal.ApplicationError](err); ok {
		var e ziplaw.Error
		if app.HasDetails() && app.Details(&e) == nil && e.Code != "" {
			return &e
		}
	}
	return ziplaw.AsError(err)
}
