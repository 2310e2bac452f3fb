package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/workflows"
)

// forget deletes what Temporal remembers of a study that was removed: all runs of its workflows that have ended.
func (s *session) forget(ctx context.Context, study string) error {
	for _, kind := range []string{workflows.StudyType, workflows.DataSetType} {
		in := &workflowservice.ListWorkflowExecutionsRequest{Query: "WorkflowType = " + strconv.Quote(kind)}
		for {
			page, err := s.client.ListWorkflow(ctx, in)
			if err != nil {
				return err
			}
			for _, info := range page.GetExecutions() {
				if info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING || !ofStudy(info.GetExecution().GetWorkflowId(), study) {
					continue
				}
				if err := s.forgetRun(ctx, info.GetExecution()); err != nil {
					return fmt.Errorf("forget %s: %w", info.GetExecution().GetWorkflowId(), err)
				}
			}
			if in.NextPageToken = page.GetNextPageToken(); len(in.NextPageToken) == 0 {
				break
			}
		}
	}
	return nil
}

func ofStudy(workflow, study string) bool {
	id := ziplaw.WorkflowID(study)
	return workflow == id || strings.HasPrefix(workflow, id+"/")
}

func (s *session) forgetRun(ctx context.Context, run *commonpb.WorkflowExecution) error {
	_, err := s.client.WorkflowService().DeleteWorkflowExecution(ctx, &workflowservice.DeleteWorkflowExecutionRequest{
		Namespace: s.namespace, WorkflowExecution: run,
	})
	if _, gone := errors.AsType[*serviceerror.NotFound](err); gone {
		return nil
	}
	return err
}
