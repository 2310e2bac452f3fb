package analysis

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/random"
)

// leastPoints is one more than the law's parameters.
const leastPoints = parameters + 1

// FitLaw fits L(N,D) = E + A/N^alpha + B/D^beta to training runs as the paper does (section 4.1, after Muennighoff et al.
// 2023 and Hoffmann et al. 2022, approach 3), with bootstrap intervals over the runs.
//
// It fails where the runs can't tell five parameters: fewer than six, one single N or D, or a value that isn't positive.
// Doubts are warnings of the result.
func FitLaw(points []Point, f ziplaw.FitOptions) (ziplaw.Fit, error) {
	if err := checkPoints(points); err != nil {
		return ziplaw.Fit{}, err
	}
	o := newObjective(points, f.Delta)
	solutions := search(o, starts(f.Starts))
	best := slices.IndexFunc(solutions, solution.feasible)
	if best < 0 {
		return ziplaw.Fit{}, fmt.Errorf("fit: no start leads to a law with exponents from 0 to %d", maxExponent)
	}
	s := solutions[best]
	fit := s.law(o)
	fit.N, fit.Delta, fit.Level, fit.Resamples = len(points), f.Delta, f.Level, f.Resamples
	samples := resample(o, solutions[best:min(best+4, len(solutions))], f)
	fit.Intervals = intervals(samples, f.Level)
	fit.R2 = rSquared(o, s)
	fit.Warnings = warnings(o, s, fit, samples, points)
	return fit, nil
}

func checkPoints(points []Point) error {
	if len(points) < leastPoints {
		return fmt.Errorf("fit: %d runs are too few for %d parameters: at least %d", len(points), parameters, leastPoints)
	}
	for i, p := range points {
		for _, v := range []struct {
			name  string
			value float64
		}{{"N", p.N}, {"D", p.D}, {"L", p.L}} {
			if !(v.value > 0) || math.IsInf(v.value, 0) {
				return fmt.Errorf("fit: run %d: %s is %v, not a positive number", i+1, v.name, v.value)
			}
		}
	}
	if distinctValues(points, func(p Point) float64 { return p.N }) < 2 {
		return fmt.Errorf("fit: all runs have N = %v; alpha needs at least two sizes", points[0].N)
	}
	if distinctValues(points, func(p Point) float64 { return p.D }) < 2 {
		return fmt.Errorf("fit: all runs have D = %v; beta needs at least two budgets", points[0].D)
	}
	return nil
}

func distinctValues(points []Point, value func(Point) float64) int {
	seen := map[float64]bool{}
	for _, p := range points {
		seen[value(p)] = true
	}
	return len(seen)
}

// law writes a solution as the paper does.
func (s solution) law(o *objective) ziplaw.Fit {
	c := *o
	c.face = s.face
	p := c.full(s.x)
	fit := ziplaw.Fit{
		A: math.Exp(p[0]), B: math.Exp(p[1]), Alpha: p[2], Beta: p[3], LogA: p[0], LogB: p[1],
		Objective: s.value * o.delta * o.delta,
	}
	if !s.face.noE {
		e := p[4]
		fit.E, fit.LogE = math.Exp(e), &e
	}
	return fit
}

// resample fits resamples of the points, each from the best solutions found.
func resample(o *objective, from []solution, f ziplaw.FitOptions) []ziplaw.Fit {
	fits := make([]ziplaw.Fit, f.Resamples)
	parallel(f.Resamples, func(r int) {
		c := *o
		c.weights = make([]float64, len(o.weights))
		draw := random.At(uint64(f.Seed), "bootstrap of the law", uint64(r))
		for range c.weights {
			c.weights[draw.Bounded(uint64(len(c.weights)))]++
		}
		var best solution
		for i, s := range from {
			if next := polish(&c, s.x); next.feasible() && (i == 0 || next.value < best.value) {
				best = next
			}
		}
		if best.x == nil {
			best = from[0]
		}
		fits[r] = best.law(&c)
	})
	return fits
}

// intervals are the central parts of the resamples, for the law's parameters and for a and b.
func intervals(fits []ziplaw.Fit, level float64) map[string][2]float64 {
	in := map[string][2]float64{}
	if len(fits) == 0 {
		return in
	}
	for _, name := range ziplaw.Parameters {
		in[name] = intervalOf(fits, level, func(f ziplaw.Fit) float64 { return f.Parameter(name) })
	}
	in["a"] = intervalOf(fits, level, func(f ziplaw.Fit) float64 { return f.LogA })
	in["b"] = intervalOf(fits, level, func(f ziplaw.Fit) float64 { return f.LogB })
	return in
}

func intervalOf(fits []ziplaw.Fit, level float64, value func(ziplaw.Fit) float64) [2]float64 {
	values := make([]float64, len(fits))
	for i, f := range fits {
		values[i] = value(f)
	}
	low, high := interval(values, level)
	return [2]float64{low, high}
}

// rSquared is the share of the variance of ln L that the law explains.
func rSquared(o *objective, s solution) float64 {
	c := *o
	c.face = s.face
	var residual float64
	for i := range c.lnL {
		r := c.residual(s.x, i)
		residual += r * r
	}
	total := stat.Variance(c.lnL, nil) * float64(len(c.lnL)-1)
	if total == 0 {
		return 0
	}
	return 1 - residual/total
}
