package console

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
)

// Ending is how a workflow ended.
type Ending struct {
	Result ziplaw.StudyResult
	Err    error
}

// Await waits for a workflow's end, through outages and pauses of the server, or of this process: after a pause every call
// that was in flight has run out of time.
func Await(ctx context.Context, run client.WorkflowRun) (e Ending) {
	for {
		err := run.Get(ctx, &e.Result)
		if err == nil {
			return e
		}
		if passes(err) && ctx.Err() == nil {
			select {
			case <-ctx.Done():
			case <-time.After(PollInterval):
			}
			continue
		}
		e.Err = activities.FromTemporal(err)
		return e
	}
}

// passes tells a server that doesn't answer now from an answer.
func passes(err error) bool {
	if IsA[*temporal.WorkflowExecutionError](err) {
		return false
	}
	return errors.Is(err, context.DeadlineExceeded) || IsA[*serviceerror.DeadlineExceeded](err) ||
		IsA[*serviceerror.Unavailable](err) || IsA[*serviceerror.ResourceExhausted](err) || IsA[*serviceerror.Internal](err)
}

// IsA says whether err, or what it wraps, is an E.
func IsA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// PollInterval is how often a study is asked how far it is, or whether it has ended.
const PollInterval = time.Second
