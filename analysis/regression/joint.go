package regression

import (
	"context"
	"math"

	"gonum.org/v1/gonum/stat"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/huber"
	"github.com/ziplaw/ziplaw/internal/random"
)

// joint is the search for one law of all sets, in which terms are constant or linear in the measure.
type joint struct {
	sets             []Set
	form             form
	first            [terms]int
	total            int
	low, high        float64 // of the measure: coefficients are values at these two
	centreN, centreD float64
	smallest, most   float64 // losses
	lnN, lnD, lnL    [][]float64
	weights          []float64
	delta            float64
}

// frame is what joint fits of parts of the same sets share, so that their coefficients mean the same.
type frame struct{ low, high, centreN, centreD, smallest, most float64 }

func frameOf(sets []Set) frame {
	var lnN, lnD []float64
	f := frame{smallest: math.Inf(1)}
	f.low, f.high = rangeOf(sets)
	for _, p := range pool(sets) {
		lnN, lnD = append(lnN, math.Log(p.N)), append(lnD, math.Log(p.D))
		f.smallest, f.most = min(f.smallest, p.L), max(f.most, p.L)
	}
	f.centreN, f.centreD = stat.Mean(lnN, nil), stat.Mean(lnD, nil)
	return f
}

func newJoint(sets []Set, f form, in frame, delta float64) *joint {
	j := &joint{sets: sets, form: f, low: in.low, high: in.high, centreN: in.centreN, centreD: in.centreD, smallest: in.smallest, most: in.most, delta: delta}
	j.first, j.total = f.columns(len(sets))
	for _, s := range sets {
		var n, d, l []float64
		for _, p := range s.Points {
			n, d, l = append(n, math.Log(p.N)-j.centreN), append(d, math.Log(p.D)-j.centreD), append(l, math.Log(p.L))
			w := p.Weight
			if w == 0 {
				w = 1
			}
			j.weights = append(j.weights, w)
		}
		j.lnN, j.lnD, j.lnL = append(j.lnN, n), append(j.lnD, d), append(j.lnL, l)
	}
	return j
}

// share is how far a measure lies from the least to the greatest one.
func (j *joint) share(h float64) float64 {
	if j.high == j.low {
		return 0
	}
	return (h - j.low) / (j.high - j.low)
}

// at are the terms of data with a measure, by the coefficients x, in a form without terms of a data set's own. E and the exponents
// aren't below 0, also beyond the range.
func (j *joint) at(x []float64, h float64) (u [terms]float64) { return j.of(x, 0, h) }

// of are the terms of one of the sets.
func (j *joint) of(x []float64, set int, h float64) (u [terms]float64) {
	t := j.share(h)
	for i := range terms {
		c := j.first[i]
		switch j.form[i] {
		case constant:
			u[i] = x[c]
		case linear:
			u[i] = x[c] + float64(t*(x[c+1]-x[c]))
		case own:
			u[i] = x[c+set]
		}
		if i >= atAlpha {
			u[i] = max(u[i], 0)
		}
	}
	return u
}

// residual of ln L at a run, and its derivatives by the terms.
func residual(u [terms]float64, n, d, lnL float64) (r float64, by [terms]float64) {
	tn, td := math.Exp(u[atA]-float64(u[atAlpha]*n)), math.Exp(u[atB]-float64(u[atBeta]*d))
	value := tn + td + u[atE]
	by = [terms]float64{tn / value, td / value, -tn * n / value, -td * d / value, 1 / value}
	return math.Log(value) - lnL, by
}

func (j *joint) problem() *huber.Problem {
	p := &huber.Problem{N: len(j.weights), K: j.total, Weights: j.weights, Delta: j.delta}
	p.Lower, p.Upper = make([]float64, j.total), make([]float64, j.total)
	for i := range terms {
		low, high := j.bounds(i)
		for c := j.first[i]; c <= j.last(i); c++ {
			p.Lower[c], p.Upper[c] = low, high
		}
	}
	p.Eval = j.eval
	return p
}

// last is the last coefficient of a term.
func (j *joint) last(term int) int {
	if term == terms-1 {
		return j.total - 1
	}
	return j.first[term+1] - 1
}

// bounds of a term at both ends of the measure's range: exponents from 0 to 5, E not below 0, and A0 and B0 from nothing to ten
// times the greatest loss.
func (j *joint) bounds(term int) (low, high float64) {
	const none, maxExponent = 1e-7, 5
	switch term {
	case atA, atB:
		return math.Log(none * j.smallest), math.Log(10 * j.most)
	case atE:
		return 0, j.most
	}
	return 0, maxExponent
}

func (j *joint) eval(x, residuals, jacobian []float64) {
	row := 0
	for s, set := range j.sets {
		u, t := j.of(x, s, set.H), j.share(set.H)
		for i := range j.lnL[s] {
			r, by := residual(u, j.lnN[s][i], j.lnD[s][i], j.lnL[s][i])
			residuals[row] = r
			if jacobian != nil {
				out := jacobian[row*j.total : (row+1)*j.total]
				clear(out)
				for p, c := range j.first {
					switch j.form[p] {
					case constant:
						out[c] = by[p]
					case linear:
						out[c], out[c+1] = (1-t)*by[p], t*by[p]
					case own:
						out[c+s] = by[p]
					}
				}
			}
			row++
		}
	}
}

// fitted are the coefficients of a joint law.
type fitted struct {
	x     []float64
	value float64 // mean loss over delta²
}

// fit descends from each start, by way of greater deltas, and returns the lowest place.
func (j *joint) fit(ctx context.Context, starts ...[]float64) fitted {
	best := fitted{value: math.Inf(1)}
	var weight float64
	for _, w := range j.weights {
		weight += w
	}
	const widest = 0.3
	p, path := j.problem(), huber.Path(j.delta, widest)
	for _, x := range starts {
		m := huber.Follow(ctx, p, x, path, huber.Settings{Iterations: 15, Tolerance: 1e-4}, huber.Settings{Iterations: 150, Tolerance: 1e-9})
		if m.Value/weight < best.value {
			best = fitted{x: m.X, value: m.Value / weight}
		}
	}
	return best
}

// starts are the law that doesn't depend on the data, alone and with a tilt of the linear terms over the measure's range.
func (j *joint) starts(from [terms]float64) [][]float64 {
	var list [][]float64
	for _, tilt := range []float64{0, 0.4, -0.4} {
		x := make([]float64, j.total)
		for p, first := range j.first {
			for c := first; c <= j.last(p); c++ {
				x[c] = from[p]
			}
			if j.form[p] != linear || tilt == 0 {
				continue
			}
			shift := tilt
			if p >= atAlpha {
				shift *= from[p]
			}
			x[first], x[first+1] = from[p]-shift, from[p]+shift
		}
		list = append(list, x)
	}
	return list
}

// wide are the starts, and drawn ones anywhere within what terms at the centre of runs can be: from the law that doesn't depend on
// the data alone a descent may not leave it.
func (j *joint) wide(from [terms]float64) [][]float64 {
	const drawn = 8
	list := j.starts(from)
	for r := range drawn {
		s := random.At(1, "starts of a joint law", uint64(r))
		x := make([]float64, j.total)
		for p, first := range j.first {
			for c := first; c <= j.last(p); c++ {
				switch p {
				case atA, atB:
					x[c] = math.Log(j.most) + float64(4*(s.Float64()-1))
				case atE:
					x[c] = float64(j.smallest * s.Float64())
				default:
					x[c] = 2 * s.Float64()
				}
			}
		}
		list = append(list, x)
	}
	return list
}

// terms writes coefficients as the paper's: ln A = ln A0 + alpha ln N0, linear in the measure as both are.
func (j *joint) terms(x []float64) map[string]ziplaw.Term {
	line := func(p int) ziplaw.Term {
		if j.form[p] != linear || j.high == j.low {
			return ziplaw.Term{Intercept: x[j.first[p]]}
		}
		slope := (x[j.first[p]+1] - x[j.first[p]]) / (j.high - j.low)
		return ziplaw.Term{Slope: slope, Intercept: x[j.first[p]] - float64(slope*j.low)}
	}
	plus := func(a, b ziplaw.Term, by float64) ziplaw.Term {
		return ziplaw.Term{Slope: a.Slope + float64(by*b.Slope), Intercept: a.Intercept + float64(by*b.Intercept)}
	}
	alpha, beta := line(atAlpha), line(atBeta)
	return map[string]ziplaw.Term{
		"lnA": plus(line(atA), alpha, j.centreN), "lnB": plus(line(atB), beta, j.centreD), "alpha": alpha, "beta": beta, "E": line(atE),
	}
}
