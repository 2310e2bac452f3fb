package report

import (
	"math"

	"github.com/ziplaw/ziplaw"
	budget "github.com/ziplaw/ziplaw/analysis/allocation"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// jointFrontier is the compute-optimal allocation of the joint law at a value of the measure, or of Chinchilla's.
type jointFrontier struct {
	Name     string
	Exponent value
	At       []jointAllocation
	Other    bool // it is another law's
}

// jointAllocation is N and D of least loss at a budget. Outside says that one lies beyond the runs that the law was fitted on.
type jointAllocation struct {
	N, D    value
	Outside bool
}

// namedBudget is a compute budget, FLOPs.
type namedBudget struct {
	c    float64
	name string
}

// jointBudgets are the study's largest compute, where it has one, and round ones beyond.
func (in Input) jointBudgets() []namedBudget {
	var all []namedBudget
	if _, c, found := in.compute(); found {
		all = append(all, namedBudget{c, printed(c) + ", the study's largest"})
	}
	for _, power := range []int{18, 21, 24} {
		all = append(all, namedBudget{math.Pow10(power), "10" + superscript(power)})
	}
	return all
}

// frontiers are those at the least, the middle and the greatest measure, and Chinchilla's. A law that doesn't depend on the
// measure has one.
func (l lawOfDraws) frontiers(budgets []namedBudget) []jointFrontier {
	var all []jointFrontier
	if len(l.Source.Depends) == 0 {
		all = append(all, l.frontier("any data", l.H[0], budgets))
	} else {
		for _, h := range []float64{l.H[0], (l.H[0] + l.H[1]) / 2, l.H[1]} {
			all = append(all, l.frontier(l.hName(h), h, budgets))
		}
	}
	published := budget.Published()
	for _, f := range []ziplaw.Fit{scaling.Chinchilla, scaling.ChinchillaRefitted} {
		other := lawOfDraws{Law: published[f.DataSet]}.frontier(chinchillaNames[f.DataSet], 0, budgets)
		other.Other = true
		for i := range other.At {
			other.At[i].Outside = false // of this study's runs there is nothing to say
		}
		all = append(all, other)
	}
	return all
}

func (l lawOfDraws) frontier(name string, h float64, budgets []namedBudget) jointFrontier {
	f := jointFrontier{Name: name, Exponent: l.value(func(law ziplaw.Law) float64 {
		return onFrontier(law.At(h), func(f scaling.Frontier) float64 { return f.Exponent })
	})}
	for _, b := range budgets {
		n := func(law ziplaw.Law) float64 {
			return onFrontier(law.At(h), func(f scaling.Frontier) float64 { return f.N(b.c) })
		}
		d := func(law ziplaw.Law) float64 {
			return onFrontier(law.At(h), func(f scaling.Frontier) float64 { return f.D(b.c) })
		}
		f.At = append(f.At, jointAllocation{l.value(n), l.value(d), !within(n(l.Law), l.N) || !within(d(l.Law), l.D)})
	}
	return f
}

// onFrontier is a value of a law's frontier; no number where it has none.
func onFrontier(f ziplaw.Fit, of func(scaling.Frontier) float64) float64 {
	frontier, ok := scaling.NewFrontier(f)
	if !ok {
		return math.NaN()
	}
	return of(frontier)
}

func within(x float64, in [2]float64) bool { return !(x < in[0]) && !(x > in[1]) }
