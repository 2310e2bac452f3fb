package approaches

import (
	"cmp"
	"math"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// truth is a law that an approach is measured by: the runs as they would end without noise, and the allocation that the law
// itself has.
type truth struct {
	runs     []run // sorted by compute, then by loss
	frontier line
}

// truthOf is nil where there is no law, or where it has no optimum or no loss at one of the runs.
func truthOf(runs []run, law *ziplaw.Fit) *truth {
	if law == nil {
		return nil
	}
	f, has := scaling.NewFrontier(*law)
	t := &truth{runs: slices.Clone(runs), frontier: line{exponent: f.Exponent, logG: math.Log(f.G)}}
	if !has || !finite(t.frontier.exponent, t.frontier.logG) {
		return nil
	}
	for i, r := range runs {
		loss := scaling.Predict(*law, r.n, r.d)
		if !(loss > 0) || !finite(loss) {
			return nil
		}
		t.runs[i].loss = loss
	}
	slices.SortFunc(t.runs, func(a, b run) int {
		return cmp.Or(cmp.Compare(a.compute, b.compute), cmp.Compare(a.loss, b.loss), cmp.Compare(a.placement, b.placement))
	})
	return t
}

// addBias compares the line that the approach finds without noise with the law's, at the middle of what it finds with noise.
func addBias(a *ziplaw.Approach, places []place, frontier line) {
	if len(places) < leastBudgets {
		return
	}
	l, found := through(places)
	if !found {
		return
	}
	compute := math.Log(a.Middle.C)
	b := ziplaw.ApproachBias{
		C: a.Middle.C, N: math.Expm1(l.at(compute) - frontier.at(compute)),
		Exponent:    l.exponent/frontier.exponent - 1,
		LawExponent: frontier.exponent, FoundExponent: l.exponent, Found: len(places),
	}
	if finite(b.N, b.Exponent, b.LawExponent, b.FoundExponent) {
		a.Bias = &b
	}
}

// addBudgetBias compares each budget's minimum without noise with the law's optimum. The budgets are the same as with noise,
// since no loss makes them.
func addBudgetBias(report []ziplaw.IsoFLOP, budgets []budget, frontier line) {
	for i, b := range budgets {
		if b.leftOut != "" {
			continue
		}
		if bias := math.Expm1(b.minimum.logN - frontier.at(b.compute)); finite(bias) {
			report[i].Bias = &bias
		}
	}
}
