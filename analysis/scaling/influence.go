package scaling

import (
	"github.com/ziplaw/ziplaw"
)

// influence fits the runs without each one in turn, from the law of all, and notes what its absence changes.
func (f *fitter) influence(cells []ziplaw.FittedCell) ([]ziplaw.Fit, error) {
	fits := make([]ziplaw.Fit, len(f.points))
	all := values(f.fit)
	err := parallel(f.ctx, f.problem, len(f.points), func(p *problem, i int) {
		fits[i] = f.near(p.without(i))
		changes := map[string]float64{}
		for name, v := range values(fits[i]) {
			changes[name] = v - all[name]
		}
		cells[i].Without = changes
	})
	return fits, err
}

// jackknife fits the runs without each group in turn.
func (f *fitter) jackknife(groups [][]int) ([]ziplaw.Fit, error) {
	fits := make([]ziplaw.Fit, len(groups))
	err := parallel(f.ctx, f.problem, len(groups), func(p *problem, i int) { fits[i] = f.near(p.without(groups[i]...)) })
	return fits, err
}

// without is the problem where some runs have no weight.
func (p *problem) without(runs ...int) *problem {
	other := *p
	other.weights = make([]float64, len(p.curve.loss))
	for i := range other.weights {
		other.weights[i] = 1
		if p.weights != nil {
			other.weights[i] = p.weights[i]
		}
	}
	for _, i := range runs {
		other.weights[i] = 0
	}
	return &other
}

// near is the law of a problem that differs from the fit's own by a few runs.
func (f *fitter) near(p *problem) ziplaw.Fit {
	return p.curve.law(p.nearest(f.ctx, []solution{f.best}), p.delta)
}
