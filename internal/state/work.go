package state

import (
	"context"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/converter"

	"github.com/ziplaw/ziplaw/activities"
)

// Work is an activity that a workflow of a study has asked for and that hasn't ended.
type Work struct {
	Workflow string
	Activity string // its type, such as TrainCell
	ID       string // of the activity in its workflow
	Started  bool   // a worker has it
	Paused   bool
	Attempt  int // from 1
	// Failure is how the attempt before failed, and Next when the next one begins; it is zero where none is awaited.
	Failure string
	Next    time.Time
	// Progress is what a worker said last, perhaps that of an attempt before.
	Progress activities.Progress
}

// trainCell is the type of the activity that trains a cell.
const trainCell = "TrainCell"

func (w Work) trains() bool { return w.Activity == trainCell }

// work looks at the pending activities of a workflow.
func (s Source) work(ctx context.Context, workflow string) (all []Work, err error) {
	r, err := s.Temporal.DescribeWorkflowExecution(ctx, workflow, "")
	if err != nil {
		return nil, err
	}
	for _, a := range r.GetPendingActivities() {
		all = append(all, workOf(workflow, a))
	}
	return all, nil
}

func workOf(workflow string, a *workflowpb.PendingActivityInfo) Work {
	w := Work{Workflow: workflow, Activity: a.GetActivityType().GetName(), ID: a.GetActivityId(), Attempt: max(1, int(a.GetAttempt())),
		Failure: a.GetLastFailure().GetMessage()}
	switch a.GetState() {
	case enumspb.PENDING_ACTIVITY_STATE_STARTED, enumspb.PENDING_ACTIVITY_STATE_CANCEL_REQUESTED, enumspb.PENDING_ACTIVITY_STATE_PAUSE_REQUESTED:
		w.Started = true
	case enumspb.PENDING_ACTIVITY_STATE_PAUSED:
		w.Paused = true
	}
	if next := a.GetNextAttemptScheduleTime(); next != nil && !w.Started {
		w.Next = next.AsTime()
	}
	if details := a.GetHeartbeatDetails(); details != nil {
		if err := converter.GetDefaultDataConverter().FromPayloads(details, &w.Progress); err != nil {
			w.Progress = activities.Progress{}
		}
	}
	return w
}
