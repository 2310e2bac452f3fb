package scaling

import (
	"math"

	"github.com/ziplaw/ziplaw"
)

// freedom says which of the five parameters a fit may choose.
type freedom struct {
	held      [parameters]bool
	values    [parameters]float64 // of those held, A and B themselves
	exponents bool                // beta is alpha
	factors   bool                // B is A
}

// freedomOf reads the options of a fit. An option that holds and ties at once holds both.
func freedomOf(f ziplaw.FitOptions) freedom {
	var r freedom
	held := f.Hold.Values()
	for i, name := range names {
		if v, found := held[name]; found {
			r.held[i], r.values[i] = true, v
		}
	}
	for _, pair := range f.Tie {
		r.exponents = r.exponents || pair == ziplaw.TieExponents
		r.factors = r.factors || pair == ziplaw.TieFactors
	}
	return r
}

// names of the unknowns, as options and results have them.
var names = [parameters]string{"A", "B", "alpha", "beta", "E"}

// with holds one more parameter, and what is tied to it.
func (r freedom) with(parameter int, value float64) freedom {
	r.held[parameter], r.values[parameter] = true, value
	return r
}

// leader is the parameter that another one follows; itself where it follows none.
func (r freedom) leader(p int) int {
	switch {
	case p == atBeta && r.exponents:
		return atAlpha
	case p == atB && r.factors:
		return atA
	}
	return p
}

// lead makes a tied pair one where its second is held: then the first is held as well.
func (r freedom) lead() freedom {
	for p := range parameters {
		if l := r.leader(p); r.held[p] && !r.held[l] {
			r.held[l], r.values[l] = true, r.values[p]
		}
	}
	return r
}

// free are the unknowns that the search chooses.
func (r freedom) free() []int {
	var list []int
	for p := range parameters {
		if l := r.leader(p); l == p && !r.held[p] {
			list = append(list, p)
		}
	}
	return list
}

// whole reports that nothing is held or tied.
func (r freedom) whole() bool { return len(r.free()) == parameters }

// full puts held and tied parameters beside the free ones x, and gives the derivatives of all by the free ones.
func (r freedom) full(c *curve, free []int, x []float64) (u [parameters]float64, by [parameters][parameters]float64) {
	for i, p := range free {
		u[p], by[p][i] = x[i], 1
	}
	for _, p := range []int{atAlpha, atBeta, atE} {
		if r.held[p] {
			u[p] = r.values[p]
		}
	}
	if r.exponents {
		u[atBeta], by[atBeta] = u[atAlpha], by[atAlpha]
	}
	if r.held[atA] {
		u[atA] = r.values[atA] * math.Exp(-u[atAlpha]*c.centreN)
		for i := range free {
			by[atA][i] = -c.centreN * u[atA] * by[atAlpha][i]
		}
	}
	switch {
	case r.factors:
		ratio := math.Exp(u[atAlpha]*c.centreN - u[atBeta]*c.centreD)
		u[atB] = u[atA] * ratio
		for i := range free {
			by[atB][i] = ratio*by[atA][i] + u[atB]*(float64(c.centreN*by[atAlpha][i])-float64(c.centreD*by[atBeta][i]))
		}
	case r.held[atB]:
		u[atB] = r.values[atB] * math.Exp(-u[atBeta]*c.centreD)
		for i := range free {
			by[atB][i] = -c.centreD * u[atB] * by[atBeta][i]
		}
	}
	return u, by
}
