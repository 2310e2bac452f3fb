package state

import (
	"context"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
)

// Study is where a study stands: its result so far, and with it one of the others.
type Study struct {
	Result  ziplaw.StudyResult
	Version *ziplaw.StudyVersion // of a study that has finished, which can be believed
	Live    *Live                // of one that runs, and answers
	End     *End                 // of one that has ended without a result
}

// Of finds out where a study stands. Info is the last run of its workflow, nil where Temporal knows none any more.
func (s Source) Of(ctx context.Context, study string, info *workflowpb.WorkflowExecutionInfo) (Study, error) {
	switch {
	case info == nil || info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED:
		v, err := s.Believed(ctx, study)
		return Study{Result: v.Result, Version: &v}, err
	case info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING:
		return s.running(ctx, study, info), nil
	}
	return s.ended(ctx, study, info)
}

func newResult(study, state string, info *workflowpb.WorkflowExecutionInfo) ziplaw.StudyResult {
	return ziplaw.StudyResult{
		Study: study, State: state, WorkflowID: info.GetExecution().GetWorkflowId(), RunID: info.GetExecution().GetRunId(),
	}
}

// running asks a study that isn't done. Without an answer its result says so.
func (s Source) running(ctx context.Context, study string, info *workflowpb.WorkflowExecutionInfo) Study {
	r := newResult(study, ziplaw.StudyRunning, info)
	elapsed := time.Since(info.GetStartTime().AsTime())
	r.Seconds = elapsed.Seconds()
	l, err := s.Look(ctx, study)
	if err != nil {
		r.Warnings = append(r.Warnings, ziplaw.Warning{Code: "no_worker", Message: fmt.Sprintf("no worker answers for it: %v", err)})
		return Study{Result: r}
	}
	if !l.Progress.Started.IsZero() { // which this run of the workflow may have inherited
		elapsed = time.Since(l.Progress.Started)
	}
	l.Elapsed, r.Seconds = elapsed, elapsed.Seconds()
	r.Version, r.Phase, r.Cells = l.Progress.Version, l.Progress.Phase, l.Progress.Cells
	if l.Paused() {
		r.State = ziplaw.StudyPaused
	}
	return Study{Result: r, Live: &l}
}

// patience is how long a study is asked.
const patience = 10 * time.Second

// Look asks a running study how far it is.
func (s Source) Look(ctx context.Context, study string) (l Live, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	p, err := s.Progress(ctx, study)
	if err != nil {
		return l, err
	}
	return s.Now(ctx, p), nil
}

// ended is a study whose workflow ended without a result. Its cells are counted as it said last.
func (s Source) ended(ctx context.Context, study string, info *workflowpb.WorkflowExecutionInfo) (Study, error) {
	r := newResult(study, ziplaw.StudyFailed, info)
	r.Seconds = info.GetCloseTime().AsTime().Sub(info.GetStartTime().AsTime()).Seconds()
	switch info.GetStatus() {
	case enumspb.WORKFLOW_EXECUTION_STATUS_CANCELED, enumspb.WORKFLOW_EXECUTION_STATUS_TERMINATED:
		r.State = ziplaw.StudyCanceled
	}
	if err := s.Temporal.GetWorkflow(ctx, r.WorkflowID, r.RunID).Get(ctx, nil); err != nil {
		e := activities.FromTemporal(err)
		r.Warnings = append(r.Warnings, ziplaw.Warning{Code: e.Code, Message: e.Error()})
	}
	end, err := s.end(ctx, info)
	if err != nil {
		return Study{Result: r}, err
	}
	asking, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if p, err := s.Progress(asking, study); err == nil { // nobody may be there to answer
		r.Version, r.Phase, r.Cells = p.Version, p.Phase, afterEnd(p.Cells)
	}
	return Study{Result: r, End: &end}, nil
}

// afterEnd are counts when nothing runs any more.
func afterEnd(c ziplaw.Counts) ziplaw.Counts {
	c.Queued, c.Running = c.Queued+c.Running, 0
	return c
}
