package activities

import (
	"context"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/lineage"
	"github.com/ziplaw/ziplaw/internal/report"
)

// gather reads everything that a report shows.
func (a *Activities) gather(ctx context.Context, in ReportInput) (made report.Input, err error) {
	if made.Study, err = a.study(ctx, in.Spec); err != nil {
		return made, err
	}
	made.Result = ziplaw.StudyResult{
		Study: made.Study.Name, Version: in.Version, WorkflowID: in.WorkflowID, RunID: in.RunID,
		State: ziplaw.StudyDone, Phase: ziplaw.PhaseDone, Cells: in.Cells, Seconds: in.Seconds,
		DataSets: []ziplaw.DataSetResult{}, Fits: []ziplaw.Fit{}, Regressed: []string{}, Warnings: []ziplaw.Warning{},
	}
	var cells []FinishedCell
	for _, m := range in.DataSets {
		finished, err := a.gatherDataSet(ctx, m, &made)
		if err != nil {
			return made, err
		}
		cells = append(cells, finished...)
	}
	var regressed struct {
		Regressions []ziplaw.Regression `json:"regressions"`
	}
	if _, err = a.record(ctx, in.Regress, &regressed); err != nil {
		return made, err
	}
	r := &made.Result
	r.Regressions = regressed.Regressions
	r.DigestCells = lineage.DigestCells(trained(cells))
	r.Digest, err = lineage.Digest(r.DigestCells, r.Fits, r.Regressions)
	return made, err
}

func trained(cells []FinishedCell) []lineage.Trained {
	all := make([]lineage.Trained, len(cells))
	for i, c := range cells {
		all[i] = lineage.Trained{Key: c.Key, Result: c.Result}
	}
	return all
}

// gatherDataSet adds one data set to the report's input. Names come from this study: records are shared with others.
func (a *Activities) gatherDataSet(ctx context.Context, m ziplaw.Measured, made *report.Input) ([]FinishedCell, error) {
	var (
		r ziplaw.DataSetResult
		f fitValues
		h []float64
	)
	rec, err := a.record(ctx, m.Compress, &r)
	if err != nil {
		return nil, err
	}
	perDocument, _ := rec.Output(rolePerDocument)
	if err := a.Store.GetJSON(ctx, perDocument, &h); err != nil {
		return nil, err
	}
	fit, err := a.record(ctx, m.Fit, &f)
	if err != nil {
		return nil, err
	}
	d, _ := made.Study.DataSet(m.DataSet)
	r.DataSet, r.Class = d.Name, d.Class
	made.Result.DataSets = append(made.Result.DataSets, r)
	if f.Law != nil {
		f.Law.DataSet = d.Name
		made.Result.Fits = append(made.Result.Fits, *f.Law)
		if made.Study.Fit.Regress.Takes(d) {
			made.Result.Regressed = append(made.Result.Regressed, d.Name)
		}
	} else {
		made.Result.Warnings = append(made.Result.Warnings, ziplaw.Warning{Code: "no_law", Message: d.Name + ": " + f.Absent})
	}
	made.HPerDocument = append(made.HPerDocument, h)
	made.Records = append(made.Records, m)
	return a.gatherCells(ctx, m, fit, made)
}

// gatherCells adds the cells that the fit names. Others may have finished since, of another study.
func (a *Activities) gatherCells(ctx context.Context, m ziplaw.Measured, fit ziplaw.Record, made *report.Input) ([]FinishedCell, error) {
	data, err := a.sampled(ctx, m.Sample)
	if err != nil {
		return nil, err
	}
	cells, err := a.finishedCells(ctx, made.Study, m.DataSet, data)
	if err != nil {
		return nil, err
	}
	cells = slices.DeleteFunc(cells, func(c FinishedCell) bool {
		return !slices.Contains(fit.Inputs, ziplaw.Ref{Role: roleCellRecord, ID: c.Record})
	})
	for _, c := range cells {
		losses, err := a.losses(ctx, c.Losses)
		if err != nil {
			return nil, err
		}
		made.Cells = append(made.Cells, report.CellRow{Cell: c.Cell, Key: c.Key, Record: c.Record, Result: c.Result, Curve: losses})
	}
	return cells, nil
}
