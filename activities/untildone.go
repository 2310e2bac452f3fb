package activities

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
)

// claimTTL is how long a lost worker's claim keeps others from its cell, and claimPoll how often they look.
const (
	claimTTL  = 15 * time.Second
	claimPoll = time.Second
)

// errWorkerStops ends an attempt whose worker is told to stop. Its last checkpoint is written; the retry goes on there.
var errWorkerStops = errors.New("the worker stops; another attempt goes on from the checkpoint")

// errNotWanted ends an attempt whose cell was cancelled or paused while Temporal didn't hear of it.
var errNotWanted = errors.New("the cell isn't wanted any more")

// wantedPoll is how often an attempt that Temporal has given up asks whether its cell is still wanted.
const wantedPoll = time.Second

// untilTakenAway is a context for training. The activity's own context also ends when heartbeats fail for long, during
// which training goes on. This one ends when the cell was cancelled, its attempt was given to another worker, or the worker
// stops; the cause says which. After an outage another attempt waits for what this one makes: it ends when no attempt does.
func untilTakenAway(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	training, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stops := activity.GetWorkerStopChannel(ctx)
	go func() {
		taken := ctx.Done()
		var outage <-chan time.Time // ticks since heartbeats have failed
		for {
			select {
			case <-training.Done():
				return
			case <-stops:
				cancel(errWorkerStops)
				return
			case <-taken:
				if cause := context.Cause(ctx); takenAway(cause) {
					cancel(cause)
					return
				}
				poll := time.NewTicker(wantedPoll)
				defer poll.Stop()
				taken, outage = nil, poll.C
			case <-outage:
				if !wanted(training) {
					cancel(errNotWanted)
					return
				}
			}
		}
	}()
	return training, cancel
}

// wanted says whether the activity's workflow still waits for it, as far as anybody answers.
func wanted(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	info := activity.GetInfo(ctx)
	d, err := activity.GetClient(ctx).DescribeWorkflowExecution(ctx, info.WorkflowExecution.ID, info.WorkflowExecution.RunID)
	if err != nil {
		return true
	}
	return slices.ContainsFunc(d.GetPendingActivities(), func(p *workflowpb.PendingActivityInfo) bool {
		return p.GetActivityId() == info.ActivityID && !p.GetPaused() && p.GetState() != enumspb.PENDING_ACTIVITY_STATE_CANCEL_REQUESTED
	})
}

// untilStopped is an activity's context that also ends when the worker stops: for whoever only waits.
func untilStopped(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	waiting, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-activity.GetWorkerStopChannel(ctx):
			cancel(errWorkerStops)
		case <-waiting.Done():
		}
	}()
	return waiting, cancel
}

// takenAway tells a cell that is no longer ours from a server that can't be reached.
func takenAway(cause error) bool {
	if _, gone := errors.AsType[*serviceerror.NotFound](cause); gone {
		return true
	}
	return temporal.IsCanceledError(cause) || errors.Is(cause, context.DeadlineExceeded) ||
		errors.Is(cause, activity.ErrActivityPaused) || errors.Is(cause, activity.ErrActivityReset)
}

// finite is x, or 0 where JSON has no number for it.
func finite(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}
