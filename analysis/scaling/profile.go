package scaling

import (
	"context"
	"math"
	"slices"

	"github.com/ziplaw/ziplaw"
)

// profile is the least objective as a function of one parameter, all others free.
type profile struct {
	low, high *float64 // ends of the interval; nil where the objective stays below the limit up to the parameter's bound
	curve     []ziplaw.Curve
	better    *solution // a law below the minimum, found on the way
}

// axis is a parameter as a profile walks it: A and B by their logarithms.
type axis struct {
	parameter int
	log       bool
	at        float64    // of the minimum
	bounds    [2]float64 // of the value walked
}

func (p *problem) axisOf(parameter int, f ziplaw.Fit) axis {
	const far = 60 // of a and b: terms that are nothing or all at any N or D
	switch parameter {
	case atA:
		return axis{parameter, true, f.LogA, [2]float64{f.LogA - far, f.LogA + far}}
	case atB:
		return axis{parameter, true, f.LogB, [2]float64{f.LogB - far, f.LogB + far}}
	case atE:
		return axis{parameter, false, f.E, [2]float64{0, p.curve.greatest}}
	case atAlpha:
		return axis{parameter, false, f.Alpha, [2]float64{0, maxExponent}}
	default:
		return axis{parameter, false, f.Beta, [2]float64{0, maxExponent}}
	}
}

// value of the parameter itself.
func (a axis) value(x float64) float64 {
	if a.log {
		return math.Exp(x)
	}
	return x
}

// profile walks from the minimum to both sides until the objective has risen to a limit of the F statistic, or to the bound.
func (p *problem) profile(ctx context.Context, a axis, best solution, d dispersion, limit, step float64) profile {
	result := profile{curve: []ziplaw.Curve{{Value: a.value(a.at), Objective: p.objective(best.value)}}}
	for _, side := range []float64{-1, 1} {
		end, points, better := p.walk(ctx, a, best, d, limit, side*step)
		if side < 0 {
			result.low = end
			slices.Reverse(points)
			result.curve = append(points, result.curve...)
		} else {
			result.high = end
			result.curve = append(result.curve, points...)
		}
		if better != nil && (result.better == nil || better.value < result.better.value) {
			result.better = better
		}
	}
	return result
}

// objective is a mean loss in units of delta² as results have it.
func (p *problem) objective(value float64) float64 {
	if math.IsInf(p.delta, 1) {
		return value
	}
	return value * p.delta * p.delta
}

// walk goes to one side with growing steps, and then closes in on where the statistic passes the limit.
func (p *problem) walk(ctx context.Context, a axis, best solution, d dispersion, limit, step float64) (end *float64, points []ziplaw.Curve, better *solution) {
	bound := a.bounds[1]
	if step < 0 {
		bound = a.bounds[0]
	}
	inside, below, from := a.at, 0.0, best
	look := func(x float64) (solution, float64) {
		s := p.with(p.freedom.with(a.parameter, a.value(x))).descend(ctx, from.u)
		f := d.f(s.value-best.value, p.total())
		points = append(points, ziplaw.Curve{Value: a.value(x), Objective: p.objective(s.value), Deviance: f})
		if s.value < best.value*(1-1e-9) && (better == nil || s.value < better.value) {
			better = &s
		}
		return s, f
	}
	outside, above := math.NaN(), 0.0
	const growth, steps, closer = 1.7, 40, 12
	for i := 0; i < steps && math.IsNaN(outside) && inside != bound && ctx.Err() == nil; i++ {
		x := a.at + step
		if step *= growth; (x-bound)*step >= 0 {
			x = bound
		}
		s, f := look(x)
		if f > limit {
			outside, above = x, f
		} else {
			inside, below, from = x, f, s
		}
	}
	if math.IsNaN(outside) {
		return nil, points, better
	}
	for range closer {
		x := between(inside, outside, below, above, limit)
		s, f := look(x)
		if math.Abs(f-limit) <= 1e-3*limit {
			inside = x
			break
		}
		if f > limit {
			outside, above = x, f
		} else {
			inside, below, from = x, f, s
		}
	}
	v := a.value(inside)
	slices.SortFunc(points, func(x, y ziplaw.Curve) int {
		if (x.Value < y.Value) == (step > 0) {
			return -1
		}
		return 1
	})
	return &v, points, better
}

// between guesses where the statistic is at the limit: its root is nearly linear in the parameter. It stays off both ends.
func between(inside, outside, below, above, limit float64) float64 {
	share := (math.Sqrt(limit) - math.Sqrt(below)) / (math.Sqrt(above) - math.Sqrt(below))
	return inside + min(max(share, 0.1), 0.9)*(outside-inside)
}
