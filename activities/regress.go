package activities

import (
	"context"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis"
	"github.com/ziplaw/ziplaw/internal/action"
)

const (
	roleFitRecord      = "record:fit"
	roleCompressRecord = "record:compress"
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
	act := action.Action{Name: "regress", Version: analysis.Version, Params: map[string]any{
		"datasets": laws.keys, "level": s.Fit.Level,
	}}
	return a.once(ctx, act, s.Name, func(_ context.Context, out *draft) error {
		out.in(roleSpec, in.Spec)
		for _, d := range sets {
			out.in(roleCompressRecord, d.Compress)
			out.in(roleFitRecord, d.Fit)
		}
		out.values = map[string]any{"regressions": analysis.Regress(laws.hs, laws.fits, s.Fit.Level)}
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
	for _, d := range sets {
		var (
			r ziplaw.DataSetResult
			f fitValues
		)
		measured, err := a.record(ctx, d.Compress, &r)
		if err != nil {
			return l, err
		}
		fit, err := a.record(ctx, d.Fit, &f)
		if err != nil {
			return l, err
		}
		l.keys = append(l.keys, [2]ziplaw.Key{measured.Key, fit.Key})
		if f.Law != nil {
			l.hs, l.fits = append(l.hs, r.H.Value), append(l.fits, *f.Law)
		}
	}
	return l, nil
}
