package workflows

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/spec"
)

// What a running study is asked for: an update of each name, which answers with the study's progress, and a signal of the same
// name for clients that send no updates. A signal that can't be is a warning of the study.
const (
	PauseRequest  = "pause"  // no argument: running cells end at a checkpoint, and nothing begins
	ResumeRequest = "resume" // no argument: the pause is over
	RetryRequest  = "retry"  // RetryArgs, or nothing for all: failed cells run again
	ExtendRequest = "extend" // a larger spec in JSON, as Study takes it: its further cells are added
)

// RetryArgs names failed cells as ziplaw list does, such as quick/g20-g11/h4-l1/D16384/s1. None are all.
type RetryArgs struct {
	Cells []string `json:"cells,omitempty"`
}

// names says whether a cell is meant.
func (r RetryArgs) names(c ziplaw.Cell) bool {
	return len(r.Cells) == 0 || slices.Contains(r.Cells, c.String())
}

// answer makes the study answer requests.
func (w *study) answer(ctx workflow.Context) error {
	w.signals = workflow.NewSelector(ctx)
	takes := func(name string, update, validator any, signal func(workflow.Context, converter.RawValue) error) error {
		w.signals.AddReceive(workflow.GetSignalChannel(ctx, name), func(c workflow.ReceiveChannel, _ bool) {
			var v converter.RawValue
			c.ReceiveAsync(&v)
			w.signalled = append(w.signalled, signalled{name, v, signal})
		})
		return workflow.SetUpdateHandlerWithOptions(ctx, name, update, workflow.UpdateHandlerOptions{Validator: validator})
	}
	all := []error{
		takes(PauseRequest, w.pause, nil, func(ctx workflow.Context, _ converter.RawValue) error { w.hold(ctx, true); return nil }),
		takes(ResumeRequest, w.resume, w.canResume, func(ctx workflow.Context, _ converter.RawValue) error { w.hold(ctx, false); return nil }),
		takes(RetryRequest, w.retry, w.canRetry, w.signalledRetry),
		takes(ExtendRequest, w.extend, w.canExtend, w.extendTo),
	}
	workflow.Go(ctx, func(ctx workflow.Context) {
		for {
			w.signals.Select(ctx)
			w.obey(ctx)
		}
	})
	return cmp.Or(all...)
}

// signalled is a request that came as a signal.
type signalled struct {
	name string
	arg  converter.RawValue
	do   func(workflow.Context, converter.RawValue) error
}

// obey does what signals have asked, in their order.
func (w *study) obey(ctx workflow.Context) {
	for len(w.signalled) > 0 {
		r := w.signalled[0]
		w.signalled = w.signalled[1:]
		if err := r.do(ctx, r.arg); err != nil {
			refused := ziplaw.Warning{Code: "refused", Message: fmt.Sprintf("the signal %s was refused: %s", r.name, reason(err))}
			w.at.Progress.Warnings = warn(w.at.Progress.Warnings, refused)
		}
	}
}

// reason is what an error says, of this workflow or of an activity.
func reason(err error) string {
	if e, ok := errors.AsType[*ziplaw.Error](err); ok {
		return e.Error()
	}
	return activities.FromTemporal(err).Error()
}

// ask sends a request to a data set that runs. One that has ended meanwhile runs again where there is something to do.
func (w *study) ask(ctx workflow.Context, name string, r request) {
	running := w.children[name]
	if running == nil {
		return
	}
	workflow.Go(ctx, func(ctx workflow.Context) {
		err := running.SignalChildWorkflow(ctx, requestSignal, r).Get(ctx, nil)
		if err == nil || r.Pause != nil || workflow.Await(ctx, func() bool { return w.children[name] != running }) != nil {
			return
		}
		w.rerun(name)
	})
}

// rerun makes a data set that has ended begin again, in this batch where there is room.
func (w *study) rerun(name string) {
	w.reset(name)
	w.fresh = append(w.fresh, name)
}

// pause holds the study, and answers when no cell runs any more.
func (w *study) pause(ctx workflow.Context) (Progress, error) {
	w.hold(ctx, true)
	err := workflow.Await(ctx, func() bool { return !w.at.Paused || w.still() })
	return w.at.Progress, err
}

// still says whether the data sets that run have nothing in flight.
func (w *study) still() bool {
	for _, name := range workflow.DeterministicKeys(w.children) {
		if d := w.dataSet(name); d != nil && !d.Paused {
			return false
		}
	}
	return true
}

func (w *study) canResume(workflow.Context) error {
	if w.at.Paused {
		return nil
	}
	return activities.TemporalError(&ziplaw.Error{
		Code: ziplaw.CodeUsage, Message: fmt.Sprintf("study %s isn't paused", w.spec.Name), Hint: "ziplaw status " + w.spec.Name + " shows what it does",
	})
}

func (w *study) resume(ctx workflow.Context) (Progress, error) {
	w.hold(ctx, false)
	return w.at.Progress, nil
}

// hold begins or ends a pause.
func (w *study) hold(ctx workflow.Context, paused bool) {
	if w.at.Paused == paused {
		return
	}
	w.at.Paused, w.at.Progress.State = paused, ziplaw.StudyRunning
	if paused {
		w.at.Progress.State = ziplaw.StudyPaused
	}
	for _, name := range workflow.DeterministicKeys(w.children) {
		w.dataSet(name).Paused = false // until it says so
		w.ask(ctx, name, request{Pause: &paused})
	}
}

// unpaused waits for the end of a pause.
func (w *study) unpaused(ctx workflow.Context) error {
	return workflow.Await(ctx, func() bool { return !w.at.Paused })
}

func (w *study) canRetry(_ workflow.Context, r RetryArgs) error {
	return activities.TemporalError(w.has(r))
}

// has refuses cells that the study doesn't have.
func (w *study) has(r RetryArgs) error {
	if len(r.Cells) == 0 {
		return nil
	}
	grid := w.spec.Grid()
	known := map[string]bool{}
	for _, d := range w.spec.DataSets() {
		for _, c := range grid.Cells(w.spec.Name, d.Name) {
			known[c.String()] = true
		}
	}
	for _, name := range r.Cells {
		if !known[name] {
			return &ziplaw.Error{
				Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("study %s has no cell %s", w.spec.Name, name), Hint: "ziplaw list " + w.spec.Name + " names its cells",
			}
		}
	}
	return nil
}

// retry asks the data sets that run, and begins those again that have ended with failed cells, or failed themselves.
func (w *study) retry(ctx workflow.Context, r RetryArgs) (Progress, error) {
	for _, d := range w.at.Progress.DataSets {
		switch {
		case w.children[d.DataSet] != nil:
			w.ask(ctx, d.DataSet, request{Retry: &r})
		case d.Phase == ziplaw.PhaseFailed, d.Phase == ziplaw.PhaseDone && d.Cells.Failed > 0:
			w.rerun(d.DataSet)
		}
	}
	return w.at.Progress, nil
}

func (w *study) signalledRetry(ctx workflow.Context, v converter.RawValue) error {
	var r RetryArgs
	if data := v.Payload().GetData(); len(data) > 0 {
		if err := json.Unmarshal(data, &r); err != nil {
			return ziplaw.BadSpec("", `send {"cells": [...]}, or nothing`, "the argument of retry: %v", err)
		}
	}
	if err := w.has(r); err != nil {
		return err
	}
	_, err := w.retry(ctx, r)
	return err
}

// canExtend refuses a spec that isn't a larger one.
func (w *study) canExtend(_ workflow.Context, v converter.RawValue) error {
	_, err := w.larger(v)
	return activities.TemporalError(err)
}

func (w *study) larger(v converter.RawValue) (s ziplaw.Study, err error) {
	text, err := plainJSON(v)
	if err != nil {
		return s, err
	}
	if s, err = spec.Parse(text); err != nil {
		return s, err
	}
	if w.extending {
		return s, &ziplaw.Error{Code: ziplaw.CodeStudyRunning, Message: fmt.Sprintf("study %s is being extended", w.spec.Name), Hint: "try again when that is done"}
	}
	return s, spec.Extends(w.spec, s)
}

// extend makes the study one of a larger spec. What runs goes on; cells that the larger grid has more are added behind it.
func (w *study) extend(ctx workflow.Context, v converter.RawValue) (Progress, error) {
	err := w.extendTo(ctx, v)
	return w.at.Progress, activities.TemporalError(err)
}

func (w *study) extendTo(ctx workflow.Context, v converter.RawValue) error {
	s, err := w.larger(v)
	if err != nil {
		return err
	}
	w.extending = true
	defer func() { w.extending = false }()
	if err := workflow.Await(ctx, func() bool { return w.at.Plan != nil }); err != nil {
		return err
	}
	plan, err := w.plan(ctx, s)
	if err != nil {
		return err
	}
	if plan.Finished != nil {
		return &ziplaw.Error{
			Code: ziplaw.CodeUsage, Message: "this larger version of the study has finished before", Hint: "ziplaw run SPEC answers with it when this one has ended",
		}
	}
	if err := workflow.UpsertMemo(ctx, map[string]any{activities.SpecMemo: s}); err != nil {
		return err
	}
	w.spec, w.at.Plan = s, &plan
	w.at.Progress.Version = plan.Version
	w.at.Progress.Extended++
	for _, d := range s.DataSets() {
		w.grow(ctx, d.Name)
	}
	w.count()
	return nil
}

// grow gives a data set the cells of the study's grid.
func (w *study) grow(ctx workflow.Context, name string) {
	grid := w.spec.Grid()
	size := grid.Size()
	d := w.dataSet(name)
	if d == nil {
		w.at.Progress.DataSets = append(w.at.Progress.DataSets, DataSetProgress{
			DataSet: name, Phase: ziplaw.PhasePlan, Cells: ziplaw.Counts{Total: size, Queued: size},
		})
		w.fresh = append(w.fresh, name)
		return
	}
	more := size - d.Cells.Total
	d.Cells.Total, d.Cells.Queued = size, d.Cells.Queued+more
	switch {
	case w.children[name] != nil:
		w.ask(ctx, name, request{Extend: &extension{Spec: w.at.Plan.Spec, Origin: w.at.Plan.Origins[name], Grid: grid}})
	case d.Phase == ziplaw.PhaseDone, d.Phase == ziplaw.PhaseFailed:
		w.rerun(name)
	}
}

// open says whether there is more to do than there was when the last batch began.
func (w *study) open(ctx workflow.Context) bool {
	w.settle(ctx)
	return ctx.Err() == nil && len(w.pending()) > 0
}

// settle takes what has been asked, and waits until all of it is answered: a run that ends would lose it.
func (w *study) settle(ctx workflow.Context) {
	answered := func() bool { return !w.extending && workflow.AllHandlersFinished(ctx) }
	_ = workflow.Await(ctx, answered)
	for w.signals.HasPending() {
		w.signals.Select(ctx)
	}
	w.obey(ctx)
	_ = workflow.Await(ctx, answered)
}
