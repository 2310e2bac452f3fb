package state

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/converter"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/workflows"
)

// finished says whether a study answers from the store: its workflow has completed, or Temporal knows none.
func finished(info *workflowpb.WorkflowExecutionInfo) bool {
	return info == nil || info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED
}

func runs(info *workflowpb.WorkflowExecutionInfo) bool {
	return info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING
}

// unfinished learns what the workflows of a study know that isn't done.
func (g *Grid) unfinished(ctx context.Context, study string, running bool) (err error) {
	if g.Study, err = g.source.Spec(ctx, study); err != nil {
		return err
	}
	g.rest = ziplaw.StateQueued
	for _, d := range g.Study.DataSets() {
		if err := g.set(ctx, study, d.Name, running); err != nil {
			return err
		}
	}
	return nil
}

// set learns about the cells of one data set.
func (g *Grid) set(ctx context.Context, study, set string, running bool) error {
	workflow := ziplaw.DataSetWorkflowID(study, set)
	h, err := g.source.read(ctx, workflow)
	if err != nil {
		return err
	}
	if h.numerics != "" { // what the study is pinned to, whatever kind of device its spec leaves open
		g.Study.Numerics = h.numerics
	}
	if running {
		g.open(study, set, h.sample != "")
		work, err := g.source.work(ctx, workflow)
		if err != nil {
			if _, unknown := errors.AsType[*serviceerror.NotFound](err); !unknown {
				return err
			}
		}
		for _, w := range work {
			g.work(study, set, h, w)
		}
	}
	for _, c := range h.failed {
		id := ziplaw.CellID(study, set, c)
		g.states[id] = Cell{State: ziplaw.StateFailed}
	}
	if h.sample == "" {
		return nil
	}
	return g.sampled(ctx, set, h.sample)
}

// open says of all cells of a data set that runs what they wait for before they are asked for.
func (g *Grid) open(study, set string, sampled bool) {
	wait := Wait{For: ForTurn, What: "its turn among the cells of its data set"}
	if !sampled {
		wait = Wait{For: ForSample, What: "the sample of its data set"}
	}
	for _, c := range g.Study.Cells(set) {
		own := wait
		own.Of = c.String()
		g.states[own.Of] = Cell{State: ziplaw.StateQueued, Waits: &own}
	}
}

// work says of a cell that a worker was asked for where it is.
func (g *Grid) work(study, set string, h *setHistory, w Work) {
	if !w.trains() {
		return
	}
	if w.Progress.Cell == "" {
		name, known := h.cells[w.ID]
		if !known {
			return
		}
		w.Progress.Cell = ziplaw.CellID(study, set, name)
	}
	row := Cell{State: ziplaw.StateQueued, Attempt: w.Attempt, Step: w.Progress.Step, Steps: w.Progress.Steps}
	if w.Started {
		row.State = ziplaw.StateRunning
	}
	if wait, waits := w.wait(time.Now()); waits {
		row.Waits = &wait
	}
	g.states[w.Progress.Cell] = row
}

// setHistory is what the history of a data set's workflow says: the sample's record, the cells by their activities, and those that
// failed, in this run and in those that it continues.
type setHistory struct {
	sample    ziplaw.ArtifactID
	failed    []ziplaw.CellName
	numerics  string                     // of a study on CUDA devices
	cells     map[string]ziplaw.CellName // by the id of the activity that trains it
	scheduled map[int64]*historypb.ActivityTaskScheduledEventAttributes
}

func newHistory() *setHistory {
	return &setHistory{cells: map[string]ziplaw.CellName{}, scheduled: map[int64]*historypb.ActivityTaskScheduledEventAttributes{}}
}

// read reads the history of a data set's workflow; it is empty before the workflow starts.
func (s Source) read(ctx context.Context, id string) (*setHistory, error) {
	h := newHistory()
	events := s.Temporal.GetWorkflowHistory(ctx, id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
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
		h.schedule(e.GetEventId(), e.GetActivityTaskScheduledEventAttributes())
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

func (h *setHistory) schedule(event int64, task *historypb.ActivityTaskScheduledEventAttributes) {
	h.scheduled[event] = task
	var in activities.TrainCellInput
	if task.GetActivityType().GetName() == trainCell && decode(task.GetInput(), &in) {
		h.cells[task.GetActivityId()] = in.Cell
		h.failed = slices.DeleteFunc(h.failed, func(c ziplaw.CellName) bool { return c == in.Cell }) // it is tried again
	}
}

func (h *setHistory) fail(scheduled int64) {
	if cell, trains := h.cells[h.scheduled[scheduled].GetActivityId()]; trains {
		h.failed = append(h.failed, cell)
	}
}

func decode(p *common.Payloads, v any) bool {
	return converter.GetDefaultDataConverter().FromPayloads(p, v) == nil
}
