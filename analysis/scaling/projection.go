package scaling

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/optimize"

	"github.com/ziplaw/ziplaw/analysis/huber"
)

// project searches by variable projection (Golub and Pereyra 1973): over the exponents alone, with the other parameters solved
// inside, first on a grid and then by the method of Nelder and Mead from the best places of it. It shares no start and no path
// with search.
func project(ctx context.Context, p *problem) (solution, error) {
	const kept, perAxis = 4, 16
	best := solution{value: math.Inf(1)}
	places := exponents(p, perAxis)
	found := make([]solution, len(places))
	err := parallel(ctx, p, len(places), func(p *problem, i int) {
		found[i] = p.inside(ctx, places[i], p.even(), p.deltas(), huber.Settings{Iterations: 15, Tolerance: 1e-4})
	})
	if err != nil {
		return best, err
	}
	slices.SortStableFunc(found, func(a, b solution) int { return cmp.Compare(a.value, b.value) })
	last := make([]solution, min(kept, len(found)))
	err = parallel(ctx, p, len(last), func(p *problem, i int) { last[i] = p.simplex(ctx, found[i]) })
	for _, s := range last {
		if s.value < best.value {
			best = s
		}
	}
	return best, err
}

// even is a law whose three terms are equal at the centre of the runs.
func (p *problem) even() [parameters]float64 {
	third := p.curve.smallest / 3
	return [parameters]float64{atA: third, atB: third, atE: third, atAlpha: 0.5, atBeta: 0.5}
}

// exponents is a grid over the free exponents, dense at small ones.
func exponents(p *problem, perAxis int) [][2]float64 {
	axis := func(parameter int) []float64 {
		if !slices.Contains(p.unknown, parameter) {
			return []float64{p.freedom.values[parameter]}
		}
		const least = 0.02
		values := make([]float64, perAxis)
		for i := range values {
			values[i] = least * math.Pow(maxExponent/least, float64(i)/float64(perAxis-1))
		}
		return values
	}
	var grid [][2]float64
	for _, alpha := range axis(atAlpha) {
		for _, beta := range axis(atBeta) {
			grid = append(grid, [2]float64{alpha, beta})
		}
	}
	return grid
}

// inside solves the other parameters at two exponents. Tied exponents are that of alpha.
func (p *problem) inside(ctx context.Context, exponents [2]float64, from [parameters]float64, deltas []float64, last huber.Settings) solution {
	f := p.freedom
	for i, parameter := range []int{atAlpha, atBeta} {
		f = f.with(parameter, min(max(exponents[i], 0), maxExponent))
	}
	inner := p.with(f)
	from[atAlpha], from[atBeta] = f.values[atAlpha], f.values[atBeta]
	return inner.reach(ctx, from, deltas, last)
}

// simplex improves a solution over its free exponents.
func (p *problem) simplex(ctx context.Context, from solution) solution {
	var free []int
	for _, parameter := range []int{atAlpha, atBeta} {
		if slices.Contains(p.unknown, parameter) {
			free = append(free, parameter)
		}
	}
	best := from
	if len(free) == 0 {
		return best
	}
	at := func(x []float64) solution {
		exponents, outside := [2]float64{best.u[atAlpha], best.u[atBeta]}, 0.0
		for i, parameter := range free {
			exponents[parameter-atAlpha] = x[i]
			outside += max(0, -x[i], x[i]-maxExponent)
		}
		s := p.inside(ctx, exponents, best.u, []float64{p.delta}, huber.Settings{Iterations: 100, Tolerance: 1e-13})
		if s.value < best.value {
			best = s
		}
		s.value *= 1 + outside
		return s
	}
	x := make([]float64, len(free))
	for range 6 { // a simplex may shrink to a place that isn't lowest: begin again until nothing is gained
		before := best.value
		for i, parameter := range free {
			x[i] = best.u[parameter]
		}
		problem := optimize.Problem{Func: func(x []float64) float64 { return at(x).value }}
		s := &optimize.Settings{FuncEvaluations: 400, Converger: &optimize.FunctionConverge{Relative: 1e-11, Iterations: 20}}
		_, _ = optimize.Minimize(problem, x, s, &optimize.NelderMead{SimplexSize: 0.05}) // best holds what it found
		if ctx.Err() != nil || before-best.value <= 1e-9*before {
			break
		}
	}
	return best
}
