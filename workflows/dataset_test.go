package workflows

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
)

// fake stands in for the activities, so that the decisions of workflows can be seen alone. The real activities run in
// the integration tests of package worker.
type fake struct {
	*activities.Activities
	mu       sync.Mutex
	running  int
	most     int
	order    []int
	failed   []ziplaw.CellName // as the last fit was told
	trainErr func(cell int) error
	fitErr   func() error
}

func (f *fake) Sample(context.Context, activities.SampleInput) (activities.RecordResult, error) {
	return activities.RecordResult{Record: "sha256:sample"}, nil
}

func (f *fake) Compress(_ context.Context, in activities.CompressInput) (activities.CompressResult, error) {
	if in.Sample != "sha256:sample" {
		return activities.CompressResult{}, errors.New("compress: not the sample's record")
	}
	return activities.CompressResult{Record: "sha256:compress", H: 0.25}, nil
}

func (f *fake) TrainCell(_ context.Context, in activities.TrainCellInput) (activities.TrainCellResult, error) {
	f.mu.Lock()
	f.running++
	f.most = max(f.most, f.running)
	cell := int(in.Cell.D) - 1
	f.order = append(f.order, cell)
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		f.running--
		f.mu.Unlock()
	}()
	if f.trainErr != nil {
		if err := f.trainErr(cell); err != nil {
			return activities.TrainCellResult{}, err
		}
	}
	state := ziplaw.StateDone
	if cell == 3 {
		state = ziplaw.StateDiverged
	}
	return activities.TrainCellResult{State: state, Reused: cell == 0, Loss: 1}, nil
}

func (f *fake) Fit(_ context.Context, in activities.FitInput) (activities.RecordResult, error) {
	f.failed = in.Failed
	if f.fitErr != nil {
		if err := f.fitErr(); err != nil {
			return activities.RecordResult{}, err
		}
	}
	return activities.RecordResult{Record: "sha256:fit"}, nil
}

// runDataSet runs the data set's workflow on the SDK's test environment, without its study.
// runDataSet runs one run of a data set's workflow.
func runDataSet(t *testing.T, f *fake, in DataSetInput) (*testsuite.TestWorkflowEnvironment, *DataSetResult) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.RegisterActivity(f)
	env.OnSignalExternalWorkflow("default-test-namespace", ziplaw.WorkflowID("s"), "", dataSetSignal, mock.Anything).Return(nil)
	env.ExecuteWorkflow(DataSet, in)
	if !env.IsWorkflowCompleted() {
		t.Fatal("the workflow didn't end")
	}
	if env.GetWorkflowError() != nil {
		return env, nil
	}
	var r *DataSetResult
	if err := env.GetWorkflowResult(&r); err != nil {
		t.Fatal(err)
	}
	return env, r
}

func input(cells int) DataSetInput {
	grid := ziplaw.Grid{Models: []ziplaw.Model{{H: 4, Layers: 1}}, Seeds: []int64{1}}
	for i := range int64(cells) { // cell i has the budget i+1
		grid.Budgets = append(grid.Budgets, i+1)
	}
	return DataSetInput{
		Study: "s", Spec: "sha256:spec", DataSet: "d", Grid: grid, Signals: 50,
		Progress: DataSetProgress{DataSet: "d", Cells: ziplaw.Counts{Total: cells, Queued: cells}},
	}
}

func TestDataSetCountsCells(t *testing.T) {
	f := &fake{trainErr: func(cell int) error {
		if cell == 5 {
			return temporal.NewNonRetryableApplicationError("gone", ziplaw.CodeNoProgress, nil)
		}
		return nil
	}}
	_, r := runDataSet(t, f, input(40))
	want := ziplaw.Counts{Total: 40, Done: 38, Reused: 1, Failed: 1, Diverged: 1}
	if r.Cells != want {
		t.Errorf("counts %+v, want %+v", r.Cells, want)
	}
	if len(r.Warnings) != 1 || r.Warnings[0].Code != "cell_failed" || !strings.Contains(r.Warnings[0].Message, "gone") {
		t.Errorf("warnings %+v", r.Warnings)
	}
	if r.Measured.Fit != "sha256:fit" || r.Measured.Sample != "sha256:sample" {
		t.Errorf("records %+v", r.Measured)
	}
}

func TestDataSetKeepsAWindow(t *testing.T) {
	f := &fake{}
	_, r := runDataSet(t, f, input(100))
	if r.Cells.Done != 99 || f.most > windowCells {
		t.Errorf("%d done, %d at once, window %d", r.Cells.Done, f.most, windowCells)
	}
}

func TestDataSetContinuesAsNewBetweenBatches(t *testing.T) {
	f := &fake{}
	env, _ := runDataSet(t, f, input(batchCells+10))
	next, ok := errors.AsType[*workflow.ContinueAsNewError](env.GetWorkflowError())
	if !ok {
		t.Fatalf("no continue-as-new: %v", env.GetWorkflowError())
	}
	if len(f.order) != batchCells {
		t.Errorf("%d cells in the first batch", len(f.order))
	}
	var in DataSetInput
	if err := converter.GetDefaultDataConverter().FromPayloads(next.Input, &in); err != nil {
		t.Fatal(err)
	}
	if in.Next != batchCells || in.Progress.Cells.Finished() != batchCells || in.Measured.Compress != "sha256:compress" {
		t.Errorf("the next run starts with %+v", in)
	}
	_, r := runDataSet(t, f, in)
	if r.Cells.Finished() != batchCells+10 {
		t.Errorf("after the second batch: %+v", r.Cells)
	}
}

// corruptUntil fails with a corrupt artifact before the nth call.
func corruptUntil(n int) func() error {
	calls := 0
	return func() error {
		if calls++; calls < n {
			return temporal.NewNonRetryableApplicationError("rotten", ziplaw.CodeCorruptArtifact, nil)
		}
		return nil
	}
}

// untilItEnds runs a data set's workflow through all runs that it continues as.
func untilItEnds(t *testing.T, f *fake, in DataSetInput) (r *DataSetResult, err error) {
	t.Helper()
	for range 50 {
		env, r := runDataSet(t, f, in)
		next, more := errors.AsType[*workflow.ContinueAsNewError](env.GetWorkflowError())
		if !more {
			return r, env.GetWorkflowError()
		}
		in = DataSetInput{}
		if err := converter.GetDefaultDataConverter().FromPayloads(next.Input, &in); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("it goes on for ever")
	return nil, nil
}

func TestDataSetMakesAgainWhatWasCorrupt(t *testing.T) {
	f := &fake{fitErr: corruptUntil(2)}
	r, err := untilItEnds(t, f, input(10))
	if err != nil || len(f.order) != 20 || r.Measured.Fit != "sha256:fit" {
		t.Fatalf("result %+v, %v after %d cells, want all cells twice", r, err, len(f.order))
	}
	if want := (ziplaw.Counts{Total: 10, Done: 9, Reused: 1, Diverged: 1}); r.Cells != want {
		t.Errorf("counts %+v, want %+v", r.Cells, want)
	}

	corrupt := corruptUntil(2)
	f = &fake{trainErr: func(cell int) error {
		if cell == 2 {
			return corrupt()
		}
		return nil
	}}
	if r, err = untilItEnds(t, f, input(10)); err != nil || r.Cells.Failed > 0 {
		t.Errorf("result %+v, %v, want no failed cell", r, err)
	}

	f = &fake{fitErr: corruptUntil(100)}
	if _, err := untilItEnds(t, f, input(10)); !activities.Corrupt(err) {
		t.Errorf("error %v, want the corrupt artifact in the end", err)
	}
}

// TestDataSetMendsAsLongAsItGetsFurther: ten cells find something damaged, one after the other.
func TestDataSetMendsAsLongAsItGetsFurther(t *testing.T) {
	found := map[int]bool{}
	f := &fake{trainErr: func(cell int) error {
		if cell%10 == 9 && !found[cell] {
			found[cell] = true
			return temporal.NewNonRetryableApplicationError("rotten", ziplaw.CodeCorruptArtifact, nil)
		}
		return nil
	}}
	in := input(400) // more than a batch: failures of the batch before are kept, too
	r, err := untilItEnds(t, f, in)
	if err != nil || r.Cells.Finished() != 400 || r.Cells.Failed > 0 || len(found) != 40 {
		t.Fatalf("%+v, %v; %d found damaged", r, err, len(found))
	}
	if len(r.Warnings) > mostWarnings {
		t.Errorf("%d warnings", len(r.Warnings))
	}
}

// TestFailedCellsAreKeptByName, over batches, for the fit.
func TestFailedCellsAreKeptByName(t *testing.T) {
	f := &fake{trainErr: func(cell int) error {
		if cell == 5 || cell == 300 {
			return temporal.NewNonRetryableApplicationError("gone", ziplaw.CodeNoProgress, nil)
		}
		return nil
	}}
	r, err := untilItEnds(t, f, input(400))
	want := []ziplaw.CellName{{Model: "h4-l1-a0-i0", D: 6, Seed: 1}, {Model: "h4-l1-a0-i0", D: 301, Seed: 1}}
	if err != nil || r.Cells.Failed != 2 || !slices.Equal(f.failed, want) {
		t.Errorf("%+v, %v; the fit hears of %v, want %v", r, err, f.failed, want)
	}
}
