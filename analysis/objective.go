package analysis

import "math"

// Point is a training run: N parameters, D tokens, L loss in nats per token.
type Point struct{ N, D, L float64 }

// objective is the mean Huber loss of ln L against ln(A/N^alpha + B/D^beta + E) (Hoffmann et al. 2022, Eq. 3), in the
// parameters x = (a, b, alpha, beta, e) with a = ln A, b = ln B, e = ln E. It is divided by delta²: the bare sums are near
// 1e-5, where the absolute stopping rules of optimisers stop too soon.
type objective struct {
	lnN, lnD, lnL []float64
	weights       []float64 // of the points; their sum divides
	delta         float64
	face          face
}

// face fixes parameters at bounds: NaN is free. E is 0 where noE is set.
type face struct {
	alpha, beta float64
	noE         bool
}

var interior = face{alpha: math.NaN(), beta: math.NaN()}

const parameters = 5

func newObjective(points []Point, delta float64) *objective {
	o := &objective{delta: delta, face: interior}
	for _, p := range points {
		o.lnN = append(o.lnN, math.Log(p.N))
		o.lnD = append(o.lnD, math.Log(p.D))
		o.lnL = append(o.lnL, math.Log(p.L))
		o.weights = append(o.weights, 1)
	}
	return o
}

// full puts the face's fixed parameters in.
func (o *objective) full(x []float64) [parameters]float64 {
	p := [parameters]float64(x)
	if !math.IsNaN(o.face.alpha) {
		p[2] = o.face.alpha
	}
	if !math.IsNaN(o.face.beta) {
		p[3] = o.face.beta
	}
	if o.face.noE {
		p[4] = math.Inf(-1)
	}
	return p
}

// eval returns the objective and, where grad isn't nil, its gradient; fixed parameters have none.
func (o *objective) eval(x, grad []float64) float64 {
	p := o.full(x)
	var sum, total float64
	var g [parameters]float64
	for i, w := range o.weights {
		if w == 0 {
			continue
		}
		total += w
		u, v := p[0]-p[2]*o.lnN[i], p[1]-p[3]*o.lnD[i]
		m := max(u, v, p[4])
		eu, ev, ee := math.Exp(u-m), math.Exp(v-m), math.Exp(p[4]-m)
		s := eu + ev + ee
		r := (m + math.Log(s) - o.lnL[i]) / o.delta
		h, d := huber(r)
		sum += w * h
		d *= w / (o.delta * s)
		g[0] += d * eu
		g[1] += d * ev
		g[2] -= d * eu * o.lnN[i]
		g[3] -= d * ev * o.lnD[i]
		g[4] += d * ee
	}
	if grad != nil {
		for i := range grad {
			grad[i] = g[i] / total
		}
		o.fix(grad)
	}
	return sum / total
}

func (o *objective) fix(grad []float64) {
	if !math.IsNaN(o.face.alpha) {
		grad[2] = 0
	}
	if !math.IsNaN(o.face.beta) {
		grad[3] = 0
	}
	if o.face.noE {
		grad[4] = 0
	}
}

// huber is the Huber loss of a residual in units of delta, and its derivative.
func huber(r float64) (value, derivative float64) {
	switch {
	case r > 1:
		return r - 0.5, 1
	case r < -1:
		return -r - 0.5, -1
	}
	return r * r / 2, r
}

// residual is ln of the law less ln L at a point.
func (o *objective) residual(x []float64, i int) float64 {
	p := o.full(x)
	u, v := p[0]-p[2]*o.lnN[i], p[1]-p[3]*o.lnD[i]
	m := max(u, v, p[4])
	return m + math.Log(math.Exp(u-m)+math.Exp(v-m)+math.Exp(p[4]-m)) - o.lnL[i]
}
