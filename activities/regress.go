package activities

import (
	"context"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/regression"
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
	act, p := actions.Regress(s, laws.keys)
	return a.once(ctx, act, s.Name, func(_ context.Context, out *draft) error {
		out.in(actions.RoleSpec, in.Spec)
		for _, d := range sets {
			out.in(actions.RoleCompressRecord, d.Compress)
			out.in(actions.RoleFitRecord, d.Fit)
		}
		out.values = actions.RegressValues{Regressions: regression.Regress(laws.hs, laws.fits, p.Level)}
		return nil
	})
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

// laws are the fitted laws of a study with the H of their data sets.
type laws struct {
	hs   []float64
	fits []ziplaw.Fit
	keys [][2]ziplaw.Key // of each data set's measures and fit
}

func (a *Activities) laws(ctx context.Context, sets []ziplaw.Measured) (l laws, err error) {
	read := make([]measuredLaw, len(sets))
	err = readAll(ctx, cellsAtOnce, len(sets), func(i int) string { return sets[i].DataSet }, func(ctx context.Context, i int) (err error) {
		read[i], err = a.law(ctx, sets[i])
		return err
	})
	for _, d := range read {
		l.keys = append(l.keys, d.keys)
		if d.fit != nil {
			l.hs, l.fits = append(l.hs, d.h), append(l.fits, *d.fit)
		}
	}
	return l, err
}

// measuredLaw is what a regression takes of one data set.
type measuredLaw struct {
	h    float64
	fit  *ziplaw.Fit // nil where it has no law
	keys [2]ziplaw.Key
}

// law reads a data set's measures and its fit, the second one also where the first is damaged, so that both are made again.
func (a *Activities) law(ctx context.Context, m ziplaw.Measured) (d measuredLaw, err error) {
	var found damage
	measured, r, err := actions.Load[ziplaw.DataSetResult](ctx, a.Store, m.Compress)
	if err := found.note(m.DataSet, err); err != nil {
		return d, err
	}
	fit, f, err := actions.Load[actions.FitValues](ctx, a.Store, m.Fit)
	if err := found.note(m.DataSet, err); err != nil {
		return d, err
	}
	return measuredLaw{h: r.H.Value, fit: f.Law, keys: [2]ziplaw.Key{measured.Key, fit.Key}}, found.err()
}
