package approaches

import (
	"cmp"
	"slices"
)

// group gathers runs, sorted by compute, into budgets in which ln C differs by the tolerance at most. The window of that width
// with most runs is a budget, then that of the runs that are left, and so on, so that stragglers between budgets neither join
// them into one nor shift them; of equal windows the narrowest is taken, then the cheapest. Budgets are in the order of their
// compute, and every run is in one.
func group(runs []run, tolerance float64) [][]run {
	taken := make([]bool, len(runs))
	var budgets [][]run
	for left := len(runs); left > 0; {
		first, last := densest(runs, taken, tolerance+rounding)
		for i := first; i <= last; i++ {
			taken[i] = true
		}
		left -= last - first + 1
		budgets = append(budgets, runs[first:last+1])
	}
	slices.SortFunc(budgets, func(a, b []run) int { return cmp.Compare(a[0].compute, b[0].compute) })
	return budgets
}

// rounding is what two ln C may differ by where their compute is meant to be equal.
const rounding = 1e-9

// densest are the ends of the window of most runs. No window reaches over a budget that is taken already: with that budget in
// it, it would have held more runs than that budget does.
func densest(runs []run, taken []bool, width float64) (first, last int) {
	most, narrowest := 0, 0.0
	for i, j := 0, 0; i < len(runs); i++ {
		if taken[i] {
			continue
		}
		for j = max(i, j); j+1 < len(runs) && !taken[j+1] && runs[j+1].compute-runs[i].compute <= width; {
			j++
		}
		count, span := j-i+1, runs[j].compute-runs[i].compute
		if count > most || (count == most && span < narrowest-rounding) {
			first, last, most, narrowest = i, j, count, span
		}
	}
	return first, last
}
