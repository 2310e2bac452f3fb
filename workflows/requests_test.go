package workflows

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/ziplaw/ziplaw"
)

// asked runs a data set's workflow, which is asked for something after a cell has been asked for the first time.
func asked(t *testing.T, f *fake, in DataSetInput, cell int, requests ...request) *DataSetResult {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(20 * time.Second)
	env.RegisterActivity(f)
	env.OnSignalExternalWorkflow("default-test-namespace", ziplaw.WorkflowID("s"), "", dataSetSignal, mock.Anything).Return(nil)
	before, sent := f.trainErr, false
	f.trainErr = func(c int) error {
		if c == cell && !sent {
			sent = true
			for _, r := range requests {
				env.SignalWorkflow(requestSignal, r)
			}
		}
		if before != nil {
			return before(c)
		}
		return nil
	}
	env.ExecuteWorkflow(DataSet, in)
	var r *DataSetResult
	if err := env.GetWorkflowResult(&r); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestRetryOfFailedCells: a cell that has failed runs again when it is named, or all are, and is no failure when it is done.
func TestRetryOfFailedCells(t *testing.T) {
	for name, args := range map[string]RetryArgs{"all": {}, "by name": {Cells: []string{input(3).Grid.Cells("s", "d")[2].String()}}} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			f := &fake{trainErr: func(cell int) error {
				if cell != 2 {
					return nil
				}
				if calls++; calls == 1 {
					return temporal.NewNonRetryableApplicationError("gone", ziplaw.CodeNoProgress, nil)
				}
				return nil
			}}
			r := asked(t, f, input(80), 70, request{Retry: &args}) // long after the third cell
			if want := (ziplaw.Counts{Total: 80, Done: 79, Reused: 1, Diverged: 1}); r.Cells != want || len(r.Warnings) > 0 || calls != 2 {
				t.Errorf("%d attempts, counts %+v, warnings %v", calls, r.Cells, r.Warnings)
			}
		})
	}
	f := &fake{trainErr: func(cell int) error {
		if cell == 2 {
			return temporal.NewNonRetryableApplicationError("gone", ziplaw.CodeNoProgress, nil)
		}
		return nil
	}}
	r := asked(t, f, input(80), 70, request{Retry: &RetryArgs{Cells: []string{"s/d/h4-l1/D1/s1", "s/other/h4-l1/D3/s1"}}})
	if r.Cells.Failed != 1 || len(r.Warnings) != 1 {
		t.Errorf("cells of other names: counts %+v, warnings %v", r.Cells, r.Warnings)
	}
}

// TestExtensionOfADataSet adds a larger grid while cells train, and after all of them have been asked for.
func TestExtensionOfADataSet(t *testing.T) {
	for _, at := range []int{1, 39} {
		f := &fake{}
		r := asked(t, f, input(40), at, request{Extend: &extension{Spec: "sha256:larger", Grid: input(50).Grid}})
		if want := (ziplaw.Counts{Total: 50, Done: 49, Reused: 1, Diverged: 1}); r.Cells != want {
			t.Errorf("asked at cell %d: counts %+v, want %+v", at, r.Cells, want)
		}
		slices.Sort(f.order)
		if len(f.order) != 50 || f.order[49] != 49 {
			t.Errorf("cells %v: each was to be asked for once", f.order)
		}
	}
}

// TestPauseOfADataSet holds a data set for an hour.
func TestPauseOfADataSet(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	f := &fake{}
	env.RegisterActivity(f)
	env.OnSignalExternalWorkflow("default-test-namespace", ziplaw.WorkflowID("s"), "", dataSetSignal, mock.Anything).Return(nil)
	began := env.Now()
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(requestSignal, request{Pause: new(false)}) }, time.Hour)
	in := input(40)
	in.Paused = true
	env.ExecuteWorkflow(DataSet, in)
	var r *DataSetResult
	if err := env.GetWorkflowResult(&r); err != nil || r.Cells.Finished() != 40 {
		t.Errorf("%+v, %v", r, err)
	}
	if took := env.Now().Sub(began); took < time.Hour {
		t.Errorf("it was done after %s", took)
	}
}

// TestStudyGrows extends a study while its data sets run: the new one runs, and the report has all of them.
func TestStudyGrows(t *testing.T) {
	w := &world{}
	var answer Progress
	r, _, err := w.run(t, specOf(2), func(env *testsuite.TestWorkflowEnvironment) {
		if len(w.asked) > 0 {
			return
		}
		env.RegisterDelayedCallback(func() {
			larger, err := asJSON(specOf(3))
			if err != nil {
				t.Error(err)
			}
			env.UpdateWorkflow(ExtendRequest, "", &testsuite.TestUpdateCallback{
				OnAccept: func() {}, OnReject: func(err error) { t.Errorf("refused: %v", err) },
				OnComplete: func(p any, err error) {
					if answer, _ = p.(Progress); err != nil {
						t.Error(err)
					}
				},
			}, larger)
		}, 100*time.Millisecond)
	})
	if err != nil || w.asked["g-g3"] == 0 || w.resolved != 2 || r.Cells.Total != 3 || len(w.reported[len(w.reported)-1].DataSets) != 3 {
		t.Errorf("%+v, %v; data sets %v, resolved %d times", r, err, w.asked, w.resolved)
	}
	if len(answer.DataSets) != 3 || answer.Cells.Total != 3 {
		t.Errorf("answered with %+v", answer)
	}
}

// TestRetryOfEndedDataSets: those that have ended with failed cells, or failed themselves, run again while others still do.
func TestRetryOfEndedDataSets(t *testing.T) {
	w := &world{
		takes: func(name string) time.Duration {
			if name == "g-g4" {
				return time.Hour
			}
			return time.Second
		},
		failed: func(name string, time int) int {
			if name == "g-g1" && time == 1 {
				return 1
			}
			return 0
		},
		dataSet: func(name string, time int) error {
			if name == "g-g2" && time == 1 {
				return temporal.NewNonRetryableApplicationError("gone", ziplaw.CodeInternal, nil)
			}
			return nil
		},
	}
	r, runs, err := w.run(t, specOf(4), func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(RetryRequest, nil) }, time.Minute)
	})
	if err != nil || runs != 1 || r.Cells.Failed > 0 || r.Cells.Done != 4 {
		t.Errorf("%+v in %d runs, %v", r, runs, err)
	}
	if want := map[string]int{"g-g1": 2, "g-g2": 2, "g-g3": 1, "g-g4": 1}; !maps.Equal(w.asked, want) {
		t.Errorf("data sets ran %v times, want %v", w.asked, want)
	}
}

// TestRefusedRequests: what can't be is refused before anything changes.
func TestRefusedRequests(t *testing.T) {
	w := &world{}
	refused := map[string]string{}
	_, _, err := w.run(t, specOf(2), func(env *testsuite.TestWorkflowEnvironment) {
		env.RegisterDelayedCallback(func() {
			smaller, _ := asJSON(specOf(1))
			for name, arg := range map[string][]any{
				ResumeRequest: nil, RetryRequest: {RetryArgs{Cells: []string{"s/g-g1/h4-l1/D1/s1"}}}, ExtendRequest: {smaller},
			} {
				env.UpdateWorkflow(name, "", &testsuite.TestUpdateCallback{
					OnAccept: func() { t.Errorf("%s was accepted", name) }, OnReject: func(err error) { refused[name] = err.Error() },
					OnComplete: func(any, error) {},
				}, arg...)
			}
			env.SignalWorkflow(ExtendRequest, converter.RawValue{})
		}, 100*time.Millisecond)
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(refused) != 3 || !slices.ContainsFunc(w.reported[0].Warnings, func(w ziplaw.Warning) bool { return w.Code == "refused" }) {
		t.Errorf("%v, warnings %v", refused, w.reported[0].Warnings)
	}
	for name, want := range map[string]string{
		ResumeRequest: "study s isn't paused", RetryRequest: "study s has no cell s/g-g1/h4-l1/D1/s1", ExtendRequest: "the study would lose 2 cells: s/g-g1/h4-l1/D4096/s1, s/g-g2",
	} {
		if !strings.HasPrefix(refused[name], want) {
			t.Errorf("%s: %s, want %s", name, refused[name], want)
		}
	}
}

// TestRequestsTravel: what a data set was asked goes along when it continues as new.
func TestRequestsTravel(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	sent := false
	f := &fake{}
	f.trainErr = func(cell int) error {
		if cell == batchCells-1 && !sent {
			sent = true
			env.SignalWorkflow(requestSignal, request{Extend: &extension{Spec: "sha256:larger", Grid: input(batchCells + 60).Grid}})
			env.SignalWorkflow(requestSignal, request{Pause: new(true)})
		}
		return nil
	}
	env.RegisterActivity(f)
	env.OnSignalExternalWorkflow("default-test-namespace", ziplaw.WorkflowID("s"), "", dataSetSignal, mock.Anything).Return(nil)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(requestSignal, request{Pause: new(false)}) }, time.Hour)
	env.ExecuteWorkflow(DataSet, input(batchCells+10))
	next, ok := errors.AsType[*workflow.ContinueAsNewError](env.GetWorkflowError())
	if !ok {
		t.Fatalf("no continue-as-new: %v", env.GetWorkflowError())
	}
	var in DataSetInput
	if err := converter.GetDefaultDataConverter().FromPayloads(next.Input, &in); err != nil {
		t.Fatal(err)
	}
	if in.Spec != "sha256:larger" || len(in.Larger) != 1 || in.Progress.Cells.Total != batchCells+60 {
		t.Errorf("the next run starts with the spec %s, %d larger grids and %+v", in.Spec, len(in.Larger), in.Progress.Cells)
	}
	r, err := untilItEnds(t, &fake{}, in)
	if err != nil || r.Cells.Finished() != batchCells+60 || r.Cells.Queued != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}
