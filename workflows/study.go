package workflows

import (
	"encoding/json"
	"slices"

	"go.temporal.io/sdk/converter"
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
// The spec is the one argument. The second one is the study's own: where it stands when it continues as new. The SDK drops
// what a workflow has no parameter for, and anybody else's second argument is refused.
func Study(ctx workflow.Context, input, more converter.RawValue) (*ziplaw.StudyResult, error) {
	info := workflow.GetInfo(ctx)
	text, err := plainJSON(input)
	if err != nil {
		return nil, activities.TemporalError(err)
	}
	second := more.Payload().GetData()
	s, err := spec.Parse(text)
	if err == nil && second != nil && info.ContinuedExecutionRunID == "" {
		err = ziplaw.BadSpec("", "the spec alone", "the workflow takes one argument, and there are more")
	}
	if err != nil {
		return nil, activities.TemporalError(err)
	}
	if info.WorkflowExecution.ID != ziplaw.WorkflowID(s.Name) {
		return join(ctx, s)
	}
	w := newStudy(ctx, s)
	if second != nil {
		if err := json.Unmarshal(second, &w.at); err != nil {
			return nil, err
		}
	}
	if err := w.setup(ctx); err != nil {
		return nil, err
	}
	return w.run(ctx)
}

// plainJSON is the text of a payload in JSON, which every client of Temporal can send.
func plainJSON(v converter.RawValue) ([]byte, error) {
	p := v.Payload()
	encoding := string(p.GetMetadata()[converter.MetadataEncoding])
	if p == nil || encoding == converter.MetadataEncodingJSON || encoding == converter.MetadataEncodingNil {
		return p.GetData(), nil
	}
	return nil, ziplaw.BadSpec("", "send it as JSON: the payload's encoding json/plain", "the spec comes in the encoding %q", encoding)
}

// asJSON is a value as a payload in JSON.
func asJSON(v any) (converter.RawValue, error) {
	p, err := converter.GetDefaultDataConverter().ToPayload(v)
	return converter.NewRawValue(p), err
}

// join hands the study to the workflow of its own id and waits for the result.
func join(ctx workflow.Context, s ziplaw.Study) (r *ziplaw.StudyResult, err error) {
	normal, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	var run activities.WorkflowRun
	if err := workflow.ExecuteActivity(long(ctx), (*activities.Activities).StartStudy, activities.StartStudyInput{Spec: normal}).Get(ctx, &run); err != nil {
		return nil, err
	}
	err = workflow.ExecuteActivity(waiting(ctx), (*activities.Activities).AwaitWorkflow, run).Get(ctx, &r)
	return r, err
}

// study is the workflow of a study.
type study struct {
	spec      ziplaw.Study
	at        studyState
	children  map[string]workflow.ChildWorkflowFuture // data sets that run
	fresh     []string                                // data sets to begin in this batch
	extending bool                                    // an extension is under way
	signals   workflow.Selector                       // of requests
	signalled []signalled                             // requests to obey
}

// studyState is where a study stands. It is what one run hands to the next when it continues as new.
type studyState struct {
	Device   *activities.DeviceKind    `json:"device,omitempty"` // of a study with numerics cuda, when it is known
	Plan     *activities.ResolveResult `json:"plan,omitempty"`   // nil before Resolve, and when it has to be done again
	Progress Progress                  `json:"progress"`
	// Measured are the data sets that are done, by name.
	Measured map[string]ziplaw.Measured `json:"measured"`
	Again    []string                   `json:"again,omitempty"` // data sets that are asked again
	Repairs  repairs                    `json:"repairs,omitzero"`
	Paused   bool                       `json:"paused,omitempty"`
}

func newStudy(ctx workflow.Context, s ziplaw.Study) *study {
	w := &study{spec: s, children: map[string]workflow.ChildWorkflowFuture{}}
	w.at.Measured = map[string]ziplaw.Measured{}
	w.at.Progress = Progress{Study: s.Name, Started: workflow.Now(ctx), State: ziplaw.StudyRunning, Phase: ziplaw.PhasePlan}
	cells := s.Grid().Size()
	for _, d := range s.DataSets() {
		w.at.Progress.DataSets = append(w.at.Progress.DataSets, DataSetProgress{
			DataSet: d.Name, Phase: ziplaw.PhasePlan, Cells: ziplaw.Counts{Total: cells, Queued: cells},
		})
	}
	w.count()
	return w
}

func (w *study) setup(ctx workflow.Context) error {
	workflow.Go(ctx, w.listen)
	if err := w.answer(ctx); err != nil {
		return err
	}
	return workflow.SetQueryHandler(ctx, ProgressQuery, func() (Progress, error) { return w.at.Progress, nil })
}

// run goes through the study from where it stands: the next batch of data sets, and after the last batch the regressions
// and the report. It continues as new between batches, when no data set's workflow runs: Temporal would end one that does,
// or never tell its result.
func (w *study) run(ctx workflow.Context) (*ziplaw.StudyResult, error) {
	if w.at.Plan == nil {
		if r, err := w.resolve(ctx); r != nil || err != nil {
			return r, err
		}
	}
	w.phase(ctx, ziplaw.PhaseTrain)
	switch corrupt, err := w.batch(ctx); {
	case err != nil:
		return nil, err
	case corrupt != nil:
		return nil, w.again(ctx, corrupt)
	case w.open(ctx):
		return nil, w.continued(ctx)
	}
	if err := w.failed(); err != nil {
		return nil, activities.TemporalError(err)
	}
	r, err := w.conclude(ctx)
	switch {
	case activities.Corrupt(err):
		return nil, w.again(ctx, err)
	case err == nil && w.open(ctx):
		return nil, w.continued(ctx)
	}
	return r, err
}

// plan resolves a spec.
func (w *study) plan(ctx workflow.Context, s ziplaw.Study) (plan activities.ResolveResult, err error) {
	normal, err := json.Marshal(s)
	if err != nil {
		return plan, err
	}
	in := activities.ResolveInput{Spec: normal}
	if !s.Pinned() {
		if in.Device, err = w.device(ctx); err != nil {
			return plan, err
		}
	}
	err = workflow.ExecuteActivity(long(ctx), (*activities.Activities).Resolve, in).Get(ctx, &plan)
	return plan, err
}

// resolve finds out what the study is. It returns the result of a version that has finished.
func (w *study) resolve(ctx workflow.Context) (*ziplaw.StudyResult, error) {
	plan, err := w.plan(ctx, w.spec)
	if err != nil {
		return nil, err
	}
	p := &w.at.Progress
	if p.Version != "" && p.Version != plan.Version {
		return nil, activities.TemporalError(ziplaw.BadSpec("datasets", "start the study again", "files of the study have changed while it ran"))
	}
	p.Version, p.Numerics = plan.Version, plan.Numerics
	if r := plan.Finished; r != nil {
		p.State, p.Phase, p.Cells = ziplaw.StudyDone, ziplaw.PhaseDone, r.Cells
		return r, nil
	}
	for _, warning := range plan.Warnings {
		if !slices.Contains(p.Warnings, warning) { // of the round before
			p.Warnings = warn(p.Warnings, warning)
		}
	}
	plan.Warnings = nil
	w.at.Plan = &plan
	return nil, nil
}

// again makes another round after one that damaged artifacts have ended: over the data sets that make them again, and
// whatever isn't done. The others stand.
func (w *study) again(ctx workflow.Context, corrupt error) error {
	if !w.at.Repairs.again(w.far()) {
		return corrupt
	}
	w.at.Plan = nil // the spec is an artifact, too
	w.at.Progress.Warnings = warn(w.at.Progress.Warnings, madeAgain(corrupt))
	for _, name := range activities.DamagedSets(corrupt) {
		w.reset(name)
	}
	return w.continued(ctx)
}

// far is how far the round got, for repairs.
func (w *study) far() int {
	far := 1 + len(w.at.Measured)
	switch w.at.Progress.Phase {
	case ziplaw.PhaseRegress:
		far++
	case ziplaw.PhaseReport:
		far += 2
	}
	return far
}

// continued ends this run and begins the next one where this one stands.
func (w *study) continued(ctx workflow.Context) error {
	if w.settle(ctx); w.at.Progress.State == ziplaw.StudyDone {
		w.at.Progress.State = ziplaw.StudyRunning
	}
	normal, err := asJSON(w.spec)
	if err != nil {
		return err
	}
	at, err := asJSON(w.at)
	if err != nil {
		return err
	}
	return workflow.NewContinueAsNewError(ctx, Study, normal, at)
}

func (w *study) listen(ctx workflow.Context) {
	signals := workflow.GetSignalChannel(ctx, dataSetSignal)
	for {
		var p DataSetProgress
		if !signals.Receive(ctx, &p) {
			return
		}
		if d := w.dataSet(p.DataSet); d != nil && d.Phase != ziplaw.PhaseDone && d.Phase != ziplaw.PhaseFailed && p.newer(*d) {
			*d = p
		}
		w.count()
	}
}

// dataSet is the progress of a data set; nil where the study has none of the name.
func (w *study) dataSet(name string) *DataSetProgress {
	sets := w.at.Progress.DataSets
	if i := slices.IndexFunc(sets, func(d DataSetProgress) bool { return d.DataSet == name }); i >= 0 {
		return &sets[i]
	}
	return nil
}

func (w *study) count() {
	w.at.Progress.Cells = ziplaw.Counts{}
	for _, d := range w.at.Progress.DataSets {
		w.at.Progress.Cells = w.at.Progress.Cells.Add(d.Cells)
	}
}

// conclude regresses and reports.
func (w *study) conclude(ctx workflow.Context) (*ziplaw.StudyResult, error) {
	info := workflow.GetInfo(ctx).WorkflowExecution
	p := &w.at.Progress
	in := activities.ReportInput{Spec: w.at.Plan.Spec, Version: p.Version, WorkflowID: info.ID, RunID: info.RunID, Cells: p.Cells}
	for _, d := range p.DataSets {
		in.DataSets = append(in.DataSets, w.at.Measured[d.DataSet])
		in.Warnings = append(in.Warnings, d.Warnings...)
	}
	in.Warnings = append(p.Warnings, in.Warnings...)
	if err := w.unpaused(ctx); err != nil {
		return nil, err
	}
	w.phase(ctx, ziplaw.PhaseRegress)
	var regressed activities.RecordResult
	regress := activities.RegressInput{Spec: w.at.Plan.Spec, DataSets: in.DataSets}
	if err := workflow.ExecuteActivity(long(ctx), (*activities.Activities).Regress, regress).Get(ctx, &regressed); err != nil {
		return nil, err
	}
	if err := w.unpaused(ctx); err != nil || w.open(ctx) {
		return nil, err
	}
	w.phase(ctx, ziplaw.PhaseReport)
	in.Regress = regressed.Record
	in.Seconds = workflow.Now(ctx).Sub(p.Started).Seconds()
	var r *ziplaw.StudyResult
	if err := workflow.ExecuteActivity(long(ctx), (*activities.Activities).Report, in).Get(ctx, &r); err != nil {
		return nil, err
	}
	w.phase(ctx, ziplaw.PhaseDone)
	p.State = ziplaw.StudyDone
	return r, nil
}

func (w *study) phase(ctx workflow.Context, phase string) {
	if w.at.Progress.Phase == phase {
		return
	}
	w.at.Progress.Phase = phase
	if w.at.Plan.SearchAttributes {
		upsert(ctx, attrStudy.ValueSet(w.spec.Name), attrPhase.ValueSet(phase))
	}
}
