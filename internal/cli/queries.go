package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/converter"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/spec"
	"github.com/ziplaw/ziplaw/workflows"
)

const taskQueue = activities.TaskQueue

func registerWorkflows(w sdkworker.Worker) {
	w.RegisterWorkflowWithOptions(workflows.Study, workflow.RegisterOptions{Name: workflows.StudyType})
	w.RegisterWorkflowWithOptions(workflows.DataSet, workflow.RegisterOptions{Name: workflows.DataSetType})
}

// progress asks a running study how far it is.
func (s *session) progress(ctx context.Context, study string) (p workflows.Progress, err error) {
	answer, err := s.client.QueryWorkflow(ctx, ziplaw.WorkflowID(study), "", workflows.ProgressQuery)
	if err != nil {
		return p, err
	}
	return p, answer.Get(&p)
}

// mostAsked is how many data sets are asked at a time: where hundreds are at work, more cells than fit on a screen are among the
// first of them.
const mostAsked = 24

// now completes a study's progress by what its workflows can't know: which cells have a worker, and which activities
// fail and are tried again. A workflow that can't be asked is left out.
func (s *session) now(ctx context.Context, p workflows.Progress) view {
	v := view{}
	v.ask(ctx, s, ziplaw.WorkflowID(p.Study))
	asked := 0
	for i, d := range p.DataSets {
		if d.Phase == ziplaw.PhasePlan || d.Phase == ziplaw.PhaseDone || d.Phase == ziplaw.PhaseFailed {
			continue
		}
		if asked++; asked > mostAsked {
			break
		}
		started, ok := v.ask(ctx, s, ziplaw.DataSetWorkflowID(p.Study, d.DataSet))
		if ok {
			c := &p.DataSets[i].Cells // which may be older than the first cell's start
			left := c.Running + c.Queued
			c.Running = min(started, left)
			c.Queued = left - c.Running
		}
	}
	p.Cells = ziplaw.Counts{}
	for _, d := range p.DataSets {
		p.Cells = p.Cells.Add(d.Cells)
	}
	v.progress = p
	v.trouble = s.waiting(ctx, p)
	return v
}

// waiting is what a study waits for that doesn't come by itself: a device of some kind, or a worker of those that train its
// cells.
func (s *session) waiting(ctx context.Context, p workflows.Progress) string {
	if p.Waiting != "" {
		return "waiting for " + p.Waiting
	}
	c := p.Cells
	if p.Phase != ziplaw.PhaseTrain || p.Numerics == "" || c.Running > 0 || c.Queued == 0 {
		return ""
	}
	kinds, err := activities.KindsOfDevices(ctx, s.client)
	if err != nil || slices.Contains(kinds, p.Numerics) {
		return ""
	}
	return fmt.Sprintf("waiting for a worker with a device of the kind %s: ziplaw worker --device cuda starts one", p.Numerics)
}

// ask looks at the pending activities of a workflow and returns how many train a cell.
func (v *view) ask(ctx context.Context, s *session, workflow string) (started int, ok bool) {
	r, err := s.client.DescribeWorkflowExecution(ctx, workflow, "")
	if err != nil {
		return 0, false
	}
	for _, a := range r.GetPendingActivities() {
		if failure := a.GetLastFailure(); failure != nil && a.GetAttempt() > 1 {
			v.failing = append(v.failing, fmt.Sprintf("%s of %s failed and is tried again (attempt %d): %s",
				a.GetActivityType().GetName(), workflow, a.GetAttempt(), failure.GetMessage()))
		}
		if a.GetState() != enumspb.PENDING_ACTIVITY_STATE_STARTED || a.GetActivityType().GetName() != trainCell {
			continue
		}
		started++
		if cell, ok := heartbeatOf(a); ok {
			v.cells = append(v.cells, cell)
		}
	}
	return started, true
}

// trainCell is the type of the activity that trains a cell.
const trainCell = "TrainCell"

// heartbeatOf is what an activity that trains a cell said last.
func heartbeatOf(a *workflowpb.PendingActivityInfo) (p activities.Progress, ok bool) {
	if a.GetHeartbeatDetails() == nil {
		return p, false
	}
	err := converter.GetDefaultDataConverter().FromPayloads(a.GetHeartbeatDetails(), &p)
	return p, err == nil && p.Cell != ""
}

// describe finds the last run of a study's workflow; nil where Temporal knows none.
func (s *session) describe(ctx context.Context, study string) (*workflowpb.WorkflowExecutionInfo, error) {
	r, err := s.client.DescribeWorkflowExecution(ctx, ziplaw.WorkflowID(study), "")
	if _, unknown := errors.AsType[*serviceerror.NotFound](err); unknown {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return r.GetWorkflowExecutionInfo(), nil
}

// specOf reads the spec that a study's workflow was started with.
func (s *session) specOf(ctx context.Context, study string) (ziplaw.Study, error) {
	history := s.client.GetWorkflowHistory(ctx, ziplaw.WorkflowID(study), "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	first, err := history.Next()
	if err != nil {
		return ziplaw.Study{}, err
	}
	payloads := first.GetWorkflowExecutionStartedEventAttributes().GetInput().GetPayloads()
	if len(payloads) == 0 {
		return ziplaw.Study{}, &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: "the workflow of study " + study + " has no spec"}
	}
	return spec.Parse(payloads[0].GetData())
}
