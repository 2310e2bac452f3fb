package cli

import (
	"context"
	"errors"

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

// runningCells are the last heartbeats of the cells that train, by data sets in the given order. A data set that
// can't be asked is left out.
func (s *session) runningCells(ctx context.Context, p workflows.Progress) []activities.Progress {
	var cells []activities.Progress
	for _, d := range p.DataSets {
		if d.Phase != ziplaw.PhaseTrain {
			continue
		}
		r, err := s.client.DescribeWorkflowExecution(ctx, ziplaw.DataSetWorkflowID(p.Study, d.DataSet), "")
		if err != nil {
			continue
		}
		for _, pending := range r.GetPendingActivities() {
			if cell, ok := heartbeatOf(pending); ok {
				cells = append(cells, cell)
			}
		}
	}
	return cells
}

// heartbeatOf is what a started activity that trains a cell said last.
func heartbeatOf(a *workflowpb.PendingActivityInfo) (p activities.Progress, ok bool) {
	if a.GetState() != enumspb.PENDING_ACTIVITY_STATE_STARTED || a.GetHeartbeatDetails() == nil {
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
	if len(payloads) != 1 {
		return ziplaw.Study{}, &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: "the workflow of study " + study + " has no spec"}
	}
	return spec.Parse(payloads[0].GetData())
}
