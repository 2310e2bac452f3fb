package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"golang.org/x/sync/errgroup"
)

// takeOverAtOnce is how many requests TakeOver keeps in flight.
const takeOverAtOnce = 8

// TakeOver fails the activities that run in processes which are known to have ended, so that they are tried again at once and
// not when their heartbeats are missed.
func TakeOver(ctx context.Context, c client.Client, namespace string, gone func(identity string) bool) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(takeOverAtOnce)
	in := &workflowservice.ListWorkflowExecutionsRequest{Query: `ExecutionStatus = "Running"`}
	for {
		page, err := c.ListWorkflow(ctx, in)
		if err != nil {
			return errors.Join(err, g.Wait())
		}
		for _, w := range page.GetExecutions() {
			g.Go(func() error { return takeOver(ctx, c, namespace, w, gone) })
		}
		if in.NextPageToken = page.GetNextPageToken(); len(in.NextPageToken) == 0 {
			return g.Wait()
		}
	}
}

// takeOver does so for the activities of one workflow.
func takeOver(ctx context.Context, c client.Client, namespace string, w *workflowpb.WorkflowExecutionInfo, gone func(string) bool) error {
	id, run := w.GetExecution().GetWorkflowId(), w.GetExecution().GetRunId()
	d, err := c.DescribeWorkflowExecution(ctx, id, run)
	if err != nil {
		return passed(err)
	}
	for _, a := range d.GetPendingActivities() {
		if a.GetState() == enumspb.PENDING_ACTIVITY_STATE_SCHEDULED || !gone(a.GetLastWorkerIdentity()) {
			continue
		}
		lost := temporal.NewApplicationErrorWithOptions(fmt.Sprintf("the process %s has ended", a.GetLastWorkerIdentity()), "worker_lost",
			temporal.ApplicationErrorOptions{NextRetryDelay: time.Millisecond})
		if err := passed(c.CompleteActivityByID(ctx, namespace, id, run, a.GetActivityId(), nil, lost)); err != nil {
			return err
		}
	}
	return nil
}

// passed is an error other than that the workflow or the activity isn't there any more.
func passed(err error) error {
	if _, ended := errors.AsType[*serviceerror.NotFound](err); ended {
		return nil
	}
	return err
}
