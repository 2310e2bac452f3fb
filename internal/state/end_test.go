package state

import (
	"testing"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	historypb "go.temporal.io/api/history/v1"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ziplaw/ziplaw"
)

// at is an event of a history at noon.
func at(kind enumspb.EventType, change func(*historypb.HistoryEvent)) *historypb.HistoryEvent {
	e := &historypb.HistoryEvent{EventType: kind, EventTime: timestamppb.New(noon)}
	if change != nil {
		change(e)
	}
	return e
}

// TestEnds are told by who asked for them, and why.
func TestEnds(t *testing.T) {
	asked := at(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED, func(e *historypb.HistoryEvent) {
		e.Attributes = &historypb.HistoryEvent_WorkflowExecutionCancelRequestedEventAttributes{
			WorkflowExecutionCancelRequestedEventAttributes: &historypb.WorkflowExecutionCancelRequestedEventAttributes{Identity: "1@a", Cause: "enough"},
		}
	})
	terminated := at(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED, func(e *historypb.HistoryEvent) {
		e.Attributes = &historypb.HistoryEvent_WorkflowExecutionTerminatedEventAttributes{
			WorkflowExecutionTerminatedEventAttributes: &historypb.WorkflowExecutionTerminatedEventAttributes{Identity: "2@b", Reason: "stuck"},
		}
	})
	failure := at(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED, func(e *historypb.HistoryEvent) {
		e.Attributes = &historypb.HistoryEvent_WorkflowExecutionFailedEventAttributes{
			WorkflowExecutionFailedEventAttributes: &historypb.WorkflowExecutionFailedEventAttributes{Failure: &failurepb.Failure{Message: "data set a failed"}},
		}
	})
	canceled, late := at(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED, nil), at(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT, nil)
	other := at(enumspb.EVENT_TYPE_TIMER_FIRED, func(e *historypb.HistoryEvent) { e.EventTime = timestamppb.New(noon.Add(time.Hour)) })
	for _, c := range []struct {
		name   string
		events []*historypb.HistoryEvent
		want   End
	}{
		{"terminated", []*historypb.HistoryEvent{other, terminated}, End{EndTerminated, noon, "2@b", "stuck"}},
		{"cancelled", []*historypb.HistoryEvent{asked, other, canceled}, End{EndCanceled, noon, "1@a", "enough"}},
		{"terminated while it was cancelled", []*historypb.HistoryEvent{asked, terminated}, End{EndTerminated, noon, "2@b", "stuck"}},
		{"failed", []*historypb.HistoryEvent{failure}, End{EndFailed, noon, "", "data set a failed"}},
		{"timed out", []*historypb.HistoryEvent{late}, End{EndTimedOut, noon, "", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var e End
			for _, event := range c.events {
				e.event(event)
			}
			if e != c.want {
				t.Errorf("%+v, want %+v", e, c.want)
			}
		})
	}
}

// TestCountsOfCells add up to all cells, and nothing runs after an end.
func TestCountsOfCells(t *testing.T) {
	var c ziplaw.Counts
	for _, row := range []Cell{
		{State: ziplaw.StateDone}, {State: ziplaw.StateDone, Reused: true}, {State: ziplaw.StateDiverged}, {State: ziplaw.StateFailed},
		{State: ziplaw.StateRunning}, {State: ziplaw.StateQueued},
	} {
		c = c.Add(row.count())
	}
	if want := (ziplaw.Counts{Total: 6, Done: 2, Reused: 1, Diverged: 1, Failed: 1, Running: 1, Queued: 1}); c != want {
		t.Errorf("%+v, want %+v", c, want)
	}
	if got := afterEnd(c); got.Running != 0 || got.Queued != 2 || got.Total != 6 {
		t.Errorf("%+v", got)
	}
}
