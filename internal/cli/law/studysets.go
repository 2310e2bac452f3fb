package law

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/report"
)

// finishedReport is what the report of a study's newest finished version holds as data.
func (a *app) finishedReport(ctx context.Context, study string) (report.Data, error) {
	s, err := a.Open(ctx)
	if err != nil {
		return report.Data{}, err
	}
	defer s.Close()
	v, err := s.States().Believed(ctx, study)
	if err != nil {
		return report.Data{}, err
	}
	var rec ziplaw.Record
	if err := s.Store.GetJSON(ctx, v.Report, &rec); err != nil {
		return report.Data{}, err
	}
	id, found := rec.Output(report.JSONName)
	if !found {
		return report.Data{}, fmt.Errorf("report of %s: its record names no %s", study, report.JSONName)
	}
	b, err := s.Store.Get(ctx, id)
	if err != nil {
		return report.Data{}, err
	}
	d, err := report.ParseData(b)
	d.Version = v
	return d, err
}

// studySets are the cells of a finished study. Its own options of the fit hold where the command gives no flag.
func (a *app) studySets(ctx context.Context, c *cobra.Command, study string, o *ziplaw.FitOptions) (runSource, error) {
	d, err := a.finishedReport(ctx, study)
	if err != nil {
		return runSource{}, err
	}
	given(c, d.Spec.Fit, o)
	s := runSource{of: fmt.Sprintf("study %s, version %s", study, d.Result.Version)}
	for _, set := range d.Result.DataSets {
		points, excluded, err := cellPoints(d, set, *o)
		if err != nil {
			return s, err
		}
		s.sets = append(s.sets, runSet{name: set.DataSet, points: points, excluded: excluded})
	}
	return s, nil
}

// given takes a study's options for the flags that the command line doesn't have.
func given(c *cobra.Command, study ziplaw.FitOptions, o *ziplaw.FitOptions) {
	for flag, take := range map[string]func(){
		"loss": func() { o.Loss = study.Loss }, "delta": func() { o.Delta = study.Delta }, "starts": func() { o.Starts = study.Starts },
		"hold": func() { o.Hold = study.Hold }, "tie": func() { o.Tie = study.Tie }, "untrained": func() { o.Untrained = study.Untrained },
		"level": func() { o.Level = study.Level }, "resamples": func() { o.Resamples = study.Resamples }, "seed": func() { o.Seed = study.Seed },
		"resampling": func() { o.Resampling = study.Resampling }, "count": func() { o.Count = study.Count }, "final": func() { o.Final = study.Final },
	} {
		if !c.Flags().Changed(flag) {
			take()
		}
	}
	o.K = study.K
}

// reportedSteps are the last steps whose mean loss a cell's result has.
const reportedSteps = 10

// cellPoints are the cells of a data set as a fit sees them.
func cellPoints(d report.Data, set ziplaw.DataSetResult, o ziplaw.FitOptions) (points []scaling.Point, excluded []ziplaw.Excluded, err error) {
	for _, c := range d.Cells {
		if c.DataSet != set.DataSet {
			continue
		}
		r := c.Result.CellResult
		name := ziplaw.CellName{Model: c.Model.Name(), D: r.D, Seed: c.Seed}.String()
		if r.State != ziplaw.StateDone {
			excluded = append(excluded, ziplaw.Excluded{Cell: name, Reason: fmt.Sprintf("diverged at step %d", r.DivergedAt)})
			continue
		}
		loss := r.Validation
		switch {
		case o.Final == d.Spec.Fit.Final && c.Final != nil:
			loss = *c.Final
		case o.Final == "last":
			loss = r.Last
		case o.Final == "mean_last_k" && o.K == reportedSteps:
			loss = r.MeanLast
		case o.Final == "mean_last_k":
			return nil, nil, console.Usage("--final", "run the study again with fit.final mean_last_k: no cell is trained again", "the study has no means of the last %d steps", o.K)
		}
		points = append(points, scaling.Point{N: float64(o.Size(r)), D: float64(r.D), L: loss, Name: name, Vocabulary: set.Vocabulary})
	}
	if len(points) == 0 && len(excluded) == 0 {
		err = errors.New("the report has no cells of " + set.DataSet)
	}
	return points, excluded, err
}
