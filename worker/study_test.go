package worker_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/infra/infratest"
	"github.com/ziplaw/ziplaw/worker"
	"github.com/ziplaw/ziplaw/workflows"
)

// TestStudiesShareCells runs a study, extends it, and runs another one with the same cells.
func TestStudiesShareCells(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.run(tiny(t, "first"))
	if first.Cells != (ziplaw.Counts{Total: 12, Done: 12}) || len(first.Fits) != 2 || len(first.Regressions) != 9 {
		t.Fatalf("cells %+v, %d fits, %d regressions", first.Cells, len(first.Fits), len(first.Regressions))
	}
	before := s.cells()
	if len(before) != 12 {
		t.Fatalf("%d cells in the store", len(before))
	}

	extended := s.run(tiny(t, "first", budgets(4096, 8192, 16384, 32768)))
	if extended.Cells != (ziplaw.Counts{Total: 16, Done: 16, Reused: 12}) {
		t.Errorf("extended by a budget: cells %+v", extended.Cells)
	}
	after := s.cells()
	for key, rec := range before {
		if after[key].Attempt != rec.Attempt {
			t.Errorf("cell %s has been trained again", rec.Label)
		}
	}
	if len(after) != 16 || extended.Version == first.Version {
		t.Errorf("%d cells, version %s after %s", len(after), extended.Version.Short(), first.Version.Short())
	}

	second := s.run(tiny(t, "second", models(8, 16)))
	if second.Cells != (ziplaw.Counts{Total: 12, Done: 12, Reused: 6}) {
		t.Errorf("another study: cells %+v", second.Cells)
	}
	labels := map[string]int{}
	for _, rec := range s.cells() {
		labels[strings.SplitN(rec.Label, "/", 2)[0]]++
	}
	if labels["first"] != 16 || labels["second"] != 6 {
		t.Errorf("records by the study that made them: %v", labels)
	}
}

// TestSmallestFirst trains more cells than the window of a data set holds, one at a time.
func TestSmallestFirst(t *testing.T) {
	t.Parallel()
	s := bareSite(t, nextSite())
	s.start(worker.Options{Threads: 1})
	study := tiny(t, "ordered", models(4, 8, 16), func(s *ziplaw.Study) { s.Seeds = []int64{1, 2, 3, 4} })
	s.run(study)
	records := slices.SortedFunc(maps.Values(s.cells()), func(a, b ziplaw.Record) int { return a.Started.Compare(b.Started) })
	started := map[string][]string{}
	for _, rec := range records {
		dataset := strings.Split(rec.Label, "/")[1]
		started[dataset] = append(started[dataset], rec.Label)
	}
	for dataset, got := range started {
		var want []string
		for _, c := range study.Cells(dataset) {
			want = append(want, c.String())
		}
		if !slices.Equal(got, want) {
			t.Errorf("cells of data set %s started in the order\n%s\nwant\n%s", dataset, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestFinishedStudyAnswersFromTheStore(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.run(tiny(t, "again"))
	run := s.begin(tiny(t, "again"))
	again := s.end(run)
	if again.Digest != first.Digest || again.RunID != first.RunID || run.GetRunID() == first.RunID {
		t.Errorf("run %s answers run %s with %s, first %s with %s", run.GetRunID(), again.RunID, again.Digest, first.RunID, first.Digest)
	}
	for _, e := range s.history(run.GetID(), run.GetRunID()).GetEvents() {
		if name := e.GetActivityTaskScheduledEventAttributes().GetActivityType().GetName(); name != "" && name != "Resolve" {
			t.Errorf("it ran %s", name)
		}
		if e.GetEventType() == enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED {
			t.Error("it started a data set")
		}
	}
}

// TestOneRunOfAStudy starts a running study again: the same spec joins it, another one is refused.
func TestOneRunOfAStudy(t *testing.T) {
	t.Parallel()
	s := bareSite(t, "one-run") // no worker yet: the study waits
	study, other := tiny(t, "one"), tiny(t, "one", budgets(4096, 8192))
	running := s.begin(study)
	if joined := s.begin(study); joined.GetRunID() != running.GetRunID() {
		t.Errorf("run %s beside %s", joined.GetRunID(), running.GetRunID())
	}
	_, err := activities.StartStudy(t.Context(), s.client, other)
	if e := ziplaw.AsError(err); e == nil || e.Code != ziplaw.CodeStudyRunning {
		t.Errorf("another spec: %v", err)
	}
	joins, refused := s.raw("made-up-1", study), s.raw("made-up-2", other)
	s.start(worker.Options{})
	want := s.end(running)
	if got := s.end(joins); got.RunID != want.RunID || got.Digest != want.Digest || got.Digest == "" {
		t.Errorf("joined by another workflow: %s of run %s, want %s of run %s", got.Digest, got.RunID, want.Digest, want.RunID)
	}
	if e := s.failure(refused); e.Code != ziplaw.CodeStudyRunning {
		t.Errorf("another spec from another workflow: %+v", e)
	}
}

// raw starts a study as any Temporal client does: by names, with a workflow id that the client made up.
func (s *site) raw(id string, spec any) client.WorkflowRun {
	s.t.Helper()
	run, err := s.client.ExecuteWorkflow(s.t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: "ziplaw"}, "Study", spec)
	s.must(err)
	return run
}

// failure is the error of a study that mustn't end well. Its type is its code, and Temporal doesn't retry it.
func (s *site) failure(run client.WorkflowRun) *ziplaw.Error {
	s.t.Helper()
	var r ziplaw.StudyResult
	err := run.Get(s.t.Context(), &r)
	if err == nil {
		s.t.Fatalf("workflow %s ended well: %+v", run.GetID(), r)
	}
	e := activities.FromTemporal(err)
	if app, ok := errors.AsType[*temporal.ApplicationError](err); !ok || app.Type() != e.Code || !app.NonRetryable() {
		s.t.Errorf("workflow %s: %#v is no permanent error of type %s", run.GetID(), err, e.Code)
	}
	return e
}

// TestStudyByOtherIDs starts a study under invented ids, more of them than a worker does work at once: it runs under
// its own, and its result comes back to all, even after their worker was stopped.
func TestStudyByOtherIDs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	study := tiny(t, "named")
	var runs []client.WorkflowRun
	for i := range 5 {
		runs = append(runs, s.raw(fmt.Sprintf("invented-%d", i), study))
	}
	s.until("the study", func() bool { return s.history("ziplaw/named", "") != nil })
	s.stop()
	s.start(worker.Options{})
	own := s.end(s.client.GetWorkflow(t.Context(), "ziplaw/named", ""))
	if own.State != ziplaw.StudyDone || own.WorkflowID != "ziplaw/named" {
		t.Errorf("%s by workflow %s", own.State, own.WorkflowID)
	}
	for _, run := range runs {
		if r := s.end(run); r.Digest != own.Digest || r.WorkflowID != own.WorkflowID {
			t.Errorf("workflow %s: digest %s by workflow %s, its own %s", run.GetID(), r.Digest, r.WorkflowID, own.Digest)
		}
	}
}

// TestSearchAttributes finds a study and its data sets in the embedded server's own namespace.
func TestSearchAttributes(t *testing.T) {
	t.Parallel()
	_, home := infratest.Start(t).Temporal()
	s := bareSite(t, home)
	s.start(worker.Options{})
	r := s.run(tiny(t, "found"))
	for query, want := range map[string]int64{
		`ZiplawStudy = "found" and ZiplawPhase = "done"`:                       3,
		`ZiplawStudy = "found" and ZiplawDataSet = "b" and ZiplawH > 0`:        1,
		`WorkflowType = "` + workflows.StudyType + `" and ZiplawPhase = "fit"`: 0,
	} {
		s.until(query, func() bool { return s.count(query) == want })
	}
	if h := r.DataSets[0].H.Value; h <= 0 || h >= 1 {
		t.Errorf("H %v", h)
	}
}

func (s *site) count(query string) int64 {
	s.t.Helper()
	r, err := s.client.CountWorkflow(s.t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: query})
	s.must(err)
	return r.GetCount()
}
