package cli

import (
	"context"
	"errors"

	"go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/converter"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/workflows"
)

// unfinished learns what the workflows of a study know that isn't done.
func (g *grid) unfinished(ctx context.Context, study string, live *view) (err error) {
	if g.study, err = g.session.specOf(ctx, study); err != nil {
		return err
	}
	g.rest, g.states = ziplaw.StateQueued, map[string]string{}
	for _, d := range g.study.DataSets() {
		h, err := g.session.read(ctx, ziplaw.DataSetWorkflowID(study, d.Name))
		if err != nil {
			return err
		}
		if h.numerics != "" { // what the study is pinned to, whatever kind of device its spec leaves open
			g.study.Numerics = h.numerics
		}
		for _, c := range h.failed {
			g.states[ziplaw.CellID(study, d.Name, c)] = ziplaw.StateFailed
		}
		if h.sample == "" {
			continue
		}
		if err := g.sampled(ctx, d.Name, h.sample); err != nil {
			return err
		}
	}
	if live != nil {
		for _, c := range live.cells {
			g.states[c.Cell] = ziplaw.StateRunning
		}
	}
	return nil
}

// setHistory is what the history of a data set's workflow says: the sample's record, and the cells that failed, in this run
// and in those that it continues.
type setHistory struct {
	sample    ziplaw.ArtifactID
	failed    []ziplaw.CellName
	numerics  string // of a study on CUDA devices
	scheduled map[int64]*historypb.ActivityTaskScheduledEventAttributes
}

// read reads the history of a data set's workflow; it is empty before the workflow starts.
func (s *session) read(ctx context.Context, id string) (*setHistory, error) {
	h := &setHistory{scheduled: map[int64]*historypb.ActivityTaskScheduledEventAttributes{}}
	events := s.client.GetWorkflowHistory(ctx, id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		if _, unknown := errors.AsType[*serviceerror.NotFound](err); unknown {
			return h, nil
		}
		if err != nil {
			return nil, err
		}
		h.event(e)
	}
	return h, nil
}

func (h *setHistory) event(e *historypb.HistoryEvent) {
	switch e.GetEventType() {
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
		var in workflows.DataSetInput
		if decode(e.GetWorkflowExecutionStartedEventAttributes().GetInput(), &in) {
			h.sample, h.failed, h.numerics = in.Measured.Sample, in.Failed, in.Numerics
		}
	case enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
		h.scheduled[e.GetEventId()] = e.GetActivityTaskScheduledEventAttributes()
	case enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
		done := e.GetActivityTaskCompletedEventAttributes()
		var r activities.RecordResult
		if h.scheduled[done.GetScheduledEventId()].GetActivityType().GetName() == "Sample" && decode(done.GetResult(), &r) {
			h.sample = r.Record
		}
	case enumspb.EVENT_TYPE_ACTIVITY_TASK_FAILED:
		h.fail(e.GetActivityTaskFailedEventAttributes().GetScheduledEventId())
	case enumspb.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
		h.fail(e.GetActivityTaskTimedOutEventAttributes().GetScheduledEventId())
	}
}

func (h *setHistory) fail(scheduled int64) {
	var in activities.TrainCellInput
	task := h.scheduled[scheduled]
	if task.GetActivityType().GetName() == trainCell && decode(task.GetInput(), &in) {
		h.failed = append(h.failed, in.Cell)
	}
}

func decode(p *common.Payloads, v any) bool {
	return converter.GetDefaultDataConverter().FromPayloads(p, v) == nil
}
