package activities

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/store"
)

// failing is an activity that trains to a step and fails there.
func failing(step int, failure error) func(context.Context) error {
	return func(ctx context.Context) error {
		beat := startHeartbeat(ctx)
		defer beat.stop()
		beat.set(Progress{Cell: "study/set/h4-l1/D4096/s1", Step: step})
		return TemporalError(guardProgress(ctx, beat, failure))
	}
}

// attempts runs an activity again and again, as a retry policy does, each attempt with the last heartbeat of the one
// before, and returns the code of the first error that no retry mends; "" where none came in ten attempts.
func attempts(t *testing.T, failures func(attempt int) (step int, failure error)) (code string, n int) {
	t.Helper()
	var left *Progress
	for n = 1; n <= 10; n++ {
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestActivityEnvironment()
		if left != nil {
			env.SetHeartbeatDetails(*left)
		}
		env.SetOnActivityHeartbeatListener(func(_ *activity.Info, details converter.EncodedValues) {
			var p Progress
			if details.Get(&p) == nil {
				left = &p
			}
		})
		work := failing(failures(n))
		env.RegisterActivity(work)
		_, err := env.ExecuteActivity(work)
		if e := FromTemporal(err); permanent[e.Code] {
			return e.Code, n
		}
	}
	return "", n - 1
}

// TestOnlyWhatFailsAgainIsGivenUp: a failure of the cell itself, or an object that the store refuses, ends it at the third
// attempt at one step; an outage, a lost claim or a worker that stops never does.
func TestOnlyWhatFailsAgainIsGivenUp(t *testing.T) {
	same := func(failure error) func(int) (int, error) { return func(int) (int, error) { return 7, failure } }
	stored := func(class store.Class) error {
		return fmt.Errorf("cell: %w", &store.Error{Operation: "write", Name: "checkpoints/x", Class: class, Err: errors.New("for the test")})
	}
	for name, c := range map[string]struct {
		failures func(int) (int, error)
		want     string
		attempts int
	}{
		"a bad document":         {same(errors.New("document 3 has a token 99 of 50")), ziplaw.CodeNoProgress, maxStrikes},
		"a fault of a kernel":    {same(fmt.Errorf("step 8: %w", kernel.ErrKernelFault)), ziplaw.CodeNoProgress, maxStrikes},
		"a lost device":          {same(fmt.Errorf("step 8: %w", kernel.ErrDeviceLost)), "", 10},
		"a device's memory":      {same(fmt.Errorf("step 0: %w", kernel.ErrOutOfMemory)), "", 10},
		"more than a device has": {same(&MemoryError{Need: 2, Limit: 1, Device: true}), ziplaw.CodeNoProgress, maxStrikes},
		"more than a worker may": {same(&MemoryError{Need: 2, Limit: 1}), "", 10},
		"a failure that moves":   {func(n int) (int, error) { return n, errors.New("now and then") }, "", 10},
		"failures that differ":   {func(n int) (int, error) { return 7, fmt.Errorf("failure %d", n) }, "", 10},
		"an outage of the store": {same(stored(store.Outage)), "", 10},
		"a refusal of the store": {same(stored(store.Refused)), ziplaw.CodeNoProgress, maxStrikes},
		"a network":              {same(&net.OpError{Op: "dial", Net: "tcp", Err: errors.New("no route to host")}), "", 10},
		"a lost claim":           {same(fmt.Errorf("%w: somebody has it", store.ErrClaimLost)), "", 10},
		"a worker that stops":    {same(errors.Join(errWorkerStops, stored(store.Outage))), "", 10},
		"a bad spec":             {same(ziplaw.BadSpec("models", "", "none")), ziplaw.CodeBadSpec, 1},
		"outages between": {func(n int) (int, error) {
			if n%2 == 0 {
				return 7, stored(store.Outage)
			}
			return 7, errors.New("bad document")
		}, ziplaw.CodeNoProgress, 2*maxStrikes - 1},
	} {
		t.Run(name, func(t *testing.T) {
			if code, n := attempts(t, c.failures); code != c.want || n != c.attempts {
				t.Errorf("code %q after %d attempts, want %q after %d", code, n, c.want, c.attempts)
			}
		})
	}
}
