package workflows

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
)

// world is what a study's workflow works on: its activities, and the workflows of its data sets.
type world struct {
	*activities.Activities
	mu       sync.Mutex
	resolved int
	asked    map[string]int // by data set
	running  int
	most     int
	dataSet  func(name string, time int) error // what the workflow of a data set ends with
	takes    func(name string) time.Duration
	failed   func(name string, time int) int // cells of a data set
	report   func(time int) error
	reported []activities.ReportInput
	awaited  []string
}

func (w *world) Resolve(context.Context, activities.ResolveInput) (activities.ResolveResult, error) {
	w.resolved++
	return activities.ResolveResult{Spec: "sha256:spec", Version: "version"}, nil
}

func (w *world) Regress(context.Context, activities.RegressInput) (activities.RecordResult, error) {
	return activities.RecordResult{Record: "sha256:regress"}, nil
}

func (w *world) Report(_ context.Context, in activities.ReportInput) (*ziplaw.StudyResult, error) {
	w.reported = append(w.reported, in)
	if w.report != nil {
		if err := w.report(len(w.reported)); err != nil {
			return nil, err
		}
	}
	return &ziplaw.StudyResult{State: ziplaw.StudyDone, Cells: in.Cells, Warnings: in.Warnings}, nil
}

func (w *world) AwaitWorkflow(_ context.Context, in activities.WorkflowRun) (json.RawMessage, error) {
	w.awaited = append(w.awaited, in.WorkflowID)
	return json.RawMessage(`{}`), nil
}

// child is the workflow of a data set.
func (w *world) child(ctx workflow.Context, in DataSetInput) (*DataSetResult, error) {
	w.mu.Lock()
	w.asked[in.DataSet]++
	w.running++
	w.most = max(w.most, w.running)
	time1 := w.asked[in.DataSet]
	w.mu.Unlock()
	defer func() { w.running-- }()
	takes := time.Second
	if w.takes != nil {
		takes = w.takes(in.DataSet)
	}
	if err := workflow.Sleep(ctx, takes); err != nil {
		return nil, err
	}
	if w.dataSet != nil {
		if err := w.dataSet(in.DataSet, time1); err != nil {
			return nil, err
		}
	}
	c := ziplaw.Counts{Total: in.Progress.Cells.Total, Done: in.Progress.Cells.Total}
	if w.failed != nil {
		c.Failed = w.failed(in.DataSet, time1)
		c.Done -= c.Failed
	}
	return &DataSetResult{Measured: ziplaw.Measured{DataSet: in.DataSet, Sample: "sha256:sample"}, Cells: c}, nil
}

func specOf(sets int) json.RawMessage {
	seeds := make([]int, sets)
	for i := range seeds {
		seeds[i] = i + 1
	}
	b, _ := json.Marshal(map[string]any{
		"version": 1, "name": "s", "context": 64, "budgets": []int{4096}, "seeds": []int{1},
		"models":   []any{map[string]int{"h": 4, "layers": 1}},
		"datasets": []any{map[string]any{"name": "g", "grammar_seeds": seeds, "grammar": map[string]int{"nonterminals": 10, "terminals": 150, "options": 5, "length": 3}}},
	})
	return b
}

// run runs a study through all runs that it continues as.
func (w *world) run(t *testing.T, input json.RawMessage, prepare func(*testsuite.TestWorkflowEnvironment)) (r *ziplaw.StudyResult, runs int, err error) {
	t.Helper()
	w.asked = map[string]int{}
	spec, err := asJSON(input)
	if err != nil {
		t.Fatal(err)
	}
	args := []any{spec, converter.RawValue{}}
	for runs = 1; runs < 30; runs++ {
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestWorkflowEnvironment()
		env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: ziplaw.WorkflowID("s"), TaskQueue: activities.TaskQueue})
		env.RegisterActivity(w)
		env.RegisterWorkflowWithOptions(w.child, workflow.RegisterOptions{Name: DataSetType})
		if runs > 1 {
			env.SetContinuedExecutionRunID("before")
		}
		if prepare != nil {
			prepare(env)
		}
		env.ExecuteWorkflow(Study, args...)
		if !env.IsWorkflowCompleted() {
			t.Fatal("the workflow didn't end")
		}
		next, more := errors.AsType[*workflow.ContinueAsNewError](env.GetWorkflowError())
		if !more {
			if err = env.GetWorkflowError(); err == nil {
				err = env.GetWorkflowResult(&r)
			}
			return r, runs, err
		}
		if w.running != 0 {
			t.Fatalf("it continued as new while %d data sets ran", w.running)
		}
		var spec, at converter.RawValue
		if err := converter.GetDefaultDataConverter().FromPayloads(next.Input, &spec, &at); err != nil {
			t.Fatal(err)
		}
		args = []any{spec, at}
	}
	t.Fatal("it goes on for ever")
	return nil, 0, nil
}

func TestStudyRunsDataSetsInBatches(t *testing.T) {
	w := &world{}
	r, runs, err := w.run(t, specOf(2000), nil)
	if err != nil || r.Cells.Done != 2000 || len(w.reported) != 1 || len(w.reported[0].DataSets) != 2000 {
		t.Fatalf("%+v, %v", r, err)
	}
	if runs != 10 || w.most != batchDataSets || w.resolved != 1 {
		t.Errorf("%d runs, %d data sets at once, resolved %d times", runs, w.most, w.resolved)
	}
	for name, n := range w.asked {
		if n != 1 {
			t.Errorf("data set %s ran %d times", name, n)
		}
	}
}

// TestStudyAsksAgainForWhatWasDamaged: only the data sets that make it again.
func TestStudyAsksAgainForWhatWasDamaged(t *testing.T) {
	damaged := func(sets ...string) error {
		return temporal.NewNonRetryableApplicationError("rotten", ziplaw.CodeCorruptArtifact, nil, &ziplaw.Error{Code: ziplaw.CodeCorruptArtifact, Message: "rotten"}, sets)
	}
	w := &world{
		report: func(time int) error {
			if time == 1 {
				return damaged("g-g2", "g-g5")
			}
			return nil
		},
		dataSet: func(name string, time int) error {
			if name == "g-g7" && time == 1 {
				return damaged()
			}
			return nil
		},
	}
	r, _, err := w.run(t, specOf(10), nil)
	if err != nil || r.Cells.Done != 10 || len(w.reported) != 2 {
		t.Fatalf("%+v, %v; %d reports", r, err, len(w.reported))
	}
	for name, n := range w.asked {
		want := 1
		if slices.Contains([]string{"g-g2", "g-g5", "g-g7"}, name) {
			want = 2
		}
		if n != want {
			t.Errorf("data set %s ran %d times, want %d", name, n, want)
		}
	}
	if len(r.Warnings) != 2 {
		t.Errorf("warnings %+v", r.Warnings)
	}

	w = &world{report: func(int) error { return damaged("g-g2") }}
	if _, _, err := w.run(t, specOf(10), nil); !activities.Corrupt(err) || w.asked["g-g2"] > 5 {
		t.Errorf("%v after %d rounds, want the damage in the end", err, w.asked["g-g2"])
	}
}

// TestStudySurvivesADataSet that fails: the others run to their ends.
func TestStudySurvivesADataSet(t *testing.T) {
	w := &world{dataSet: func(name string, _ int) error {
		if name == "g-g3" || name == "g-g220" {
			return temporal.NewNonRetryableApplicationError("no such file", ziplaw.CodeNotFound, nil, &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: "no such file"})
		}
		return nil
	}}
	_, _, err := w.run(t, specOf(250), nil)
	e := activities.FromTemporal(err)
	if e.Code != ziplaw.CodeNotFound || e.Message != "data set g-g3: no such file; 1 other data sets failed, too" {
		t.Errorf("%+v", e)
	}
	if len(w.asked) != 250 || len(w.reported) > 0 {
		t.Errorf("%d data sets ran, %d reports", len(w.asked), len(w.reported))
	}
}

// TestCanceledStudyWaitsForItsDataSets, which write the last checkpoints of their cells.
func TestCanceledStudyWaitsForItsDataSets(t *testing.T) {
	w := &world{}
	_, _, err := w.run(t, specOf(10), func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(env.CancelWorkflow, 500*time.Millisecond)
	})
	if !temporal.IsCanceledError(err) || w.running != 0 || len(w.asked) != 10 || len(w.reported) > 0 {
		t.Errorf("%v with %d of %d data sets running", err, w.running, len(w.asked))
	}
}

// TestStudyWaitsForADataSetThatRuns under an id of its own, and then asks for it.
func TestStudyWaitsForADataSetThatRuns(t *testing.T) {
	w := &world{}
	times := 0
	_, _, err := w.run(t, specOf(2), func(env *testsuite.TestWorkflowEnvironment) {
		env.OnWorkflow(DataSetType, mock.Anything, mock.Anything).Return(func(ctx workflow.Context, in DataSetInput) (*DataSetResult, error) {
			if times++; times == 1 {
				return nil, &temporal.ChildWorkflowExecutionAlreadyStartedError{}
			}
			return w.child(ctx, in)
		})
	})
	if err != nil || len(w.awaited) != 1 || len(w.asked) != 2 {
		t.Errorf("%v; awaited %v, asked %v", err, w.awaited, w.asked)
	}
}

// TestProgressStaysSmall bounds the signals that a study hears of its data sets.
func TestProgressStaysSmall(t *testing.T) {
	for _, c := range []struct{ sets, cells int }{{1, 1}, {1, 5000}, {10, 500}, {50, 100}, {51, 1}, {51, 7}, {51, 300}, {2000, 250}} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			var sent atomic.Int64 // the last ones of a workflow may go unsent here
			in := input(c.cells)
			in.Signals = signals(c.sets)
			for more := true; more; {
				var suite testsuite.WorkflowTestSuite
				env := suite.NewTestWorkflowEnvironment()
				env.RegisterActivity(&fake{})
				env.OnSignalExternalWorkflow(mock.Anything, mock.Anything, mock.Anything, mock.Anything, mock.Anything).Return(
					func(string, string, string, string, any) error { sent.Add(1); return nil })
				env.ExecuteWorkflow(DataSet, in)
				var next *workflow.ContinueAsNewError
				if next, more = errors.AsType[*workflow.ContinueAsNewError](env.GetWorkflowError()); more {
					in = DataSetInput{}
					if err := converter.GetDefaultDataConverter().FromPayloads(next.Input, &in); err != nil {
						t.Fatal(err)
					}
				}
			}
			most := int64(53)
			if c.sets > 50 {
				most = 5
			}
			if n := sent.Load(); n > most || n == 0 && c.cells > 1 { // those of a single cell are all among the last
				t.Errorf("%d signals, want at most %d", n, most)
			}
		})
	}
}
