package activities

import (
	"context"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/regression"
	"github.com/ziplaw/ziplaw/analysis/scaling"
	"github.com/ziplaw/ziplaw/internal/actions"
)

// RegressInput names the data sets of a study, in its order.
type RegressInput struct {
	Spec     ziplaw.ArtifactID `json:"spec"`
	DataSets []ziplaw.Measured `json:"datasets"`
}

// Regress regresses every fitted parameter on H (the paper's Eq. 4) over the data sets that the study's regressions take
// and that have a law.
func (a *Activities) Regress(ctx context.Context, in RegressInput) (RecordResult, error) {
	beat := startHeartbeat(ctx)
	defer beat.stop()
	done, err := a.regress(ctx, in)
	return done.result(), a.end(ctx, err)
}

func (a *Activities) regress(ctx context.Context, in RegressInput) (Done, error) {
	s, err := a.study(ctx, in.Spec)
	if err != nil {
		return Done{}, err
	}
	sets := regressed(s, in.DataSets)
	laws, err := a.laws(ctx, sets)
	if err != nil {
		return Done{}, err
	}
	act, p := actions.Regress(s, laws.keys, laws.names)
	return a.once(ctx, act, s.Name, func(ctx context.Context, out *draft) error {
		out.in(actions.RoleSpec, in.Spec)
		for _, d := range sets {
			out.in(actions.RoleCompressRecord, d.Compress)
			out.in(actions.RoleFitRecord, d.Fit)
		}
		values, err := laws.regress(ctx, p.Options)
		out.values = values
		return err
	})
}

// regress regresses the laws on H, and fits one law to all their cells.
func (l laws) regress(ctx context.Context, o ziplaw.FitOptions) (actions.RegressValues, error) {
	values := actions.RegressValues{Regressions: regression.Regress(l.hs(), l.fits(), o.Level)}
	return values, joint(ctx, l.all, o, &values)
}

// joint fits one law to all cells. That data sets have none is no error, unless the activity ended.
func joint(ctx context.Context, all []measuredLaw, o ziplaw.FitOptions, values *actions.RegressValues) error {
	var sets []regression.Set
	order0, order1 := regression.Measure{Name: "entropy0"}, regression.Measure{Name: "entropy1"}
	for _, d := range all {
		sets = append(sets, regression.Set{Name: d.name, H: d.measured.H.Value, Points: d.points()})
		order0.Values, order1.Values = append(order0.Values, d.measured.Entropy0), append(order1.Values, d.measured.Entropy1)
	}
	r, law, err := regression.Compare(ctx, "h", sets, []regression.Measure{order0, order1}, o)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		values.Absent = err.Error()
	default:
		values.Joint, values.Law = &r, &law
	}
	return nil
}

// regressed are the data sets that a study's regressions take.
func regressed(s ziplaw.Study, sets []ziplaw.Measured) []ziplaw.Measured {
	var taken []ziplaw.Measured
	for _, m := range sets {
		if d, found := s.DataSet(m.DataSet); found && s.Fit.Regress.Takes(d) {
			taken = append(taken, m)
		}
	}
	return taken
}

// laws are the fitted laws of a study with the measures of their data sets.
type laws struct {
	all []measuredLaw
	// Of each data set, also where there is no law: the keys of its measures and its fit, and its name.
	keys  [][2]ziplaw.Key
	names []string
}

func (l laws) hs() []float64 {
	var hs []float64
	for _, d := range l.all {
		hs = append(hs, d.measured.H.Value)
	}
	return hs
}

func (l laws) fits() []ziplaw.Fit {
	var fits []ziplaw.Fit
	for _, d := range l.all {
		fits = append(fits, *d.fit)
	}
	return fits
}

func (a *Activities) laws(ctx context.Context, sets []ziplaw.Measured) (l laws, err error) {
	read := make([]measuredLaw, len(sets))
	err = readAll(ctx, cellsAtOnce, len(sets), func(i int) string { return sets[i].DataSet }, func(ctx context.Context, i int) (err error) {
		read[i], err = a.law(ctx, sets[i])
		return err
	})
	for _, d := range read {
		l.keys, l.names = append(l.keys, d.keys), append(l.names, d.name)
		if d.fit != nil {
			l.all = append(l.all, d)
		}
	}
	return l, err
}

// measuredLaw is what a regression takes of one data set.
type measuredLaw struct {
	name        string
	measured    ziplaw.DataSetResult
	fit         *ziplaw.Fit // nil where it has no law
	diagnostics ziplaw.Diagnostics
	keys        [2]ziplaw.Key
}

// points are the cells that the law was fitted to.
func (d measuredLaw) points() []scaling.Point {
	points := make([]scaling.Point, len(d.diagnostics.Cells))
	for i, c := range d.diagnostics.Cells {
		points[i] = scaling.Point{N: c.N, D: c.D, L: c.Loss, Name: c.Cell}
	}
	return points
}

// law reads a data set's measures and its fit, the second one also where the first is damaged, so that both are made again.
func (a *Activities) law(ctx context.Context, m ziplaw.Measured) (d measuredLaw, err error) {
	var found damage
	d.name = m.DataSet
	compress, r, err := actions.Load[ziplaw.DataSetResult](ctx, a.Store, m.Compress)
	if err := found.note(m.DataSet, err); err != nil {
		return d, err
	}
	fit, f, err := actions.Load[actions.FitValues](ctx, a.Store, m.Fit)
	if err == nil && f.Law != nil {
		d.diagnostics, err = actions.LoadDiagnostics(ctx, a.Store, fit)
	}
	if err := found.note(m.DataSet, err); err != nil {
		return d, err
	}
	d.measured, d.fit, d.keys = r, f.Law, [2]ziplaw.Key{compress.Key, fit.Key}
	return d, found.err()
}
