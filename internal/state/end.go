package state

import (
	"context"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	workflowpb "go.temporal.io/api/workflow/v1"

	"github.com/ziplaw/ziplaw"
)

// End is what ended a study before it had a result.
type End struct {
	How    string    `json:"how"` // failed, canceled, terminated or timed_out
	When   time.Time `json:"when"`
	By     string    `json:"by,omitempty"` // who asked for it, as his client called itself
	Reason string    `json:"reason,omitempty"`
}

// Ways in which a study ends before it has a result.
const (
	EndFailed     = "failed"
	EndCanceled   = "canceled"
	EndTerminated = "terminated"
	EndTimedOut   = "timed_out"
)

// end reads from a workflow's history who ended it.
func (s Source) end(ctx context.Context, info *workflowpb.WorkflowExecutionInfo) (End, error) {
	e := End{How: EndFailed, When: info.GetCloseTime().AsTime()}
	run := info.GetExecution()
	events := s.Temporal.GetWorkflowHistory(ctx, run.GetWorkflowId(), run.GetRunId(), false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		if err != nil {
			return e, err
		}
		e.event(event)
	}
	return e, nil
}

// event takes an event of the history, the last ones last.
func (e *End) event(event *historypb.HistoryEvent) {
	switch event.GetEventType() {
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
		asked := event.GetWorkflowExecutionCancelRequestedEventAttributes()
		e.By, e.Reason = asked.GetIdentity(), asked.GetCause()
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED:
		e.How = EndCanceled
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
		asked := event.GetWorkflowExecutionTerminatedEventAttributes()
		e.How, e.By, e.Reason = EndTerminated, asked.GetIdentity(), asked.GetReason()
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
		e.How, e.By, e.Reason = EndTimedOut, "", ""
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
		e.How, e.By, e.Reason = EndFailed, "", event.GetWorkflowExecutionFailedEventAttributes().GetFailure().GetMessage()
	default:
		return
	}
	e.When = event.GetEventTime().AsTime()
}

// Done counts the cells of a study that has ended by the entries of the store, which know more than the study said last. What it had
// reused until then is what it said.
func (s Source) Done(ctx context.Context, study string, last ziplaw.Counts) (c ziplaw.Counts, err error) {
	g, err := s.Grid(ctx, study)
	if err != nil {
		return c, err
	}
	cells, err := g.Cells(ctx)
	for _, row := range cells {
		c = c.Add(row.count())
	}
	c.Reused = min(c.Done, max(c.Reused, last.Reused))
	return afterEnd(c), err
}
