package huber

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// descent is the state of one minimisation: where it is, and the buffers that it works in.
type descent struct {
	p       *Problem
	x       []float64
	value   float64
	damping float64 // of the reweighted matrix

	residuals, jacobian []float64 // (N), (N,K) at x
	gradient            []float64 // (K)
	newton, reweighted  []float64 // (K,K), lower triangles
	tried, trial        []float64 // the next x and its residuals
	free                []int     // unknowns that no bound holds
	open                []int     // those of them that a step leaves inside the box
	move                []float64 // the step
	small, right        []float64 // the linear system of the open unknowns
}

const (
	leastDamping = 1e-9
	mostDamping  = 1e12
	// ridge keeps the matrix of unknowns that nothing depends on from being singular, relative to its diagonal.
	ridge = 1e-13
	// rounding is the relative size of a promised gain that float64 can't show.
	rounding = 1e-16
)

func newDescent(p *Problem, x []float64) *descent {
	n, k := p.N, p.K
	d := &descent{
		p: p, x: slices.Clone(x), damping: 1,
		residuals: make([]float64, n), jacobian: make([]float64, n*k), gradient: make([]float64, k),
		newton: make([]float64, k*k), reweighted: make([]float64, k*k),
		tried: make([]float64, k), trial: make([]float64, n), free: make([]int, 0, k), open: make([]int, 0, k), move: make([]float64, k),
		small: make([]float64, k*k), right: make([]float64, k),
	}
	for j := range d.x {
		d.x[j] = d.clip(j, d.x[j])
	}
	d.linearise()
	return d
}

func (d *descent) clip(j int, x float64) float64 { return min(max(x, d.p.Lower[j]), d.p.Upper[j]) }

func (d *descent) minimum(iterations int, converged bool) Minimum {
	return Minimum{X: d.x, Value: d.value, Iterations: iterations, Converged: converged}
}

func (d *descent) weight(i int) float64 {
	if d.p.Weights == nil {
		return 1
	}
	return d.p.Weights[i]
}

// sum is the value of residuals.
func (d *descent) sum(residuals []float64) float64 {
	var sum float64
	for i, r := range residuals {
		if w := d.weight(i); w != 0 {
			value, _ := Loss(r, d.p.Delta)
			sum += float64(w * value)
		}
	}
	return sum
}

// linearise takes value, gradient and both matrices at x.
func (d *descent) linearise() {
	p, k := d.p, d.p.K
	p.Eval(d.x, d.residuals, d.jacobian)
	clear(d.gradient)
	clear(d.newton)
	clear(d.reweighted)
	d.value = d.sum(d.residuals)
	unit := p.Delta
	if math.IsInf(unit, 1) {
		unit = 1
	}
	for i, r := range d.residuals {
		w := d.weight(i)
		if w == 0 {
			continue
		}
		_, psi := Loss(r, p.Delta)
		row := d.jacobian[i*k : (i+1)*k]
		inside := math.Abs(r) <= p.Delta
		slope, square := w*psi/unit, w/(unit*unit)
		into := d.newton
		if !inside {
			into = d.reweighted
			square *= unit / math.Abs(r)
		}
		for a, ja := range row {
			if ja == 0 { // most are where many unknowns belong to a few of the residuals
				continue
			}
			d.gradient[a] += float64(slope * ja)
			addScaled(into[a*k:], row[:a+1], square*ja)
		}
	}
	for i, v := range d.newton { // within delta both count the same
		d.reweighted[i] += v
	}
}

// addScaled adds f x to a row of a matrix.
func addScaled(row, x []float64, f float64) {
	row = row[:len(x)]
	for i, v := range x {
		row[i] += float64(f * v)
	}
}

// step goes to a lower place, and tells by how much. It hasn't moved where no damping finds one.
func (d *descent) step() (gain float64, moved bool) {
	d.findFree()
	if len(d.free) == 0 {
		return 0, false
	}
	for d.damping <= mostDamping {
		promise, ok := d.propose()
		if ok && math.Abs(promise) <= rounding*d.value {
			return 0, false
		}
		if ok && promise > 0 {
			d.p.Eval(d.tried, d.trial, nil)
			if value := d.sum(d.trial); d.value-value > 1e-4*promise {
				gain = d.value - value
				d.adapt(gain / promise)
				copy(d.x, d.tried)
				d.linearise()
				return gain, true
			}
		}
		d.damping *= 8
	}
	d.damping = 1
	return 0, false
}

// adapt damps less after a step that kept its promise.
func (d *descent) adapt(kept float64) {
	switch {
	case kept > 0.75:
		d.damping = max(d.damping/8, leastDamping)
	case kept < 0.25:
		d.damping *= 2
	}
}

// findFree leaves out the unknowns at a bound that the descent pushes against.
func (d *descent) findFree() {
	d.free = d.free[:0]
	for j, g := range d.gradient {
		if (d.x[j] <= d.p.Lower[j] && g >= 0) || (d.x[j] >= d.p.Upper[j] && g <= 0) {
			continue
		}
		d.free = append(d.free, j)
	}
}

// propose finds the damped quadratic model's lowest place within the box, and returns what the model promises of it. An unknown
// that would leave the box stops at its bound, and the others are solved again beside it, until none leaves.
func (d *descent) propose() (promise float64, ok bool) {
	clear(d.move)
	d.open = append(d.open[:0], d.free...)
	open := d.open
	for {
		if !d.solveFor(open) {
			return 0, false
		}
		inside := open[:0]
		for i, j := range open {
			d.tried[j] = d.clip(j, d.x[j]+d.right[i])
			d.move[j] = d.tried[j] - d.x[j]
			if math.Abs(d.right[i]-d.move[j]) <= 1e-9*math.Abs(d.right[i]) {
				inside = append(inside, j)
			}
		}
		if len(inside) == len(open) || len(inside) == 0 {
			break
		}
		open = inside
	}
	copy(d.tried, d.x)
	for _, a := range d.free {
		d.tried[a] = d.clip(a, d.x[a]+d.move[a])
		promise -= float64(d.gradient[a] * d.move[a])
		for _, b := range d.free {
			promise -= float64(d.curvature(a, b)*d.move[a]*d.move[b]) / 2
		}
	}
	return promise, !math.IsNaN(promise)
}

// curvature is an element of the damped matrix.
func (d *descent) curvature(a, b int) float64 {
	at := max(a, b)*d.p.K + min(a, b)
	return d.newton[at] + float64(d.damping*d.reweighted[at])
}

// solveFor solves for the moves of open unknowns beside the moves of those that stopped at a bound.
func (d *descent) solveFor(open []int) bool {
	m := len(open)
	for i, a := range open {
		d.right[i] = -d.gradient[a]
		for _, b := range d.free {
			if !slices.Contains(open, b) {
				d.right[i] -= float64(d.curvature(a, b) * d.move[b])
			}
		}
		for l, b := range open[:i+1] {
			d.small[i*m+l] = d.curvature(a, b)
		}
		d.small[i*m+i] += float64(ridge*(1+d.damping)*d.reweighted[a*d.p.K+a]) + math.SmallestNonzeroFloat32
	}
	return solve(d.small, d.right[:m], m)
}

// solve solves a symmetric positive definite system in place; a is a lower triangle (m,m). False says that it isn't positive
// definite.
func solve(a, right []float64, m int) bool {
	factor, ok := lapack64.Potrf(blas64.Symmetric{N: m, Stride: m, Data: a, Uplo: blas.Lower})
	if !ok {
		return false
	}
	lapack64.Potrs(factor, blas64.General{Rows: m, Cols: 1, Stride: 1, Data: right})
	return true
}
