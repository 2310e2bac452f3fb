package scaling

import (
	"math"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/huber"
)

// Unknowns of the product law: K0 is K (N0 D0)^-gamma, in nats.
const (
	atK = iota
	atGamma
	atFloor
	atTilt
	atBend
	productUnknowns
)

// product fits L = E + K (N D)^-gamma exp(s q + t q²), where q = ln(D/N) about its centre, with s = t = 0 and with both free, and
// tests s = t = 0: whether the loss is a function of N D alone.
func (f *fitter) product() (*ziplaw.ProductLaw, error) {
	const free = 5 // of s and t
	flat, err := f.productMinimum(f.productProblem(0))
	if err != nil {
		return nil, err
	}
	bent := f.productProblem(free)
	best, err := f.productMinimum(bent)
	if err != nil || math.IsNaN(flat.Value) || math.IsNaN(best.Value) {
		return nil, err
	}
	residuals := make([]float64, len(f.points))
	bent.Eval(best.X, residuals, nil)
	p := *f.problem
	p.unknown = make([]int, productUnknowns)
	spread, total := p.dispersionOf(residuals), p.total()
	x := flat.X
	return &ziplaw.ProductLaw{
		E: x[atFloor], LogK: math.Log(x[atK]) + x[atGamma]*(p.curve.centreN+p.curve.centreD), Gamma: x[atGamma],
		Objective: p.objective(flat.Value / total), Ratio: p.objective(best.Value / total),
		PValue: spread.tail(spread.f((flat.Value-best.Value)/total, total)/2, 2),
	}, nil
}

// productProblem lets s and t go up to a bound.
func (f *fitter) productProblem(bound float64) *huber.Problem {
	c := f.problem.curve
	floor := negligible * c.smallest
	h := &huber.Problem{
		N: len(c.loss), K: productUnknowns, Weights: f.problem.weights, Delta: f.problem.delta,
		Lower: []float64{floor, 0, 0, -bound, -bound}, Upper: []float64{math.Inf(1), maxExponent, math.Inf(1), bound, bound},
	}
	h.Eval = func(x, residuals, jacobian []float64) {
		for i, seen := range c.loss {
			n, d := c.sizes[c.ofSize[i]], c.budgets[c.ofBudget[i]]
			along, q := n+d, d-n
			power := math.Exp(float64(-x[atGamma]*along) + float64(q*(x[atTilt]+float64(x[atBend]*q))))
			term := x[atK] * power
			value, scale := term+x[atFloor], 1.0
			if c.logarithmic {
				scale, value = 1/value, math.Log(value)
			}
			residuals[i] = value - seen
			if jacobian != nil {
				row := jacobian[i*productUnknowns:]
				row[atK], row[atFloor], row[atGamma] = scale*power, scale, -scale*term*along
				row[atTilt], row[atBend] = scale*term*q, scale*term*q*q
			}
		}
	}
	return h
}

// productMinimum is the lowest place that some starts lead to.
func (f *fitter) productMinimum(h *huber.Problem) (best huber.Minimum, err error) {
	c := f.problem.curve
	best.Value = math.NaN()
	for _, gamma := range []float64{0.03, 0.1, 0.3, 0.7, 1.5} {
		for _, share := range []float64{0.1, 0.5, 0.9} {
			x := []float64{c.smallest * (1 - share), gamma, c.smallest * share, 0, 0}
			if m := huber.Follow(f.ctx, h, x, f.problem.deltas(), settings, settings); !(m.Value >= best.Value) {
				best = m
			}
		}
	}
	return best, f.ctx.Err()
}
