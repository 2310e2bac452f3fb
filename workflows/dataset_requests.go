package workflows

import (
	"slices"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/ziplaw/ziplaw"
)

// request is what a study asks of a data set that runs: one of its fields is set.
type request struct {
	Pause  *bool      `json:"pause,omitempty"` // false: go on
	Retry  *RetryArgs `json:"retry,omitempty"`
	Extend *extension `json:"extend,omitempty"`
}

// extension is a larger grid of a data set, of another version of the study.
type extension struct {
	Spec   ziplaw.ArtifactID `json:"spec"`
	Origin ziplaw.ArtifactID `json:"origin,omitempty"`
	Grid   ziplaw.Grid       `json:"grid"`
}

// requestSignal is the name of the signal that carries a request.
const requestSignal = "request"

// listen takes what the study asks.
func (w *dataSet) listen(ctx workflow.Context) {
	requests := workflow.GetSignalChannel(ctx, requestSignal)
	for {
		var r request
		if !requests.Receive(ctx, &r) {
			return
		}
		w.take(ctx, r)
	}
}

// drain takes what has been asked and not been read yet: a run that ends would lose it.
func (w *dataSet) drain(ctx workflow.Context) {
	requests := workflow.GetSignalChannel(ctx, requestSignal)
	for {
		var r request
		if !requests.ReceiveAsync(&r) {
			return
		}
		w.take(ctx, r)
	}
}

func (w *dataSet) take(ctx workflow.Context, r request) {
	switch {
	case r.Pause != nil:
		w.pause(ctx, *r.Pause)
	case r.Retry != nil:
		w.retry(ctx, *r.Retry)
	case r.Extend != nil:
		w.extend(ctx, *r.Extend)
	}
}

// pause ends the cells in flight, which write checkpoints, and begins nothing until it is over. The study hears when they have ended.
func (w *dataSet) pause(ctx workflow.Context, paused bool) {
	w.in.Paused = paused
	if paused {
		for _, index := range workflow.DeterministicKeys(w.running) {
			w.held[index] = true
			w.running[index]()
		}
	}
	workflow.Go(ctx, func(ctx workflow.Context) {
		if err := workflow.Await(ctx, func() bool { return !w.in.Paused || len(w.running) == 0 }); err != nil {
			return
		}
		w.in.Progress.Paused = w.in.Paused
		w.signal(ctx)
	})
}

// unpaused waits for the end of a pause.
func (w *dataSet) unpaused(ctx workflow.Context) error {
	return workflow.Await(ctx, func() bool { return !w.in.Paused })
}

// reopen puts a cell that a pause has ended back among those that wait.
func (w *dataSet) reopen(index int) {
	delete(w.held, index)
	w.in.Open = append(w.in.Open, index)
	slices.Sort(w.in.Open)
	w.in.Progress.Cells.Running--
	w.in.Progress.Cells.Queued++
}

// retry runs failed cells again.
func (w *dataSet) retry(ctx workflow.Context, r RetryArgs) {
	for index, c := range w.cells {
		if !r.names(c) || !slices.Contains(w.in.Failed, c.Name()) {
			continue
		}
		w.in.Failed = slices.DeleteFunc(w.in.Failed, func(name ziplaw.CellName) bool { return name == c.Name() })
		w.in.Open = append(w.in.Open, index)
		w.in.Progress.Cells.Failed--
		w.in.Progress.Cells.Queued++
	}
	w.reported = w.in.Progress.Cells.Finished()
	w.in.Progress.Asked++
	if w.in.Progress.Cells.Failed == 0 {
		w.in.Progress.Warnings = slices.DeleteFunc(w.in.Progress.Warnings, func(w ziplaw.Warning) bool { return w.Code == cellFailedCode })
	}
	w.signal(ctx)
}

// extend adds the cells that a larger grid has more. What they read is measured first: larger budgets take more documents.
func (w *dataSet) extend(ctx workflow.Context, e extension) {
	before := len(w.cells)
	w.in.Spec, w.in.Origin, w.in.Stale = e.Spec, e.Origin, true
	w.in.Larger = append(w.in.Larger, e.Grid)
	w.list()
	w.in.Progress.Cells.Total += len(w.cells) - before
	w.in.Progress.Cells.Queued += len(w.cells) - before
	w.in.Progress.Asked++
	w.signal(ctx)
}

// list makes the list of all cells: those of the first grid, and behind them those that each larger one has more.
func (w *dataSet) list() {
	w.cells, w.grids = nil, nil
	listed := map[ziplaw.CellName]bool{}
	for _, g := range append([]ziplaw.Grid{w.in.Grid}, w.in.Larger...) {
		w.grids = append(w.grids, len(w.cells))
		for _, c := range g.Cells(w.in.Study, w.in.DataSet) {
			if !listed[c.Name()] {
				listed[c.Name()] = true
				w.cells = append(w.cells, c)
			}
		}
	}
}

// urgency is a cell's priority in the queue in which all studies' cells wait: that of its study where it has one, or else by its
// size, so that the smallest cells of all data sets go first. Where the server has fairness, studies of one priority take turns.
func (w *dataSet) urgency(index int) temporal.Priority {
	p := temporal.Priority{PriorityKey: w.in.Priority, FairnessKey: w.in.Study}
	if p.PriorityKey == 0 {
		from, to := 0, len(w.cells)
		for i, first := range w.grids {
			if first <= index {
				from, to = first, append(w.grids, len(w.cells))[i+1]
			}
		}
		p.PriorityKey = 1 + priorities*(index-from)/(to-from)
	}
	return p
}
