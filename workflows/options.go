package workflows

import (
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/ziplaw/ziplaw/activities"
)

// batchDataSets is how many data sets run at once: each is a pending child of the study, of which Temporal allows 2,000, and
// leaves some tens of events in its history.
const batchDataSets = 200

// Bounds of a data set's workflow. A batch keeps history far below Temporal's 51,200 events (a cell takes about six),
// and the window far below its 2,000 pending activities.
const (
	batchCells  = 250
	windowCells = 32 // of one data set in flight
)

// heartbeatTimeout is how long a lost worker goes unnoticed. Activities report every second.
const heartbeatTimeout = 10 * time.Second

// retry goes on for ever: what no retry mends is marked non-retryable by its error.
func retry(most time.Duration) *temporal.RetryPolicy {
	return &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: most}
}

// long is for activities over whole data sets, and for fits: they heartbeat.
func long(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activities.TaskQueue, StartToCloseTimeout: 24 * time.Hour, HeartbeatTimeout: heartbeatTimeout,
		RetryPolicy: retry(30 * time.Second),
	})
}

// priorities is the number of priorities that a Temporal server has by itself, from 1, the most urgent.
const priorities = 5

// training is for a cell in an arithmetic. A cell may wait for a device as long as it must, so there is no ScheduleToClose; a single
// attempt has a month. WaitForCancellation lets a cancelled cell write its last checkpoint.
func training(ctx workflow.Context, numerics string, urgency temporal.Priority) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activities.TrainTaskQueue(numerics), StartToCloseTimeout: 30 * 24 * time.Hour, HeartbeatTimeout: heartbeatTimeout,
		WaitForCancellation: true, RetryPolicy: retry(time.Minute), Priority: urgency,
	})
}

// How long the question for a device waits for a worker before the study says that there is none, and then before it is asked
// again: seldom, for each time leaves some events in the history, and a worker that comes takes the question at once.
const (
	firstDeviceWait = 10 * time.Second
	deviceWait      = time.Hour
)

// describing is for DescribeDevice.
func describing(ctx workflow.Context, wait time.Duration) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activities.TrainGPUTaskQueue, ScheduleToStartTimeout: wait, StartToCloseTimeout: time.Minute,
		RetryPolicy: retry(30 * time.Second),
	})
}

// child is for the workflow of a data set. A cancelled study waits until its data sets have ended.
func child(ctx workflow.Context, id string) workflow.Context {
	return workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID: id, TaskQueue: activities.TaskQueue, WaitForCancellation: true,
		ParentClosePolicy: enumspb.PARENT_CLOSE_POLICY_TERMINATE,
	})
}

// waiting is for AwaitWorkflow, which waits as long as a workflow takes.
func waiting(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: activities.JoinTaskQueue, StartToCloseTimeout: 365 * 24 * time.Hour, HeartbeatTimeout: heartbeatTimeout,
		RetryPolicy: retry(30 * time.Second),
	})
}
