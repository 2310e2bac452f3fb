package storage

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
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/workflows"
)

// forget deletes what Temporal remembers of a study that was removed: all runs of its workflows that have ended.
func forget(ctx context.Context, s *console.Session, study string) error {
	for _, kind := range []string{workflows.StudyType, workflows.DataSetType} {
		in := &workflowservice.ListWorkflowExecutionsRequest{Query: "WorkflowType = " + strconv.Quote(kind)}
		for {
			page, err := s.Client.ListWorkflow(ctx, in)
			if err != nil {
				return err
			}
			for _, info := range page.GetExecutions() {
				if info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING || !ofStudy(info.GetExecution().GetWorkflowId(), study) {
					continue
				}
				if err := forgetRun(ctx, s, info.GetExecution()); err != nil {
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

func forgetRun(ctx context.Context, s *console.Session, run *commonpb.WorkflowExecution) error {
	_, err := s.Client.WorkflowService().DeleteWorkflowExecution(ctx, &workflowservice.DeleteWorkflowExecutionRequest{
		Namespace: s.Namespace, WorkflowExecution: run,
	})
	if _, gone := errors.AsType[*serviceerror.NotFound](err); gone {
		return nil
	}
	return err
}
