package state

import (
	"slices"
	"testing"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/converter"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/workflows"
)

// TestFailedCellsHaveNames reads a data set's history: of cells that failed in an earlier batch, and in this one.
func TestFailedCellsHaveNames(t *testing.T) {
	before, now := ziplaw.CellName{Model: "h4-l1", D: 1024, Seed: 1}, ziplaw.CellName{Model: "h8-l1", D: 2048, Seed: 3}
	input, err := converter.GetDefaultDataConverter().ToPayloads(workflows.DataSetInput{
		Measured: ziplaw.Measured{Sample: "sha256:sample"}, Failed: []ziplaw.CellName{before},
	})
	if err != nil {
		t.Fatal(err)
	}
	cell, err := converter.GetDefaultDataConverter().ToPayloads(activities.TrainCellInput{Cell: now})
	if err != nil {
		t.Fatal(err)
	}
	h := newHistory()
	h.event(&historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED, Attributes: &historypb.HistoryEvent_WorkflowExecutionStartedEventAttributes{
		WorkflowExecutionStartedEventAttributes: &historypb.WorkflowExecutionStartedEventAttributes{Input: input},
	}})
	h.schedule(7, &historypb.ActivityTaskScheduledEventAttributes{ActivityId: "7", ActivityType: &commonpb.ActivityType{Name: trainCell}, Input: cell})
	h.event(&historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_ACTIVITY_TASK_FAILED, Attributes: &historypb.HistoryEvent_ActivityTaskFailedEventAttributes{
		ActivityTaskFailedEventAttributes: &historypb.ActivityTaskFailedEventAttributes{ScheduledEventId: 7},
	}})
	if want := []ziplaw.CellName{before, now}; h.sample != "sha256:sample" || !slices.Equal(h.failed, want) {
		t.Errorf("sample %s, failed %v, want %v", h.sample, h.failed, want)
	}
}
