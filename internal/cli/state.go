package cli

import (
	"context"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
)

// state is where a study stands: its result so far, and with it either its finished version or its live view.
type state struct {
	result  ziplaw.StudyResult
	version *ziplaw.StudyVersion
	live    *view
}

// state finds out where a study stands. Info is the last run of its workflow, nil where Temporal knows none any more.
func (s *session) state(ctx context.Context, study string, info *workflowpb.WorkflowExecutionInfo) (state, error) {
	switch {
	case info == nil || info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED:
		v, err := s.mustBelieve(ctx, study)
		return state{result: v.Result, version: &v}, err
	case info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING:
		return s.running(ctx, study, info), nil
	}
	return state{result: s.ended(ctx, study, info)}, nil
}

func newResult(study, state string, info *workflowpb.WorkflowExecutionInfo) ziplaw.StudyResult {
	return ziplaw.StudyResult{
		Study: study, State: state, WorkflowID: info.GetExecution().GetWorkflowId(), RunID: info.GetExecution().GetRunId(),
	}
}

// running asks a study that isn't done. Without an answer its result says so.
func (s *session) running(ctx context.Context, study string, info *workflowpb.WorkflowExecutionInfo) state {
	r := newResult(study, ziplaw.StudyRunning, info)
	elapsed := time.Since(info.GetStartTime().AsTime())
	r.Seconds = elapsed.Seconds()
	v, err := s.look(ctx, study)
	if err != nil {
		r.Warnings = append(r.Warnings, ziplaw.Warning{Code: "no_worker", Message: fmt.Sprintf("no worker answers for it: %v", err)})
		return state{result: r}
	}
	if !v.progress.Started.IsZero() { // which this run of the workflow may have inherited
		elapsed = time.Since(v.progress.Started)
	}
	v.elapsed, r.Seconds = elapsed, elapsed.Seconds()
	r.Version, r.Phase, r.Cells = v.progress.Version, v.progress.Phase, v.progress.Cells
	return state{result: r, live: &v}
}

// look asks a running study how far it is, if need be with a worker of ours that answers and does nothing else.
func (s *session) look(ctx context.Context, study string) (v view, err error) {
	if s.owner() {
		if err := s.answerQueries(); err != nil {
			return v, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	p, err := s.progress(ctx, study)
	if err != nil {
		return v, err
	}
	return s.now(ctx, p), nil
}

// ended is a study whose workflow ended without a result.
func (s *session) ended(ctx context.Context, study string, info *workflowpb.WorkflowExecutionInfo) ziplaw.StudyResult {
	r := newResult(study, ziplaw.StudyFailed, info)
	r.Seconds = info.GetCloseTime().AsTime().Sub(info.GetStartTime().AsTime()).Seconds()
	switch info.GetStatus() {
	case enumspb.WORKFLOW_EXECUTION_STATUS_CANCELED, enumspb.WORKFLOW_EXECUTION_STATUS_TERMINATED:
		r.State = ziplaw.StudyCanceled
	}
	if err := s.client.GetWorkflow(ctx, r.WorkflowID, r.RunID).Get(ctx, nil); err != nil {
		e := activities.FromTemporal(err)
		r.Warnings = append(r.Warnings, ziplaw.Warning{Code: e.Code, Message: e.Error()})
	}
	return r
}
