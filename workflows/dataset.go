package workflows

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
)

// DataSet samples and measures one data set, trains its cells in a bounded window, smallest first, and fits its law.
// After each batch of cells it continues as new, and where artifacts turn out to be damaged, it begins again: what is
// whole answers at once.
func DataSet(ctx workflow.Context, in DataSetInput) (*DataSetResult, error) {
	w := &dataSet{in: in, reported: in.Progress.Cells.Finished(), running: map[int]workflow.CancelFunc{}, held: map[int]bool{}}
	w.list()
	if err := w.setup(ctx); err != nil {
		return nil, err
	}
	return w.run(ctx)
}

// dataSet is the state of a data set's workflow.
type dataSet struct {
	in       DataSetInput
	cells    []ziplaw.Cell               // all of them, in the order in which they start
	grids    []int                       // where the cells of each grid begin, those of the input first
	running  map[int]workflow.CancelFunc // what ends the cells in flight, by their places
	held     map[int]bool                // cells in flight that a pause ends
	reported int                         // finished cells that the study has heard of
}

func (w *dataSet) setup(ctx workflow.Context) error {
	workflow.Go(ctx, w.listen)
	return workflow.SetQueryHandler(ctx, ProgressQuery, func() (DataSetProgress, error) { return w.in.Progress, nil })
}

func (w *dataSet) run(ctx workflow.Context) (*DataSetResult, error) {
	r, err := w.round(ctx)
	if !activities.Corrupt(err) || !w.in.Repairs.again(w.far()) {
		return r, err
	}
	w.in.Next, w.in.Open, w.in.Failed, w.in.NoModels, w.in.Again = 0, nil, nil, 0, true
	w.in.Progress.Warnings = warn(w.in.Progress.Warnings, madeAgain(err))
	w.in.Progress.Cells = w.in.Progress.Cells.Again()
	return nil, w.continued(ctx)
}

// continued ends this run and begins the next one where this one stands.
func (w *dataSet) continued(ctx workflow.Context) error {
	w.drain(ctx)
	return workflow.NewContinueAsNewError(ctx, DataSet, w.in)
}

// far is how far the round got, for repairs.
func (w *dataSet) far() int {
	switch w.in.Progress.Phase {
	case ziplaw.PhaseSample:
		return 1
	case ziplaw.PhaseTrain:
		return 2 + w.in.Progress.Cells.Finished()
	}
	return 3 + len(w.cells)
}

// round goes through the data set's actions from where it stands, and again where it was asked for more meanwhile.
func (w *dataSet) round(ctx workflow.Context) (*DataSetResult, error) {
	for first := w.in.Next; ; first = w.in.Next {
		if err := w.train(ctx, first); err != nil {
			return nil, err
		}
		if w.waiting(len(w.cells)) {
			return nil, w.continued(ctx)
		}
		if err := w.unpaused(ctx); err != nil {
			return nil, err
		}
		if err := w.fit(ctx); err != nil {
			return nil, err
		}
		if w.drain(ctx); !w.in.Stale && !w.waiting(len(w.cells)) {
			return w.result(ctx), nil
		}
	}
}

func (w *dataSet) result(ctx workflow.Context) *DataSetResult {
	w.phase(ctx, ziplaw.PhaseDone)
	if n := w.in.NoModels; n > 0 {
		w.in.Progress.Warnings = append(w.in.Progress.Warnings, ziplaw.Warning{Code: "no_models", Message: fmt.Sprintf(
			"%s: %d cells were reused from a study that didn't keep their models; keep_models holds for cells that are trained", w.in.DataSet, n)})
	}
	return &DataSetResult{Measured: w.in.Measured, Cells: w.in.Progress.Cells, Warnings: w.in.Progress.Warnings}
}

func (w *dataSet) measure(ctx workflow.Context) error {
	w.phase(ctx, ziplaw.PhaseSample)
	var (
		sample   activities.RecordResult
		compress activities.CompressResult
	)
	in := activities.SampleInput{Spec: w.in.Spec, DataSet: w.in.DataSet, Origin: w.in.Origin}
	if err := workflow.ExecuteActivity(long(ctx), (*activities.Activities).Sample, in).Get(ctx, &sample); err != nil {
		return err
	}
	measured := activities.CompressInput{Spec: w.in.Spec, DataSet: w.in.DataSet, Sample: sample.Record}
	if err := workflow.ExecuteActivity(long(ctx), (*activities.Activities).Compress, measured).Get(ctx, &compress); err != nil {
		return err
	}
	w.in.Measured = ziplaw.Measured{DataSet: w.in.DataSet, Sample: sample.Record, Compress: compress.Record}
	w.in.Progress.H = compress.H
	if w.in.SearchAttributes {
		upsert(ctx, attrH.ValueSet(compress.H))
	}
	return nil
}

// train measures the documents where that is to be done, and runs the cells of a batch that begins with the first one, at most a
// window of them at once. The first error that isn't a cell's own ends it when the cells in flight have ended.
func (w *dataSet) train(ctx workflow.Context, first int) error {
	stop := w.documents(ctx)
	for stop == nil {
		last := func() int { return min(first+batchCells, len(w.cells)) }
		if err := workflow.Await(ctx, func() bool { return stop != nil || w.ready(last()) || w.idle(last()) }); err != nil {
			stop = err
		}
		switch {
		case stop != nil:
		case w.in.Stale:
			stop = w.documents(ctx)
		case w.ready(last()):
			w.start(ctx, w.next(), &stop)
		default:
			return nil
		}
	}
	done, _ := workflow.NewDisconnectedContext(ctx)
	if err := workflow.Await(done, func() bool { return len(w.running) == 0 }); err != nil {
		return err
	}
	return stop
}

// documents samples and measures the documents that the cells to come read, unless that is done.
func (w *dataSet) documents(ctx workflow.Context) error {
	if w.in.Next == 0 && len(w.running) == 0 || w.in.Stale {
		if err := w.unpaused(ctx); err != nil {
			return err
		}
		w.in.Stale = false
		if err := w.measure(ctx); err != nil {
			return err
		}
	}
	w.phase(ctx, ziplaw.PhaseTrain)
	return nil
}

// waiting says whether a cell before the last one has not been started.
func (w *dataSet) waiting(last int) bool { return len(w.in.Open) > 0 || w.in.Next < last }

// ready says whether there is something to begin.
func (w *dataSet) ready(last int) bool {
	return !w.in.Paused && (w.in.Stale || len(w.running) < windowCells && w.waiting(last))
}

// idle says whether nothing is left of a batch.
func (w *dataSet) idle(last int) bool { return len(w.running) == 0 && !w.in.Stale && !w.waiting(last) }

// next takes a cell that is waiting.
func (w *dataSet) next() (index int) {
	if len(w.in.Open) > 0 {
		index, w.in.Open = w.in.Open[0], w.in.Open[1:]
		return index
	}
	w.in.Next++
	return w.in.Next - 1
}

// start runs a cell. Stop gets its error where it isn't its own.
func (w *dataSet) start(ctx workflow.Context, index int, stop *error) {
	w.in.Progress.Cells.Queued--
	w.in.Progress.Cells.Running++
	ctx, w.running[index] = workflow.WithCancel(ctx)
	workflow.Go(ctx, func(ctx workflow.Context) {
		if err := w.cell(ctx, index); err != nil && *stop == nil {
			*stop = err // the first: it names what others may find gone
		}
		delete(w.running, index)
	})
}

// cell trains one cell and counts it. A cell that fails for good is counted, and the study goes on without it; the end
// of the study itself, or a corrupt artifact that another action has made, is an error.
func (w *dataSet) cell(ctx workflow.Context, index int) error {
	name := w.cells[index].Name()
	in := activities.TrainCellInput{Spec: w.in.Spec, DataSet: w.in.DataSet, Sample: w.in.Measured.Sample, Cell: name}
	var r activities.TrainCellResult
	err := workflow.ExecuteActivity(training(ctx, w.in.Numerics, w.urgency(index)), (*activities.Activities).TrainCell, in).Get(ctx, &r)
	ended := temporal.IsCanceledError(err) || ctx.Err() != nil && temporal.IsTimeoutError(err) // that of a worker that was lost meanwhile
	switch {
	case ended && w.held[index]:
		w.reopen(index)
		return nil
	case ended:
		return workflow.ErrCanceled
	case activities.Corrupt(err):
		return err
	}
	c := &w.in.Progress.Cells
	c.Running--
	switch {
	case err != nil:
		workflow.GetLogger(ctx).Error("cell failed", "cell", name.String(), "error", errors.Unwrap(err))
		w.in.Failed = append(w.in.Failed, name)
		if c.Failed++; c.Failed <= mostReasons {
			w.in.Progress.Warnings = append(w.in.Progress.Warnings, cellFailed(err))
		}
	case r.State == ziplaw.StateDiverged:
		c.Diverged++
	default:
		c.Done++
		w.in.Progress.Loss = r.Loss
	}
	if r.Reused && !w.in.Again {
		c.Reused++
	}
	if r.NoModel {
		w.in.NoModels++
	}
	w.tell(ctx)
	return nil
}

// tell signals the study a bounded number of times over the cells, so that its history doesn't grow with them.
func (w *dataSet) tell(ctx workflow.Context) {
	finished := w.in.Progress.Cells.Finished()
	if (finished-w.reported)*w.in.Signals < len(w.cells) {
		return
	}
	w.reported = finished
	w.signal(ctx)
}

func (w *dataSet) signal(ctx workflow.Context) {
	f := workflow.SignalExternalWorkflow(ctx, ziplaw.WorkflowID(w.in.Study), "", dataSetSignal, w.in.Progress)
	workflow.Go(ctx, func(ctx workflow.Context) { _ = f.Get(ctx, nil) }) // a study that has ended needs no progress
}

func (w *dataSet) fit(ctx workflow.Context) error {
	w.phase(ctx, ziplaw.PhaseFit)
	in := activities.FitInput{Spec: w.in.Spec, DataSet: w.in.DataSet, Sample: w.in.Measured.Sample, Failed: w.in.Failed}
	var r activities.RecordResult
	if err := workflow.ExecuteActivity(long(ctx), (*activities.Activities).Fit, in).Get(ctx, &r); err != nil {
		return err
	}
	w.in.Measured.Fit = r.Record
	return nil
}

// phase begins a phase. The study learns the last one from the result.
func (w *dataSet) phase(ctx workflow.Context, phase string) {
	if w.in.Progress.Phase == phase {
		return
	}
	w.in.Progress.Phase = phase
	if w.in.SearchAttributes {
		upsert(ctx, attrStudy.ValueSet(w.in.Study), attrDataSet.ValueSet(w.in.DataSet), attrPhase.ValueSet(phase))
	}
	if phase != ziplaw.PhaseDone {
		w.signal(ctx)
	}
}
