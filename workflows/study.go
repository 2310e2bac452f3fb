package workflows

import (
	"encoding/json"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/spec"
)

// Study runs the study of a spec, JSON as tctl and temporal send it, and returns what `ziplaw status` prints.
//
// Its workflow id is ziplaw/NAME. Started under any other id, it starts or joins the study of that id and returns its
// result. A spec that can't be fails at once with the type bad_spec. A finished version of the study answers from the
// store.
//
// The spec is the one argument. The SDK drops what a workflow has no parameter for; the second is there to be refused.
func Study(ctx workflow.Context, input, second json.RawMessage) (*ziplaw.StudyResult, error) {
	s, err := spec.Parse(input)
	if err == nil && second != nil {
		err = ziplaw.BadSpec("", "the spec alone", "the workflow takes one argument, and there are more")
	}
	if err != nil {
		return nil, activities.TemporalError(err)
	}
	if workflow.GetInfo(ctx).WorkflowExecution.ID != ziplaw.WorkflowID(s.Name) {
		return join(ctx, s)
	}
	w := &study{spec: s, started: workflow.Now(ctx)}
	if err := w.setup(ctx); err != nil {
		return nil, err
	}
	return w.run(ctx)
}

// join hands the study to the workflow of its own id and waits for the result.
func join(ctx workflow.Context, s ziplaw.Study) (r *ziplaw.StudyResult, err error) {
	normal, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	err = workflow.ExecuteActivity(waiting(ctx), (*activities.Activities).JoinStudy, activities.JoinInput{Spec: normal}).Get(ctx, &r)
	return r, err
}

// study is the state of a study's workflow.
type study struct {
	spec     ziplaw.Study
	started  time.Time
	plan     activities.ResolveResult
	progress Progress
	round    int // rounds that corrupt artifacts have ended
}

func (w *study) setup(ctx workflow.Context) error {
	w.progress = Progress{Study: w.spec.Name, State: ziplaw.StudyRunning, Phase: ziplaw.PhasePlan}
	for _, d := range w.spec.DataSets() {
		cells := len(w.spec.Cells(d.Name))
		w.progress.DataSets = append(w.progress.DataSets, DataSetProgress{
			DataSet: d.Name, Phase: ziplaw.PhasePlan, Cells: ziplaw.Counts{Total: cells, Queued: cells},
		})
	}
	w.count()
	return workflow.SetQueryHandler(ctx, ProgressQuery, func() (Progress, error) { return w.progress, nil })
}

func (w *study) run(ctx workflow.Context) (*ziplaw.StudyResult, error) {
	if err := w.resolve(ctx); err != nil {
		return nil, err
	}
	if w.plan.Finished != nil {
		w.progress.State, w.progress.Phase, w.progress.Cells = ziplaw.StudyDone, ziplaw.PhaseDone, w.plan.Finished.Cells
		return w.plan.Finished, nil
	}
	workflow.Go(ctx, w.listen)
	for {
		r, err := w.measureAndConclude(ctx)
		if w.round++; err == nil || w.round == maxRounds || !activities.Corrupt(err) {
			return r, err
		}
		w.progress.Warnings = append(w.progress.Warnings, madeAgain(err))
		for i := range w.progress.DataSets {
			d := &w.progress.DataSets[i]
			d.Phase, d.Cells = ziplaw.PhasePlan, d.Cells.Again()
		}
	}
}

func (w *study) measureAndConclude(ctx workflow.Context) (*ziplaw.StudyResult, error) {
	w.phase(ctx, ziplaw.PhaseTrain)
	sets, err := w.dataSets(ctx)
	if err != nil {
		return nil, err
	}
	return w.conclude(ctx, sets)
}

func (w *study) resolve(ctx workflow.Context) error {
	normal, err := json.Marshal(w.spec)
	if err != nil {
		return err
	}
	in := activities.ResolveInput{Spec: normal}
	if err := workflow.ExecuteActivity(long(ctx), (*activities.Activities).Resolve, in).Get(ctx, &w.plan); err != nil {
		return err
	}
	w.progress.Version = w.plan.Version
	return nil
}

// dataSets runs a child for each data set, all at once: the training queue's workers bound what really runs. The
// results are in the spec's order.
func (w *study) dataSets(ctx workflow.Context) ([]DataSetResult, error) {
	children := make([]workflow.ChildWorkflowFuture, len(w.progress.DataSets))
	for i, d := range w.progress.DataSets {
		in := DataSetInput{
			Study: w.spec.Name, Spec: w.plan.Spec, DataSet: d.DataSet, Cells: d.Cells.Total,
			SearchAttributes: w.plan.SearchAttributes, Progress: d, Round: w.round,
		}
		ctx := child(ctx, ziplaw.DataSetWorkflowID(w.spec.Name, d.DataSet))
		children[i] = workflow.ExecuteChildWorkflow(ctx, DataSet, in)
	}
	results := make([]DataSetResult, len(children))
	for i, c := range children {
		if err := c.Get(ctx, &results[i]); err != nil {
			return nil, err
		}
		p, r := &w.progress.DataSets[i], results[i]
		p.Phase, p.Cells, p.Warnings = ziplaw.PhaseDone, r.Cells, r.Warnings
		w.count()
	}
	return results, nil
}

// listen takes the data sets' progress. What arrives after a data set's result is old.
func (w *study) listen(ctx workflow.Context) {
	signals := workflow.GetSignalChannel(ctx, dataSetSignal)
	for {
		var p DataSetProgress
		if !signals.Receive(ctx, &p) {
			return
		}
		for i, d := range w.progress.DataSets {
			if d.DataSet == p.DataSet && d.Phase != ziplaw.PhaseDone && p.Cells.Finished() >= d.Cells.Finished() {
				w.progress.DataSets[i] = p
			}
		}
		w.count()
	}
}

func (w *study) count() {
	w.progress.Cells = ziplaw.Counts{}
	for _, d := range w.progress.DataSets {
		w.progress.Cells = w.progress.Cells.Add(d.Cells)
	}
}

// conclude regresses the laws on H and writes the report.
func (w *study) conclude(ctx workflow.Context, sets []DataSetResult) (*ziplaw.StudyResult, error) {
	info := workflow.GetInfo(ctx).WorkflowExecution
	in := activities.ReportInput{Spec: w.plan.Spec, Version: w.plan.Version, WorkflowID: info.ID, RunID: info.RunID, Cells: w.progress.Cells}
	for _, d := range sets {
		in.DataSets = append(in.DataSets, d.Measured)
		in.Warnings = append(in.Warnings, d.Warnings...)
	}
	in.Warnings = append(in.Warnings, w.progress.Warnings...)
	w.phase(ctx, ziplaw.PhaseRegress)
	var regressed activities.RecordResult
	regress := activities.RegressInput{Spec: w.plan.Spec, DataSets: in.DataSets}
	if err := workflow.ExecuteActivity(long(ctx), (*activities.Activities).Regress, regress).Get(ctx, &regressed); err != nil {
		return nil, err
	}
	w.phase(ctx, ziplaw.PhaseReport)
	in.Regress = regressed.Record
	in.Seconds = workflow.Now(ctx).Sub(w.started).Seconds()
	var r *ziplaw.StudyResult
	if err := workflow.ExecuteActivity(long(ctx), (*activities.Activities).Report, in).Get(ctx, &r); err != nil {
		return nil, err
	}
	w.phase(ctx, ziplaw.PhaseDone)
	w.progress.State = ziplaw.StudyDone
	return r, nil
}

func (w *study) phase(ctx workflow.Context, phase string) {
	w.progress.Phase = phase
	if w.plan.SearchAttributes {
		upsert(ctx, attrStudy.ValueSet(w.spec.Name), attrPhase.ValueSet(phase))
	}
}
