package workflows

import (
	"errors"
	"fmt"
	"slices"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
)

// pending are the data sets that are neither done nor given up.
func (w *study) pending() (names []string) {
	for _, d := range w.at.Progress.DataSets {
		if d.Phase != ziplaw.PhaseDone && d.Phase != ziplaw.PhaseFailed {
			names = append(names, d.DataSet)
		}
	}
	return names
}

// batch runs the next data sets to their ends, all at once, and those that requests add while it runs. One that fails doesn't end the others: what they make is kept,
// and a study that runs again goes on with it. The batch returns the error of the first data set that couldn't mend what was
// damaged, which stays pending, and the study's own end.
func (w *study) batch(ctx workflow.Context) (corrupt, err error) {
	running, started := 0, 0
	start := func(names []string) {
		for _, name := range names[:min(len(names), batchDataSets-started)] {
			running, started = running+1, started+1
			workflow.Go(ctx, func(ctx workflow.Context) {
				if err := w.runDataSet(ctx, name); err != nil && corrupt == nil {
					corrupt = err
				}
				running--
			})
		}
	}
	w.fresh = nil
	start(w.pending())
	ended, _ := workflow.NewDisconnectedContext(ctx)
	for running > 0 {
		if err := workflow.Await(ended, func() bool { return running == 0 || len(w.fresh) > 0 }); err != nil {
			return nil, err
		}
		start(w.fresh)
		w.fresh = nil
	}
	return corrupt, ctx.Err()
}

// runDataSet runs one data set's workflow and keeps how it ended, unless it ended with what the study can mend.
func (w *study) runDataSet(ctx workflow.Context, name string) error {
	r, err := w.child(ctx, name)
	d := w.dataSet(name)
	switch {
	case err == nil:
		w.at.Measured[name] = r.Measured
		d.Phase, d.Cells, d.Warnings = ziplaw.PhaseDone, r.Cells, r.Warnings
	case ctx.Err() != nil: // the study's end
	case activities.Corrupt(err):
		w.reset(name)
		return err
	default:
		e := activities.FromTemporal(err)
		d.Phase = ziplaw.PhaseFailed
		d.Warnings = append(d.Warnings, ziplaw.Warning{Code: e.Code, Message: fmt.Sprintf("data set %s: %v", name, e)})
	}
	w.count()
	return nil //nolint:nilerr // it is kept
}

// child runs the workflow of a data set. Where one runs under its id, such as that of a run of the study that was reset, it
// waits for that one first: what it makes is found.
func (w *study) child(ctx workflow.Context, name string) (r DataSetResult, err error) {
	id := ziplaw.DataSetWorkflowID(w.spec.Name, name)
	for {
		in := DataSetInput{
			Study: w.spec.Name, Spec: w.at.Plan.Spec, DataSet: name, Grid: w.spec.Grid(), Signals: signals(len(w.at.Progress.DataSets)),
			SearchAttributes: w.at.Plan.SearchAttributes, Numerics: w.at.Plan.Numerics, Origin: w.at.Plan.Origins[name],
			Progress: w.begin(name), Again: slices.Contains(w.at.Again, name), Paused: w.at.Paused, Priority: w.spec.Priority,
		}
		running := workflow.ExecuteChildWorkflow(child(ctx, id), DataSet, in)
		w.children[name] = running
		err := running.Get(ctx, &r)
		delete(w.children, name)
		if _, runs := errors.AsType[*temporal.ChildWorkflowExecutionAlreadyStartedError](err); !runs {
			return r, err
		}
		run := activities.WorkflowRun{WorkflowID: id}
		if err := workflow.ExecuteActivity(waiting(ctx), (*activities.Activities).AwaitWorkflow, run).Get(ctx, nil); ctx.Err() != nil {
			return r, err
		}
	}
}

// begin is the progress that a data set begins with, whatever another run of its workflow has told.
func (w *study) begin(name string) DataSetProgress {
	d := w.dataSet(name)
	reused := d.Cells.Reused
	if !slices.Contains(w.at.Again, name) {
		reused = 0
	}
	*d = DataSetProgress{DataSet: name, Phase: ziplaw.PhasePlan, Asked: d.Asked, Cells: ziplaw.Counts{Total: d.Cells.Total, Queued: d.Cells.Total, Reused: reused}}
	w.count()
	return *d
}

// signals is how many signals of its progress a data set sends while its cells train, so that they are some hundreds in all.
// Of more than 50 data sets each sends five: on its way into each of three phases, and these two.
func signals(sets int) int {
	if sets > 50 {
		return 2
	}
	return min(50, 500/sets)
}

// reset makes a data set pending again. What was reused of its cells was counted already.
func (w *study) reset(name string) {
	if w.dataSet(name) == nil {
		return
	}
	delete(w.at.Measured, name)
	if !slices.Contains(w.at.Again, name) {
		w.at.Again = append(w.at.Again, name)
	}
	w.begin(name)
}

// failed is the error of the data sets that were given up; nil where there are none.
func (w *study) failed() error {
	var failures []ziplaw.Warning
	for _, d := range w.at.Progress.DataSets {
		if d.Phase == ziplaw.PhaseFailed {
			failures = append(failures, d.Warnings[len(d.Warnings)-1])
		}
	}
	if len(failures) == 0 {
		return nil
	}
	e := &ziplaw.Error{
		Code: failures[0].Code, Message: failures[0].Message,
		Hint: "mend the cause and start the study again; what is done is kept",
	}
	if n := len(failures) - 1; n > 0 {
		e.Message += fmt.Sprintf("; %d other data sets failed, too", n)
	}
	return e
}
