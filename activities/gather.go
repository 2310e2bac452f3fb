package activities

import (
	"context"
	"fmt"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
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
	sets := make([]gathered, len(in.DataSets))
	err = readAll(ctx, setsAtOnce, len(sets), func(i int) string { return in.DataSets[i].DataSet }, func(ctx context.Context, i int) (err error) {
		sets[i], err = a.gatherDataSet(ctx, made.Study, in.DataSets[i])
		return err
	})
	if err != nil {
		return made, err
	}
	for _, g := range sets {
		g.add(&made)
	}
	regress, regressed, err := actions.Load[actions.RegressValues](ctx, a.Store, in.Regress)
	if err != nil {
		return made, err
	}
	made.Regress = regress.Key
	r := &made.Result
	r.Regressions, r.Joint, r.Law = regressed.Regressions, regressed.Joint, named(regressed.Law, made.Study, in.Version)
	r.DigestCells = lineage.DigestCells(trained(made.Cells))
	r.Digest, err = lineage.Digest(r.DigestCells, r.Fits, r.Regressions)
	return made, err
}

// named is a law with the study that it is of, and how that measures H.
func named(l *ziplaw.Law, s ziplaw.Study, version ziplaw.Key) *ziplaw.Law {
	if l == nil {
		return nil
	}
	law := *l
	law.Source.Name, law.Source.Version = s.Name, version
	law.Data = &ziplaw.LawData{Context: s.Context, Compressibility: s.Compressibility}
	for _, d := range s.Datasets {
		tokenizer := d.Tokenizer
		if d.Grammar != nil {
			tokenizer = "grammar"
		}
		if !slices.Contains(law.Data.Tokenizers, tokenizer) {
			law.Data.Tokenizers = append(law.Data.Tokenizers, tokenizer)
		}
	}
	return &law
}

func trained(cells []report.CellRow) []lineage.Trained {
	all := make([]lineage.Trained, len(cells))
	for i, c := range cells {
		all[i] = lineage.Trained{Key: c.Key, Result: c.Result}
	}
	return all
}

// gathered is what a report shows of one data set.
type gathered struct {
	dataset      ziplaw.DataSet
	keys         report.SetKeys
	result       ziplaw.DataSetResult
	hPerDocument []float64
	fit          actions.FitValues
	diagnostics  ziplaw.Diagnostics // of the law, where there is one
	cells        []report.CellRow
}

// add adds a data set to a report's input.
func (g gathered) add(made *report.Input) {
	r, name := &made.Result, g.dataset.Name
	r.DataSets = append(r.DataSets, g.result)
	if law := g.fit.Law; law != nil {
		law.DataSet = name
		r.Fits = append(r.Fits, *law)
		if made.Study.Fit.Regress.Takes(g.dataset) {
			r.Regressed = append(r.Regressed, name)
		}
	} else {
		r.Warnings = append(r.Warnings, ziplaw.Warning{Code: "no_law", Message: name + ": " + g.fit.Absent})
	}
	if g.fit.Law != nil {
		g.diagnostics.DataSet = name
		made.Diagnostics = append(made.Diagnostics, g.diagnostics)
	}
	made.HPerDocument = append(made.HPerDocument, g.hPerDocument)
	made.Keys = append(made.Keys, g.keys)
	made.Cells = append(made.Cells, g.cells...)
	converted := 0
	for _, c := range g.cells {
		if c.Result.Class() == "R2" {
			converted++
		}
	}
	if converted > 0 {
		r.Warnings = append(r.Warnings, ziplaw.Warning{Code: "converted", Message: fmt.Sprintf(
			"%s: %d of %d cells went on from checkpoints of %s: they are of class R2, equal within a tolerance only",
			name, converted, len(g.cells), made.Study.ConvertFrom)})
	}
}

// gatherDataSet reads one data set. Its names come from this study: records are shared with others.
func (a *Activities) gatherDataSet(ctx context.Context, s ziplaw.Study, m ziplaw.Measured) (g gathered, err error) {
	var found damage
	g.dataset, _ = s.DataSet(m.DataSet)
	g.keys.DataSet = m.DataSet
	compress, result, err := actions.Load[ziplaw.DataSetResult](ctx, a.Store, m.Compress)
	g.result, g.keys.Compress = result, compress.Key
	if err == nil {
		perDocument, _ := compress.Output(actions.RolePerDocument)
		err = a.Store.GetJSON(ctx, perDocument, &g.hPerDocument)
	}
	if err := found.note(m.DataSet, err); err != nil {
		return g, err
	}
	g.result.DataSet, g.result.Class = g.dataset.Name, g.dataset.Class
	data, err := actions.LoadSampled(ctx, a.Store, m.Sample)
	if err := found.note(m.DataSet, err); err != nil {
		return g, err
	}
	fit, values, err := actions.Load[actions.FitValues](ctx, a.Store, m.Fit)
	if err == nil && values.Law != nil {
		g.diagnostics, err = actions.LoadDiagnostics(ctx, a.Store, fit)
	}
	if err := found.note(m.DataSet, err); err != nil {
		return g, err
	}
	g.fit, g.keys.Sample = values, data.Key
	if values.Law != nil {
		g.keys.Fit = fit.Key
	}
	if data.Record == "" || fit.Key == "" { // then nobody knows the cells
		return g, found.err()
	}
	g.cells, err = a.gatherCells(ctx, s, m.DataSet, data, fit)
	if err := found.note(m.DataSet, err); err != nil {
		return g, err
	}
	return g, found.err()
}

// gatherCells reads the cells that the fit took, by the records that it names. Others may have finished since, of another study.
func (a *Activities) gatherCells(ctx context.Context, s ziplaw.Study, dataset string, data actions.Sampled, fit ziplaw.Record) ([]report.CellRow, error) {
	cells, err := a.cellsOfFit(ctx, s, dataset, data, fit)
	if err != nil {
		return nil, err
	}
	rows := make([]report.CellRow, len(cells))
	return rows, each(ctx, dataset, len(cells), func(ctx context.Context, i int) error {
		c := cells[i]
		losses, err := a.losses(ctx, c.Losses)
		rows[i] = report.CellRow{Cell: c.Cell, Key: c.Key, Record: c.Record, Result: c.Result, Curve: losses}
		return err
	})
}

// cellsOfFit are the cells whose records a fit names, in the order of the study's grid.
func (a *Activities) cellsOfFit(ctx context.Context, s ziplaw.Study, dataset string, data actions.Sampled, fit ziplaw.Record) ([]FinishedCell, error) {
	var records []ziplaw.ArtifactID
	for _, in := range fit.Inputs {
		if in.Role == actions.RoleCellRecord {
			records = append(records, in.ID)
		}
	}
	read := make([]FinishedCell, len(records))
	err := each(ctx, dataset, len(records), func(ctx context.Context, i int) error {
		rec, r, err := actions.Load[ziplaw.CellResult](ctx, a.Store, records[i])
		losses, _ := rec.Output(actions.RoleLosses)
		read[i] = FinishedCell{Key: rec.Key, Record: records[i], Result: r, Losses: losses}
		return err
	})
	if err != nil {
		return nil, err
	}
	byKey := map[ziplaw.Key]FinishedCell{}
	for _, c := range read {
		byKey[c.Key] = c
	}
	var cells []FinishedCell
	for _, c := range s.Cells(dataset) {
		act, _ := actions.TrainCell(s, c, data)
		key, err := act.Key()
		if err != nil {
			return nil, err
		}
		if found, ok := byKey[key]; ok {
			found.Cell = c
			cells = append(cells, found)
		}
	}
	return cells, nil
}
