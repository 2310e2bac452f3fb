package report

import (
	"math"

	"github.com/ziplaw/ziplaw"
)

// runRange is where the runs of a law lie: the least and the greatest N, D and C = 6 N D.
type runRange struct{ n, d, c [2]float64 }

// rangeOf is false where there are no runs.
func rangeOf(runs []ziplaw.FittedCell) (runRange, bool) {
	none := [2]float64{math.Inf(1), math.Inf(-1)}
	r := runRange{none, none, none}
	for _, c := range runs {
		r.n = widened(r.n, c.N)
		r.d = widened(r.d, c.D)
		r.c = widened(r.c, computeOf(c))
	}
	return r, len(runs) > 0
}

func widened(in [2]float64, x float64) [2]float64 { return [2]float64{min(in[0], x), max(in[1], x)} }

func computeOf(c ziplaw.FittedCell) float64 { return 6 * c.N * c.D }

// drawn are the runs that logarithmic axes can show.
func drawn(d ziplaw.Diagnostics) []ziplaw.FittedCell {
	var runs []ziplaw.FittedCell
	for _, c := range d.Cells {
		if isPositive(c.N) && isPositive(c.D) && isPositive(computeOf(c)) && isFinite(c.Residual) {
			runs = append(runs, c)
		}
	}
	return runs
}

func isPositive(x float64) bool { return x > 0 && isFinite(x) }

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// thinned are at most so many runs, evenly over their order.
func thinned(runs []ziplaw.FittedCell, most int) []ziplaw.FittedCell {
	if len(runs) <= most {
		return runs
	}
	kept := make([]ziplaw.FittedCell, most)
	for i := range kept {
		kept[i] = runs[i*len(runs)/most]
	}
	return kept
}
