package scaling

import (
	"context"
	"math"

	"github.com/ziplaw/ziplaw/analysis/huber"
)

// problem is the search for the free parameters of a law over runs.
type problem struct {
	curve   *curve
	weights []float64
	delta   float64
	freedom freedom
	unknown []int // free ones, by their place in the law
}

// Bounds of the unknowns. An exponent outside 0 to maxExponent isn't one; a term below negligible of the least loss is none.
const (
	maxExponent = 5
	negligible  = 1e-7
)

func (p *problem) with(f freedom) *problem {
	other := *p
	other.freedom = f.lead()
	other.unknown = other.freedom.free()
	return &other
}

// fork is the same problem for another goroutine.
func (p *problem) fork() *problem {
	other := *p
	other.curve = p.curve.fork()
	return &other
}

// lower bounds an unknown from below.
func (p *problem) lower(unknown int) float64 {
	if unknown == atA || unknown == atB {
		return negligible * p.curve.smallest
	}
	return 0
}

func (p *problem) upper(unknown int) float64 {
	if unknown == atAlpha || unknown == atBeta {
		return maxExponent
	}
	return math.Inf(1)
}

// huber is the problem as the minimiser takes it, at a delta.
func (p *problem) huber(delta float64) *huber.Problem {
	k := len(p.unknown)
	h := &huber.Problem{N: len(p.curve.loss), K: k, Weights: p.weights, Delta: delta}
	for _, u := range p.unknown {
		h.Lower, h.Upper = append(h.Lower, p.lower(u)), append(h.Upper, p.upper(u))
	}
	if p.freedom.whole() {
		h.Eval = func(x, residuals, jacobian []float64) { p.curve.residuals([parameters]float64(x), residuals, jacobian) }
		return h
	}
	all := make([]float64, len(p.curve.loss)*parameters)
	h.Eval = func(x, residuals, jacobian []float64) {
		u, by := p.freedom.full(p.curve, p.unknown, x)
		if jacobian == nil {
			p.curve.residuals(u, residuals, nil)
			return
		}
		p.curve.residuals(u, residuals, all)
		for i := range residuals {
			for j := range k {
				var sum float64
				for q, d := range all[i*parameters : (i+1)*parameters] {
					sum += float64(d * by[q][j])
				}
				jacobian[i*k+j] = sum
			}
		}
	}
	return h
}

// solution is a law that a search ended in.
type solution struct {
	u     [parameters]float64
	value float64 // mean loss over delta², by weight
}

// settings of the last descent.
var settings = huber.Settings{Iterations: 400, Tolerance: 1e-13}

// descend goes from a law to the lowest place near it, by way of greater deltas: an absolute loss alone has no curvature that
// shows the way.
func (p *problem) descend(ctx context.Context, from [parameters]float64) solution {
	return p.reach(ctx, from, p.deltas(), settings)
}

// deltas lead from the size of the residuals down to the fit's delta.
func (p *problem) deltas() []float64 {
	const widest = 0.1
	return huber.Path(p.delta, widest)
}

// reach descends at each delta in turn, all but the last a few steps only.
func (p *problem) reach(ctx context.Context, from [parameters]float64, deltas []float64, last huber.Settings) solution {
	x := make([]float64, len(p.unknown))
	for i, u := range p.unknown {
		x[i] = from[u]
	}
	m := huber.Follow(ctx, p.huber(p.delta), x, deltas, huber.Settings{Iterations: 8, Tolerance: 1e-4}, last)
	u, _ := p.freedom.full(p.curve, p.unknown, m.X)
	return solution{u: u, value: m.Value / p.total()}
}

// total is the sum of the weights.
func (p *problem) total() float64 {
	if p.weights == nil {
		return float64(len(p.curve.loss))
	}
	var sum float64
	for _, w := range p.weights {
		sum += w
	}
	return sum
}
