package scaling

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// Unknowns of Eq. 1 as the search sees them. The terms of N and D are taken at the centre of the runs (N0, D0), A0 = A
// N0^-alpha and B0 = B D0^-beta in nats, where they are far less correlated with their exponents than A and B.
const (
	atA = iota
	atB
	atAlpha
	atBeta
	atE
	parameters
)

// curve holds runs as the law sees them: ln N and ln D about their centres, each distinct value once.
type curve struct {
	sizes, budgets     []float64 // distinct ln N - centreN, ln D - centreD
	ofSize, ofBudget   []int     // of each run, its place in sizes and budgets
	centreN, centreD   float64   // means of ln N and ln D
	loss               []float64 // L, or ln L
	logarithmic        bool
	smallest, greatest float64 // L, nats per token
	powN, powD         []float64
}

func newCurve(points []Point, logarithmic bool) *curve {
	c := &curve{logarithmic: logarithmic}
	lnN, lnD, losses := make([]float64, len(points)), make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		lnN[i], lnD[i], losses[i] = math.Log(p.N), math.Log(p.D), p.L
	}
	c.centreN, c.centreD = stat.Mean(lnN, nil), stat.Mean(lnD, nil)
	c.sizes, c.ofSize = distinct(lnN, c.centreN)
	c.budgets, c.ofBudget = distinct(lnD, c.centreD)
	c.smallest, c.greatest = floats.Min(losses), floats.Max(losses)
	c.loss = losses
	if logarithmic {
		for i, l := range losses {
			c.loss[i] = math.Log(l)
		}
	}
	return c.fork()
}

// fork is the same curve with buffers of its own, for another goroutine.
func (c *curve) fork() *curve {
	other := *c
	other.powN, other.powD = make([]float64, len(c.sizes)), make([]float64, len(c.budgets))
	return &other
}

// some is the curve over some of its runs, about the same centre.
func (c *curve) some(runs []int32) *curve {
	other := *c
	var n, d []float64
	other.loss = nil
	for _, i := range runs {
		n, d = append(n, c.sizes[c.ofSize[i]]), append(d, c.budgets[c.ofBudget[i]])
		other.loss = append(other.loss, c.loss[i])
	}
	other.sizes, other.ofSize = distinct(n, 0)
	other.budgets, other.ofBudget = distinct(d, 0)
	return other.fork()
}

// distinct are the different values less a centre, in the order of their first appearance, and the place of each value.
func distinct(values []float64, centre float64) (unlike []float64, place []int) {
	seen := map[float64]int{}
	for _, v := range values {
		at, found := seen[v]
		if !found {
			at = len(unlike)
			seen[v] = at
			unlike = append(unlike, v-centre)
		}
		place = append(place, at)
	}
	return unlike, place
}

// residuals are those of the law with unknowns u, and, where jacobian isn't nil, their derivatives (runs, parameters).
func (c *curve) residuals(u [parameters]float64, residuals, jacobian []float64) {
	for i, x := range c.sizes {
		c.powN[i] = math.Exp(-u[atAlpha] * x)
	}
	for i, x := range c.budgets {
		c.powD[i] = math.Exp(-u[atBeta] * x)
	}
	for i, seen := range c.loss {
		n, d := c.ofSize[i], c.ofBudget[i]
		pn, pd := c.powN[n], c.powD[d]
		tn, td := u[atA]*pn, u[atB]*pd
		value, scale := tn+td+u[atE], 1.0
		if c.logarithmic {
			scale = 1 / value
			value = math.Log(value)
		}
		residuals[i] = value - seen
		if jacobian != nil {
			row := jacobian[i*parameters : (i+1)*parameters]
			row[atA], row[atB], row[atE] = scale*pn, scale*pd, scale
			row[atAlpha], row[atBeta] = -scale*tn*c.sizes[n], -scale*td*c.budgets[d]
		}
	}
}
