package console

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/ziplaw/ziplaw"
)

// answers is a run of a workflow that gives one answer after the other.
type answers struct {
	client.WorkflowRun
	errs  []error
	asked int
}

func (a *answers) Get(_ context.Context, result any) error {
	a.asked++
	if a.asked <= len(a.errs) {
		return a.errs[a.asked-1]
	}
	result.(*ziplaw.StudyResult).Digest = "digest"
	return nil
}

// TestAwaitOutlivesPauses: after a suspension every call has run out of time, and after an outage none was answered. The end of
// the workflow, and whatever isn't going to pass, is an end.
func TestAwaitOutlivesPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &answers{errs: []error{
			context.DeadlineExceeded, fmt.Errorf("poll: %w", serviceerror.NewDeadlineExceeded("context deadline exceeded")),
			serviceerror.NewUnavailable("connection refused"), serviceerror.NewResourceExhausted(0, "slow down"),
		}}
		if e := Await(t.Context(), a); e.Err != nil || e.Result.Digest != "digest" || a.asked != 5 {
			t.Errorf("%+v after %d answers", e, a.asked)
		}
		for _, end := range []error{
			temporal.NewNonRetryableApplicationError("no", ziplaw.CodeBadSpec, nil), serviceerror.NewNotFound("no such workflow"), errors.New("anything else"),
		} {
			a := &answers{errs: []error{end}}
			if e := Await(t.Context(), a); e.Err == nil || a.asked != 1 {
				t.Errorf("%v: %+v after %d answers", end, e, a.asked)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if e := Await(ctx, &answers{errs: []error{context.DeadlineExceeded}}); e.Err == nil {
			t.Error("it waits on after an interrupt")
		}
	})
}
