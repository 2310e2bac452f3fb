package worker_test

import (
	"testing"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/worker"
)

// TestResetStudy resets a study to its first task while its data sets run.
func TestResetStudy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	study := long(t, "reset", seconds)
	run := s.begin(study)
	s.train(1)
	r, err := s.client.ResetWorkflowExecution(t.Context(), &workflowservice.ResetWorkflowExecutionRequest{
		Namespace: s.namespace, WorkflowExecution: execution(run), Reason: "a test",
		WorkflowTaskFinishEventId: 4, RequestId: "reset", // the first task: started, scheduled, started, completed
	})
	s.must(err)
	if r.GetRunId() == run.GetRunID() {
		t.Fatal("no new run")
	}
	got := s.end(s.client.GetWorkflow(t.Context(), run.GetID(), ""))
	if want := newSite(t).run(study); got.Digest != want.Digest || got.Cells.Done != 1 || got.Cells.Failed != 0 {
		t.Errorf("cells %+v, digest %s, undisturbed %s", got.Cells, got.Digest, want.Digest)
	}
	s.run(tiny(t, "reset")) // and the name is free
}

// TestEndsAreEnds cancels and terminates studies that others have joined. They end, and nobody starts them again.
func TestEndsAreEnds(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*site) error{
		"cancelled":  func(s *site) error { return s.client.CancelWorkflow(t.Context(), "ziplaw/cancelled", "") },
		"terminated": func(s *site) error { return s.client.TerminateWorkflow(t.Context(), "ziplaw/terminated", "", "a test") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			run, joins := s.begin(long(t, name, moreSeconds)), s.raw("joins", long(t, name, moreSeconds))
			s.train(1)
			s.until("the study's join", func() bool {
				for _, e := range s.history("joins", "").GetEvents() {
					if e.GetEventType() == enumspb.EVENT_TYPE_ACTIVITY_TASK_STARTED || e.GetActivityTaskScheduledEventAttributes().GetActivityType().GetName() == "AwaitWorkflow" {
						return true
					}
				}
				return false
			})
			s.must(end(s))
			if e := s.failure(joins); e.Code != ziplaw.CodeCanceled || e.Message != "it was "+name {
				t.Errorf("joined: %+v", e)
			}
			if last := s.last(run.GetID()); last.GetExecution().GetRunId() != run.GetRunID() || last.GetCloseTime() == nil {
				t.Errorf("%v runs after %s", last, run.GetRunID())
			}
		})
	}
}

// TestCanceledDataSet cancels one data set of a study by hand. The other one is done, the study says what happened, and
// started again it goes on.
func TestCanceledDataSet(t *testing.T) {
	t.Parallel()
	s := bareSite(t, nextSite())
	s.start(worker.Options{})
	study := tiny(t, "half", models(longWidth), budgets(seconds))
	run := s.begin(study)
	s.train(2)
	s.must(s.client.CancelWorkflow(t.Context(), run.GetID()+"/a", ""))
	e := s.failure(run)
	if e.Code != ziplaw.CodeCanceled || e.Message != "data set a: it was cancelled (started again, it goes on where it was)" {
		t.Errorf("%+v", e)
	}
	if n := len(s.cells()); n != 1 {
		t.Errorf("%d cells done, want that of the other data set", n)
	}
	if r := s.run(study); r.Cells.Done != 2 || r.Cells.Reused != 1 {
		t.Errorf("cells %+v", r.Cells)
	}
}
