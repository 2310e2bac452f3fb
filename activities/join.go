package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/spec"
)

// StartStudyInput is a normalised spec in JSON.
type StartStudyInput struct {
	Spec json.RawMessage `json:"spec"`
}

// WorkflowRun is a run of a workflow, or its last one where the run id is empty.
type WorkflowRun struct {
	WorkflowID string `json:"workflow_id"`
	RunID      string `json:"run_id,omitempty"`
}

// StartStudy starts the study under its own workflow id, or joins the run of the same spec that is there. A run of another
// spec is the error study_running.
func (a *Activities) StartStudy(ctx context.Context, in StartStudyInput) (WorkflowRun, error) {
	s, err := spec.Parse(in.Spec)
	if err != nil {
		return WorkflowRun{}, TemporalError(err)
	}
	run, err := StartStudy(ctx, activity.GetClient(ctx), s)
	if err != nil {
		return WorkflowRun{}, TemporalError(err)
	}
	return WorkflowRun{WorkflowID: run.GetID(), RunID: run.GetRunID()}, nil
}

// AwaitWorkflow waits until a run of a workflow has ended, through all runs that it continues as, and returns its result.
// However the run ended, waiting for it again would give the same, so that its failure is permanent.
func (a *Activities) AwaitWorkflow(ctx context.Context, in WorkflowRun) (result json.RawMessage, err error) {
	beat := startHeartbeat(ctx)
	defer beat.stop()
	waiting, cancel := untilStopped(ctx)
	defer cancel(nil)
	err = activity.GetClient(ctx).GetWorkflow(waiting, in.WorkflowID, in.RunID).Get(waiting, &result)
	switch _, ended := errors.AsType[*temporal.WorkflowExecutionError](err); {
	case err == nil:
		return result, nil
	case ended:
		e := FromTemporal(err)
		return nil, temporal.NewApplicationErrorWithOptions(e.Error(), e.Code, temporal.ApplicationErrorOptions{
			NonRetryable: true, Details: []any{e},
		})
	case waiting.Err() != nil:
		return nil, context.Cause(waiting)
	}
	return nil, err
}

// StartStudy starts the workflow of a study under its own id, or joins the one that runs there with the same spec.
func StartStudy(ctx context.Context, c client.Client, s ziplaw.Study) (client.WorkflowRun, error) {
	normal, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: ziplaw.WorkflowID(s.Name), TaskQueue: TaskQueue,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}, "Study", json.RawMessage(normal))
	if err != nil {
		return nil, fmt.Errorf("start study %s: %w", s.Name, err)
	}
	return run, sameSpec(ctx, c, run, s, normal)
}

// sameSpec compares the spec of a running study with ours, whoever started it.
func sameSpec(ctx context.Context, c client.Client, run client.WorkflowRun, s ziplaw.Study, normal []byte) error {
	text, err := SpecOf(ctx, c, run.GetID(), run.GetRunID())
	if err != nil {
		return fmt.Errorf("study %s: %w", s.Name, err)
	}
	theirs, err := spec.Parse(text)
	if err != nil {
		return nil //nolint:nilerr // its workflow will say what is wrong with its input
	}
	b, err := json.Marshal(theirs)
	if err == nil && string(b) != string(normal) {
		return &ziplaw.Error{
			Code:    ziplaw.CodeStudyRunning,
			Message: fmt.Sprintf("study %s runs with another spec", s.Name),
			Hint:    "ziplaw extend adds the cells of a larger spec to it; or wait for it, cancel it, or give this spec another name",
		}
	}
	return err
}

// SpecMemo is the key of the memo in which the workflow of a study has its spec once it was extended.
const SpecMemo = "spec"

// SpecOf is the spec of the study of a workflow as somebody sent it: what it was extended to, or the input of its first event. It is
// empty where it has none.
func SpecOf(ctx context.Context, c client.Client, workflow, run string) ([]byte, error) {
	d, err := c.DescribeWorkflowExecution(ctx, workflow, run)
	if err != nil {
		return nil, err
	}
	info := d.GetWorkflowExecutionInfo()
	if extended := info.GetMemo().GetFields()[SpecMemo]; extended != nil {
		return extended.GetData(), nil
	}
	first, err := c.GetWorkflowHistory(ctx, workflow, info.GetExecution().GetRunId(), false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT).Next()
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	payloads := first.GetWorkflowExecutionStartedEventAttributes().GetInput().GetPayloads()
	if len(payloads) == 0 {
		return nil, nil
	}
	return payloads[0].GetData(), nil
}
