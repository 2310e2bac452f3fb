package activities

import (
	"context"
	"fmt"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/approaches"
	"github.com/ziplaw/ziplaw/analysis/scaling"
	"github.com/ziplaw/ziplaw/internal/actions"
)

// FitInput names a data set whose cells are trained, but for those that failed.
type FitInput struct {
	Spec    ziplaw.ArtifactID `json:"spec"`
	DataSet string            `json:"dataset"`
	Sample  ziplaw.ArtifactID `json:"sample"` // record
	Failed  []ziplaw.CellName `json:"failed,omitempty"`
}

// Fit fits the law of one data set to its cells. Diverged and failed cells are left out, and a data set with too few
// cells left is no error: its law is absent, and the record says why.
func (a *Activities) Fit(ctx context.Context, in FitInput) (RecordResult, error) {
	beat := startHeartbeat(ctx)
	defer beat.stop()
	done, err := a.fit(ctx, in)
	return done.result(), a.end(ctx, err)
}

func (a *Activities) fit(ctx context.Context, in FitInput) (Done, error) {
	s, d, err := a.dataSet(ctx, in.Spec, in.DataSet)
	if err != nil {
		return Done{}, err
	}
	data, err := actions.LoadSampled(ctx, a.Store, in.Sample)
	if err != nil {
		return Done{}, err
	}
	cells, err := a.finishedCells(ctx, s, d.Name, data, func(c ziplaw.Cell, _ ziplaw.Key) bool { return slices.Contains(in.Failed, c.Name()) })
	if err != nil {
		return Done{}, err
	}
	keys := make([]ziplaw.Key, len(cells))
	for i, c := range cells {
		keys[i] = c.Key
	}
	act, p, err := actions.Fit(s, keys)
	if err != nil {
		return Done{}, err
	}
	return a.once(ctx, act, s.Name+"/"+d.Name, func(ctx context.Context, out *draft) error {
		values, diagnostics, err := a.lawOf(ctx, d.Name, p.Options, data.Manifest.Vocabulary, cells)
		if err != nil {
			return err
		}
		if values.Law != nil {
			id, err := a.Store.PutJSON(ctx, diagnostics)
			if err != nil {
				return err
			}
			out.out(actions.RoleDiagnostics, id)
		}
		out.in(actions.RoleSpec, in.Spec)
		out.in(actions.RoleSampleRecord, in.Sample)
		for _, c := range cells {
			out.in(actions.RoleCellRecord, c.Record)
		}
		out.values = values
		return nil
	})
}

// lawOf is the law of a data set's cells.
func (a *Activities) lawOf(ctx context.Context, dataset string, o ziplaw.FitOptions, vocabulary int, cells []FinishedCell) (actions.FitValues, ziplaw.Diagnostics, error) {
	points, err := a.points(ctx, dataset, o, vocabulary, fitted(cells))
	if err != nil {
		return actions.FitValues{}, ziplaw.Diagnostics{}, err
	}
	values, diagnostics, err := law(ctx, points, o)
	if values.Law != nil {
		values.Law.Excluded = append(excluded(cells), values.Law.Excluded...)
	}
	return values, diagnostics, err
}

// fitted leaves out the cells that no law can use. The fit's record names them, too.
func fitted(cells []FinishedCell) []FinishedCell {
	var kept []FinishedCell
	for _, c := range cells {
		if c.Result.State == ziplaw.StateDone {
			kept = append(kept, c)
		}
	}
	return kept
}

// excluded are the cells whose runs diverged. Those that failed aren't in the fit's key, and so not in its record.
func excluded(cells []FinishedCell) []ziplaw.Excluded {
	var all []ziplaw.Excluded
	for _, c := range cells {
		if c.Result.State != ziplaw.StateDone {
			all = append(all, ziplaw.Excluded{Cell: c.Cell.Name().String(), Reason: fmt.Sprintf("diverged at step %d", c.Result.DivergedAt)})
		}
	}
	return all
}

// law fits the points. Runs that have no law are no error, unless the activity ended.
func law(ctx context.Context, points []scaling.Point, opts ziplaw.FitOptions) (actions.FitValues, ziplaw.Diagnostics, error) {
	fit, diagnostics, err := scaling.Fit(ctx, points, opts)
	switch {
	case ctx.Err() != nil:
		return actions.FitValues{}, diagnostics, ctx.Err()
	case err != nil:
		return actions.FitValues{Absent: err.Error()}, diagnostics, nil //nolint:nilerr // the record says why there is no law
	}
	found := approaches.Find(points, &fit, approaches.OptionsOf(opts))
	diagnostics.Approaches = &found
	return actions.FitValues{Law: &fit}, diagnostics, nil
}

// points are the cells as the fit sees them.
func (a *Activities) points(ctx context.Context, dataset string, opts ziplaw.FitOptions, vocabulary int, cells []FinishedCell) ([]scaling.Point, error) {
	points := make([]scaling.Point, len(cells))
	err := each(ctx, dataset, len(cells), func(ctx context.Context, i int) error {
		c := cells[i]
		loss, err := a.final(ctx, opts, c)
		points[i] = scaling.Point{N: float64(opts.Size(c.Result)), D: float64(c.Result.D), L: loss, Name: c.Cell.Name().String(), Vocabulary: vocabulary}
		return err
	})
	return points, err
}

// final is the loss of a cell that the fit takes.
func (a *Activities) final(ctx context.Context, opts ziplaw.FitOptions, c FinishedCell) (float64, error) {
	if opts.Final != "mean_last_k" {
		return opts.FinalLoss(c.Result, nil), nil
	}
	if c.curve != nil {
		return opts.FinalLoss(c.Result, c.curve), nil
	}
	losses, err := a.losses(ctx, c.Losses)
	return opts.FinalLoss(c.Result, losses), err
}
