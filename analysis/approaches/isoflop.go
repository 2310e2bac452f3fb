package approaches

import (
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw"
)

// budget are runs of one compute, with the minimum of their parabola.
type budget struct {
	runs    []run
	compute float64 // ln C, mean
	minimum *minimum
	leftOut string // why there is no minimum that counts
}

// budgetOf looks for a minimum that counts: that of a parabola over at least three sizes that opens upwards, between the
// smallest and the largest size.
func budgetOf(runs []run) budget {
	b := budget{runs: runs}
	for _, r := range runs {
		b.compute += r.compute / float64(len(runs))
	}
	if n := sizes(runs); n < leastSizes {
		b.leftOut = fmt.Sprintf("%d different N: a parabola needs %d", n, leastSizes)
		return b
	}
	m, found := parabola(runs)
	if !found {
		b.leftOut = "the parabola doesn't open upwards"
		return b
	}
	b.minimum = &m
	if !m.inside() {
		side := "below the smallest"
		if m.offCentre > 0 {
			side = "above the largest"
		}
		b.leftOut = "the parabola's minimum is " + side + " N"
	}
	return b
}

func (b budget) place() place { return place{compute: b.compute, logN: b.minimum.logN} }

// isoFLOPs are the budgets of runs sorted by compute.
func isoFLOPs(runs []run, tolerance float64) []budget {
	var list []budget
	for _, runs := range group(runs, tolerance) {
		list = append(list, budgetOf(runs))
	}
	return list
}

// counting are the budgets with a minimum that counts.
func counting(budgets []budget) []budget {
	var list []budget
	for _, b := range budgets {
		if b.leftOut == "" {
			list = append(list, b)
		}
	}
	return list
}

// minima are the places of the budgets' minima.
func minima(budgets []budget) []place {
	list := make([]place, len(budgets))
	for i, b := range budgets {
		list[i] = b.place()
	}
	return list
}

// leastBudgets are those that tell a line.
const leastBudgets = 2

// findIsoFLOP is approach 2 (Hoffmann et al. 2022, section 3.2): at each of several budgets of compute, a parabola of the
// loss in ln N has its minimum at N_opt, and a line goes through the minima's ln N against ln C.
//
// It is biased. Along a budget Eq. 1 is E + A N^-alpha + B (6N/C)^beta, which is no parabola in ln N: where alpha and beta
// differ it is steeper on one side, and the minimum of a least-squares parabola is drawn to the other, the farther the wider
// the range of N; where the range isn't centred on the optimum, it is drawn elsewhere again. Budgets come out wrong by a few
// per cent, with Chinchilla's exponents up to about 10 % (measured by Open-Athena, arXiv 2603.22339 and the repositories
// scaling-law-analysis and vpnls). The same error at every budget leaves the exponent right and G wrong; an error that drifts
// with the budget makes the exponent wrong too. Bias has the amount for the runs at hand.
func findIsoFLOP(runs []run, truth *truth, o Options) (*ziplaw.Approach, string) {
	budgets := isoFLOPs(runs, o.tolerance())
	used := counting(budgets)
	if len(used) < leastBudgets {
		return nil, tooFew(budgets, o.tolerance())
	}
	places := minima(used)
	l, found := through(places)
	if !found {
		return nil, "the budgets have one compute"
	}
	a := approach(l, places)
	for _, b := range budgets {
		a.Budgets = append(a.Budgets, b.report())
	}
	addIntervals(a, resampleBudgets(used, o), o)
	if truth != nil {
		again := isoFLOPs(truth.runs, o.tolerance())
		addBudgetBias(a.Budgets, again, truth.frontier)
		addBias(a, minima(counting(again)), truth.frontier)
	}
	doubtIsoFLOP(a, truth != nil)
	return a, ""
}

// tooFew says why no line goes through the budgets.
func tooFew(budgets []budget, tolerance float64) string {
	if len(budgets) == 0 {
		return "there are no runs"
	}
	return fmt.Sprintf("a line needs %d budgets with a minimum, of runs that differ by %.3g %% in compute at most: of %d budgets, %s",
		leastBudgets, 100*tolerance, len(budgets), outcomes(budgets))
}

// outcomes counts what became of budgets.
func outcomes(budgets []budget) string {
	var used, small, open, outside int
	for _, b := range budgets {
		switch {
		case b.leftOut == "":
			used++
		case b.minimum != nil:
			outside++
		case sizes(b.runs) < leastSizes:
			small++
		default:
			open++
		}
	}
	return fmt.Sprintf("%d have one, %d have fewer than %d different N, %d have a parabola that doesn't open upwards, and %d a minimum outside of their range of N",
		used, small, leastSizes, open, outside)
}

func (b budget) report() ziplaw.IsoFLOP {
	r := ziplaw.IsoFLOP{
		C: math.Exp(b.compute), Spread: b.runs[len(b.runs)-1].compute - b.runs[0].compute,
		Runs: len(b.runs), Sizes: sizes(b.runs), LeftOut: b.leftOut,
	}
	if b.minimum != nil {
		r.OffCentre = &b.minimum.offCentre
	}
	if b.leftOut == "" {
		n := math.Exp(b.minimum.logN)
		d := r.C / 6 / n
		r.N, r.D, r.Loss = &n, &d, &b.minimum.loss
	}
	return r
}
