// Package huber minimises weighted Huber losses of residuals within bounds: sum of w rho(r(x)) over x in a box, with
//
//	rho(r) = r²/2 where |r| <= delta, else delta (|r| - delta/2)
//
// (Huber 1964). delta = +Inf is least squares; a delta far below the residuals is least absolute deviations. The number of
// unknowns is small: the normal equations are dense.
//
// The method is a damped Newton descent. Within delta the loss is quadratic, so that Newton's matrix counts those residuals
// alone, and is singular where few are left; the damping adds a multiple of the matrix of iteratively reweighted least squares,
// which counts every residual by min(1, delta/|r|) and majorises the loss (Huber 1981, section 7.8).
package huber

import (
	"context"
	"math"
)

// Problem is what to minimise. Eval gives the residuals r(x), n of them, and, where jacobian isn't nil, their derivatives by
// the k unknowns, row by row. It is called by one goroutine at a time.
type Problem struct {
	N, K    int
	Eval    func(x, residuals, jacobian []float64)
	Weights []float64 // of the residuals, at least 0; nil is 1 for all
	Delta   float64   // above 0; +Inf is least squares
	Lower   []float64 // of the unknowns
	Upper   []float64
}

// Minimum is where a descent ended.
type Minimum struct {
	X          []float64
	Value      float64 // sum of w rho / delta², or of w r²/2 where delta is infinite
	Iterations int
	Converged  bool // else the iterations ran out
}

// Loss is rho(r)/delta² and its derivative by r/delta, psi; with an infinite delta r²/2 and r.
func Loss(r, delta float64) (value, psi float64) {
	if math.IsInf(delta, 1) {
		return r * r / 2, r
	}
	z := r / delta
	switch {
	case z > 1:
		return z - 0.5, 1
	case z < -1:
		return -z - 0.5, -1
	}
	return z * z / 2, z
}

// Settings bound a descent.
type Settings struct {
	Iterations int     // at most
	Tolerance  float64 // relative gain of a step that counts as none
}

// Minimize descends from x, which it clips into the box. It ends early, unconverged, when the context ends.
func Minimize(ctx context.Context, p *Problem, x []float64, s Settings) Minimum {
	d := newDescent(p, x)
	const patience = 3 // steps in a row that gain nothing
	idle := 0
	for i := range s.Iterations {
		if ctx.Err() != nil {
			return d.minimum(i, false)
		}
		gain, moved := d.step()
		if !moved {
			return d.minimum(i+1, true)
		}
		if idle++; gain > s.Tolerance*d.value {
			idle = 0
		}
		if idle == patience {
			return d.minimum(i+1, true)
		}
	}
	return d.minimum(s.Iterations, false)
}
