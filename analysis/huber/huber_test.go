package huber

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// linear is the problem of a line through points, within bounds.
func linear(x [][]float64, y []float64, delta float64, lower, upper []float64) *Problem {
	k := len(x[0])
	return &Problem{N: len(y), K: k, Delta: delta, Lower: lower, Upper: upper, Eval: func(at, residuals, jacobian []float64) {
		for i, row := range x {
			residuals[i] = -y[i]
			for j, v := range row {
				residuals[i] += v * at[j]
				if jacobian != nil {
					jacobian[i*k+j] = v
				}
			}
		}
	}}
}

func sample(n int, noise func(*rand.Rand) float64) (x [][]float64, y []float64) {
	r := rand.New(rand.NewPCG(3, 4))
	for range n {
		row := []float64{1, r.NormFloat64(), r.NormFloat64()}
		x = append(x, row)
		y = append(y, 2-3*row[1]+.5*row[2]+noise(r))
	}
	return x, y
}

var (
	free      = []float64{math.Inf(-1), math.Inf(-1), math.Inf(-1)}
	boundless = []float64{math.Inf(1), math.Inf(1), math.Inf(1)}
	thorough  = Settings{Iterations: 1000, Tolerance: 1e-14}
)

// TestMinimumHasNoSlope: at the minimum the gradient vanishes for unknowns inside the box, and points outwards at a bound.
func TestMinimumHasNoSlope(t *testing.T) {
	x, y := sample(60, func(r *rand.Rand) float64 { return r.NormFloat64() / r.Float64() }) // heavy tails
	for _, delta := range []float64{1e-3, .1, 10, math.Inf(1)} {
		for _, lower := range [][]float64{free, {0, -1, 0}, {3, -2, 1}} {
			upper := slices.Clone(boundless)
			upper[1] = -.5
			p := linear(x, y, delta, lower, upper)
			m := Minimize(context.Background(), p, []float64{10, 10, 10}, thorough)
			if !m.Converged {
				t.Errorf("delta %g, bounds %v: not converged", delta, lower)
			}
			d := newDescent(p, m.X)
			for j, g := range d.gradient {
				atLower, atUpper := m.X[j] == lower[j], m.X[j] == upper[j]
				if (atLower && g < 0) || (atUpper && g > 0) || (!atLower && !atUpper && math.Abs(g) > 1e-6*(1+m.Value)/min(delta, 1)) {
					t.Errorf("delta %g, bounds %v: slope %g at x%d = %g", delta, lower, g, j, m.X[j])
				}
			}
		}
	}
}

// TestSmallDeltaIsLeastAbsoluteDeviations: half of the residuals of a constant lie on each side of it.
func TestSmallDeltaIsLeastAbsoluteDeviations(t *testing.T) {
	y := []float64{5, 1, 100, 3, 4, 2, -50}
	x := make([][]float64, len(y))
	for i := range x {
		x[i] = []float64{1}
	}
	m := Minimize(context.Background(), linear(x, y, 1e-6, free[:1], boundless[:1]), []float64{0}, thorough)
	if math.Abs(m.X[0]-3) > 1e-5 {
		t.Errorf("%v isn't the median", m.X[0])
	}
}

// TestLargeDeltaIsLeastSquares also has the same relative stop: units don't matter.
func TestLargeDeltaIsLeastSquares(t *testing.T) {
	x, y := sample(40, func(r *rand.Rand) float64 { return r.NormFloat64() })
	squares := Minimize(context.Background(), linear(x, y, math.Inf(1), free, boundless), []float64{0, 0, 0}, thorough)
	for _, delta := range []float64{1e3, 1e6, 1e9} {
		m := Minimize(context.Background(), linear(x, y, delta, free, boundless), []float64{0, 0, 0}, thorough)
		for j := range m.X {
			if math.Abs(m.X[j]-squares.X[j]) > 1e-9 {
				t.Errorf("delta %g: x%d is %v, by squares %v", delta, j, m.X[j], squares.X[j])
			}
		}
	}
}

// TestWeightsCountRepeats: a weight of 3 is three equal residuals.
func TestWeightsCountRepeats(t *testing.T) {
	x, y := sample(30, func(r *rand.Rand) float64 { return r.NormFloat64() })
	p := linear(x, y, .1, free, boundless)
	p.Weights = make([]float64, len(y))
	var rx [][]float64
	var ry []float64
	for i := range y {
		p.Weights[i] = float64(i % 4)
		for range i % 4 {
			rx, ry = append(rx, x[i]), append(ry, y[i])
		}
	}
	a := Minimize(context.Background(), p, []float64{0, 0, 0}, thorough)
	b := Minimize(context.Background(), linear(rx, ry, .1, free, boundless), []float64{0, 0, 0}, thorough)
	if math.Abs(a.Value-b.Value) > 1e-9*b.Value {
		t.Errorf("%v, with repeats %v", a.Value, b.Value)
	}
}

func TestMinimizeEndsWithItsContext(t *testing.T) {
	x, y := sample(30, func(r *rand.Rand) float64 { return r.NormFloat64() })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if m := Minimize(ctx, linear(x, y, 1, free, boundless), []float64{1, 1, 1}, thorough); m.Converged || m.Iterations != 0 {
		t.Errorf("%+v after its context's end", m)
	}
}
