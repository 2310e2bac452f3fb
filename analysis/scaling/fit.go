package scaling

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/ziplaw/ziplaw"
)

// fitter is one fit in the making.
type fitter struct {
	ctx     context.Context
	points  []Point
	options ziplaw.FitOptions
	problem *problem

	best   solution
	others []solution // beside the best, from which resamples descend too
	fit    ziplaw.Fit
	spread dispersion
}

// Fit fits L(N,D) = E + A/N^alpha + B/D^beta to training runs as the paper does (section 4.1, after Muennighoff et al. 2023 and
// Hoffmann et al. 2022, approach 3), with intervals, and says how far the law is to be believed. The diagnostics name the runs
// as the points do.
//
// It fails where the runs can't tell the free parameters, a value isn't positive, an option can't be held, or the context ends.
// Doubts are warnings of the result.
func Fit(ctx context.Context, points []Point, o ziplaw.FitOptions) (ziplaw.Fit, ziplaw.Diagnostics, error) {
	all := points
	trained, not := split(points)
	if o.Untrained == "exclude" {
		points = trained
	}
	f, err := newFitter(ctx, points, o)
	if err != nil {
		return ziplaw.Fit{}, ziplaw.Diagnostics{}, err
	}
	if err := f.find(starts(o.Starts)); err != nil {
		return ziplaw.Fit{}, ziplaw.Diagnostics{}, err
	}
	diagnostics, err := f.judge()
	if err != nil {
		return ziplaw.Fit{}, ziplaw.Diagnostics{}, err
	}
	if diagnostics.Untrained, err = bothWays(ctx, all, o); err != nil {
		return ziplaw.Fit{}, ziplaw.Diagnostics{}, err
	}
	f.doubtUntrained(diagnostics.Untrained)
	if o.Untrained == "exclude" {
		for _, p := range not {
			f.fit.Excluded = append(f.fit.Excluded, ziplaw.Excluded{Cell: p.Name, Reason: diagnostics.Untrained.Rule})
		}
	}
	return f.fit, diagnostics, nil
}

// Law is the law alone, without intervals and doubts: what a law predicts, where nothing depends on how well it is known.
func Law(ctx context.Context, points []Point, o ziplaw.FitOptions) (ziplaw.Fit, error) {
	f, err := newFitter(ctx, points, o)
	if err != nil {
		return ziplaw.Fit{}, err
	}
	err = f.find(starts(o.Starts))
	return f.fit, err
}

func newFitter(ctx context.Context, points []Point, o ziplaw.FitOptions) (*fitter, error) {
	if err := CheckOptions(o); err != nil {
		return nil, err
	}
	free := freedomOf(o).lead()
	if err := check(points, free); err != nil {
		return nil, err
	}
	return &fitter{ctx: ctx, points: points, options: o, problem: newProblem(points, o)}, nil
}

func newProblem(points []Point, o ziplaw.FitOptions) *problem {
	p := &problem{curve: newCurve(points, o.Loss != "mse"), weights: weights(points), delta: o.Delta}
	if o.Loss != "huber" {
		p.delta = math.Inf(1)
	}
	return p.with(freedomOf(o))
}

// disagreement is the relative difference of the two searches' objectives above which the result says so.
const disagreement = 1e-6

// find searches from a grid of starts and by variable projection, and keeps the lower law.
func (f *fitter) find(grid [][parameters]float64) error {
	found, err := search(f.ctx, f.problem, grid)
	if err != nil {
		return err
	}
	projected, err := project(f.ctx, f.problem)
	if err != nil {
		return err
	}
	all := unlike(append(found, f.problem.descend(f.ctx, projected.u)))
	f.take(all)
	f.fit.Projection = f.problem.objective(projected.value)
	if lowest := found[0].value; math.Abs(projected.value-lowest) > disagreement*min(projected.value, lowest) {
		f.warn("searches_differ", "the starts end in the objective %.6g, variable projection in %.6g: the lower one is taken, and a still lower one may exist",
			f.problem.objective(lowest), f.problem.objective(projected.value))
	}
	return nil
}

// take makes the first solution the fit.
func (f *fitter) take(all []solution) {
	const others = 3
	f.best, f.others = all[0], all[1:min(1+others, len(all))]
	law := f.problem.curve.law(f.best, f.problem.delta)
	law.Warnings = append([]ziplaw.Warning{}, f.fit.Warnings...)
	law.N, law.Loss, law.Hold, law.Tie = len(f.points), f.options.Loss, f.options.Hold.Values(), f.options.Tie
	law.Level, law.Resamples, law.Resampling = f.options.Level, f.options.Resamples, f.options.Resampling
	law.Projection = f.fit.Projection
	law.N0, law.D0 = math.Exp(f.problem.curve.centreN), math.Exp(f.problem.curve.centreD)
	if f.options.Loss == "huber" {
		law.Delta = f.options.Delta
	}
	f.fit = law
	f.spread = f.problem.dispersionOf(f.problem.residuals(f.best))
}

func (f *fitter) warn(code, format string, args ...any) {
	f.fit.Warnings = append(f.fit.Warnings, ziplaw.Warning{Code: code, Message: fmt.Sprintf(format, args...)})
}

// judge adds intervals and doubts to a law that was found.
func (f *fitter) judge() (ziplaw.Diagnostics, error) {
	profiles, err := f.profiles()
	if err != nil {
		return ziplaw.Diagnostics{}, err
	}
	f.fit.Covariance, f.fit.Condition = f.problem.covariance(f.best, f.spread)
	f.fit.R2, f.fit.ResidualSD = f.rSquared()
	d := ziplaw.Diagnostics{Cells: f.cells(), Curves: map[string][]ziplaw.Curve{}}
	without, err := f.influence(d.Cells)
	if err != nil {
		return d, err
	}
	if err := f.intervals(profiles, without); err != nil {
		return d, err
	}
	for name, p := range profiles {
		d.Curves[name] = p.curve
	}
	d.BeyondDelta = f.beyondDelta()
	d.LackOfFit = f.lackOfFit()
	if d.HoldOut, err = f.holdOut(); err != nil {
		return d, err
	}
	if d.Product, err = f.product(); err != nil {
		return d, err
	}
	if d.Deltas, err = f.deltas(); err != nil {
		return d, err
	}
	f.doubts(profiles, d)
	return d, f.ctx.Err()
}

// profiles walks every free parameter. Where a walk finds a lower law, that is taken and all begin again, a few times at most.
func (f *fitter) profiles() (map[string]profile, error) {
	const rounds = 4
	for round := 1; ; round++ {
		found := map[string]profile{}
		list := make([]profile, len(f.problem.unknown))
		limit := f.spread.limit(f.options.Level)
		covariance, _ := f.problem.covariance(f.best, f.spread)
		err := parallel(f.ctx, f.problem, len(list), func(p *problem, i int) {
			a := p.axisOf(p.unknown[i], f.fit)
			list[i] = p.profile(f.ctx, a, f.best, f.spread, limit, stepOf(a, covariance))
		})
		if err != nil {
			return nil, err
		}
		better := f.best
		for i, u := range f.problem.unknown {
			found[names[u]] = list[i]
			if b := list[i].better; b != nil && b.value < better.value {
				better = *b
			}
		}
		if better.value == f.best.value || round == rounds {
			return found, nil
		}
		lower := f.problem.nearest(f.ctx, []solution{better}) // not by way of other deltas, which may lead up
		f.take(unlike(append([]solution{lower, f.best}, f.others...)))
	}
}

// stepOf is the first step of a profile: a standard error, or a tenth of the value where there is none.
func stepOf(a axis, covariance [][]float64) float64 {
	if covariance != nil {
		if se := math.Sqrt(covariance[a.parameter][a.parameter]); se > 0 {
			return min(se, 1)
		}
	}
	if a.log {
		return 0.5
	}
	return max(math.Abs(a.at)/10, 1e-3)
}

// intervals resamples. Of the methods it gives the bias-corrected and accelerated one, which holds the truth nearest to its level
// on simulated runs of 16, 36 and 240 cells (docs/laws.md); percentiles and profiles stand beside.
func (f *fitter) intervals(profiles map[string]profile, without []ziplaw.Fit) error {
	g := groups(f.points, f.options)
	f.fit.Clusters = len(g)
	fits, err := f.problem.resample(f.ctx, append([]solution{f.best}, f.others...), g, f.options)
	if err != nil {
		return err
	}
	f.fit.Percentiles = percentiles(fits, f.options.Level)
	f.fit.Profiles = map[string][2]*float64{}
	for name, p := range profiles {
		f.fit.Profiles[name] = [2]*float64{p.low, p.high}
	}
	if len(g) < len(f.points) {
		if without, err = f.jackknife(g); err != nil {
			return err
		}
	}
	f.fit.Intervals, f.fit.IntervalMethod = corrected(f.fit, fits, without, f.options.Level), "BCa"
	return nil
}

func (f *fitter) rSquared() (r2, sd float64) {
	var sum float64
	lnL := make([]float64, len(f.points))
	for i, p := range f.points {
		lnL[i] = math.Log(p.L)
		r := Residual(f.fit, p)
		sum += float64(r * r)
	}
	sd = math.Sqrt(sum / float64(max(len(lnL)-len(f.problem.unknown), 1)))
	if total := stat.Variance(lnL, nil) * float64(len(lnL)-1); total > 0 {
		r2 = 1 - sum/total
	}
	return r2, sd
}

func (f *fitter) cells() []ziplaw.FittedCell {
	cells := make([]ziplaw.FittedCell, len(f.points))
	for i, p := range f.points {
		cells[i] = ziplaw.FittedCell{Cell: name(p, i), N: p.N, D: p.D, Loss: p.L, Fitted: Predict(f.fit, p.N, p.D), Residual: Residual(f.fit, p)}
	}
	return cells
}

// free tells whether a parameter is neither held nor tied to another.
func (f *fitter) free(parameter int) bool { return slices.Contains(f.problem.unknown, parameter) }

// Quick is the law alone, by variable projection: some tens of milliseconds instead of seconds, and on every public table tried
// the same law.
func Quick(ctx context.Context, points []Point, o ziplaw.FitOptions) (ziplaw.Fit, error) {
	f, err := newFitter(ctx, points, o)
	if err != nil {
		return ziplaw.Fit{}, err
	}
	found, err := project(ctx, f.problem)
	if err != nil {
		return ziplaw.Fit{}, err
	}
	f.take([]solution{f.problem.nearest(ctx, []solution{found})})
	return f.fit, nil
}

// Near is the law of the points without some of them, the lowest place near another law of theirs.
func Near(ctx context.Context, points []Point, without []int, from ziplaw.Fit, o ziplaw.FitOptions) (ziplaw.Fit, error) {
	f, err := newFitter(ctx, points, o)
	if err != nil {
		return ziplaw.Fit{}, err
	}
	c := f.problem.curve
	start := solution{u: [parameters]float64{
		atA: math.Exp(from.LogA - from.Alpha*c.centreN), atB: math.Exp(from.LogB - from.Beta*c.centreD), atAlpha: from.Alpha, atBeta: from.Beta, atE: from.E,
	}}
	rest := f.problem.without(without...)
	return rest.curve.law(rest.nearest(ctx, []solution{start}), rest.delta), ctx.Err()
}
