package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"runtime"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/lineage"
	"github.com/ziplaw/ziplaw/internal/report"
	"github.com/ziplaw/ziplaw/internal/store"
)

// Recheck computes again what follows from the losses of a finished version's cells: every law, the regressions, and every file of
// the report. It finds what a chain of right digests doesn't show: numbers that were changed everywhere at once, down to the cells'.
// What another architecture computed is compared within nearly, and its report isn't rendered again; what another version of an
// action computed isn't compared.
//
// The version must be clean (lineage.Verify). Progress hears what is computed.
func Recheck(ctx context.Context, st *store.Store, v ziplaw.StudyVersion, progress func(what string)) ([]lineage.Problem, error) {
	c := rechecker{Activities: &Activities{Store: st}, version: v, progress: progress}
	var err error
	if c.study, err = c.Activities.study(ctx, v.Spec); err != nil {
		return nil, err
	}
	for _, m := range v.DataSets {
		if err := c.law(ctx, m); err != nil {
			return nil, err
		}
	}
	if err := c.regressions(ctx); err != nil {
		return nil, err
	}
	return c.problems, c.report(ctx)
}

// nearly is how far numbers of two architectures may be from each other, relative to their size.
const nearly = 1e-9

type rechecker struct {
	*Activities
	version  ziplaw.StudyVersion
	study    ziplaw.Study
	progress func(what string)
	problems []lineage.Problem
}

// add adds what is wrong with a record.
func (c *rechecker) add(id ziplaw.ArtifactID, rec ziplaw.Record, format string, args ...any) {
	c.problems = append(c.problems, lineage.Problem{
		ID: string(id), Problem: fmt.Sprintf(format, args...), State: lineage.Tampered, Role: "record of " + rec.Action, Label: rec.Label,
	})
}

// law fits a data set's law again.
func (c *rechecker) law(ctx context.Context, m ziplaw.Measured) error {
	rec, stored, err := actions.Load[actions.FitValues](ctx, c.Store, m.Fit)
	if err != nil || actions.Version(rec) != actions.FitVersion {
		return err
	}
	p, err := actions.Params[actions.FitParams](rec)
	if err != nil {
		return err
	}
	data, err := actions.LoadSampled(ctx, c.Store, m.Sample)
	if err != nil {
		return err
	}
	c.progress("fitting " + m.DataSet + " again")
	cells, err := c.cellsOfFit(ctx, c.study, m.DataSet, data, rec)
	if err != nil {
		return err
	}
	values, diagnostics, err := c.lawOf(ctx, m.DataSet, p.Options, data.Manifest.Vocabulary, cells)
	if err != nil {
		return err
	}
	c.compare(m.Fit, rec, "its law", stored, values)
	if stored.Law == nil || values.Law == nil {
		return nil
	}
	shown, err := actions.LoadDiagnostics(ctx, c.Store, rec)
	c.compare(m.Fit, rec, "what speaks for and against its law", shown, diagnostics)
	return err
}

// regressions computes the regressions and the joint law again.
func (c *rechecker) regressions(ctx context.Context) error {
	id := c.version.Regress
	rec, stored, err := actions.Load[actions.RegressValues](ctx, c.Store, id)
	if err != nil || actions.Version(rec) != actions.RegressVersion {
		return err
	}
	p, err := actions.Params[actions.RegressParams](rec)
	if err != nil {
		return err
	}
	laws, err := c.laws(ctx, regressed(c.study, c.version.DataSets))
	if err != nil {
		return err
	}
	c.progress("regressing again")
	values, err := laws.regress(ctx, p.Options)
	c.compare(id, rec, "its regressions", stored, values)
	return err
}

// report renders every file of the report again.
func (c *rechecker) report(ctx context.Context) error {
	v := c.version
	rec, _, err := actions.Load[actions.ReportValues](ctx, c.Store, v.Report)
	if err != nil || actions.Version(rec) != actions.ReportVersion || rec.Code.Arch != runtime.GOARCH {
		return err
	}
	c.progress("rendering the report again")
	made, err := c.gather(ctx, ReportInput{
		Spec: v.Spec, Version: v.Result.Version, Cells: v.Result.Cells, DataSets: v.DataSets, Regress: v.Regress,
	})
	if err != nil {
		return err
	}
	files, err := report.Build(made)
	if err != nil {
		return err
	}
	if len(files) != len(rec.Outputs) {
		c.add(v.Report, rec, "it has %d files, and its numbers make %d", len(rec.Outputs), len(files))
	}
	for _, f := range files {
		if id, _ := rec.Output(f.Name); id != ziplaw.IDOf(f.Bytes) {
			c.add(v.Report, rec, "its %s isn't what its numbers make", f.Name)
		}
	}
	return nil
}

// compare compares what a record holds with what was computed again.
func (c *rechecker) compare(id ziplaw.ArtifactID, rec ziplaw.Record, what string, stored, again any) {
	here, err := json.Marshal(stored)
	if err != nil {
		return
	}
	there, err := json.Marshal(again)
	if err != nil {
		return
	}
	for _, d := range action.Differences(here, there) {
		if rec.Code.Arch == runtime.GOARCH || !near(d.Here, d.There) {
			c.add(id, rec, "%s: %s is %s, and its cells give %s", what, d.Field, d.Here, d.There)
		}
	}
}

// near says whether two numbers are nearly equal.
func near(a, b json.RawMessage) bool {
	var x, y float64
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	return math.Abs(x-y) <= nearly*max(math.Abs(x), math.Abs(y))
}
