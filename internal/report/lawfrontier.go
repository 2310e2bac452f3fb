package report

import (
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// budgetRow is the best allocation of a budget by a law, with Chinchilla's beside.
type budgetRow struct {
	C, N, D, PerParameter, Loss string
	Beyond                      string // how far the budget lies beyond the runs
	Outside                     bool   // N or D lies beyond the runs
	Others                      []lawAllocation
}

// lawAllocation is what another law makes of the same budget.
type lawAllocation struct{ N, D string }

// Budgets that a table shows: some decades below and above the runs' own, not more than some.
const budgetsBelow, budgetsAbove, mostBudgets = 1, 3, 12

// budgetRows are at powers of ten near the runs' compute.
func budgetRows(f ziplaw.Fit, d ziplaw.Diagnostics) []budgetRow {
	r, found := rangeOf(drawn(d))
	frontier, ok := scaling.NewFrontier(f)
	if !found || !ok || !isPositive(frontier.G) {
		return nil
	}
	low, high := int(math.Floor(math.Log10(r.c[0])))-budgetsBelow+1, int(math.Ceil(math.Log10(r.c[1])))+budgetsAbove-1
	step := (high-low)/mostBudgets + 1
	var rows []budgetRow
	for k := low; k <= high; k += step {
		rows = append(rows, budgetRowOf(f, frontier, k, r))
	}
	return rows
}

func budgetRowOf(f ziplaw.Fit, frontier scaling.Frontier, power int, r runRange) budgetRow {
	c := math.Pow10(power)
	n, d := frontier.N(c), frontier.D(c)
	row := budgetRow{
		C: "10" + superscript(power), N: printed(n), D: printed(d), PerParameter: printed(d / n), Loss: printed(scaling.Predict(f, n, d)),
		Beyond: beyondText(c, r.c), Outside: !(r.n[0] <= n && n <= r.n[1] && r.d[0] <= d && d <= r.d[1]),
	}
	for _, law := range []ziplaw.Fit{scaling.Chinchilla, scaling.ChinchillaRefitted} {
		other, _ := scaling.NewFrontier(law)
		row.Others = append(row.Others, lawAllocation{printed(other.N(c)), printed(other.D(c))})
	}
	return row
}

// beyondText says by how many decades a budget lies outside the runs' own.
func beyondText(c float64, in [2]float64) string {
	switch {
	case c > in[1]:
		return fmt.Sprintf("%.1f decades above", math.Log10(c/in[1]))
	case c < in[0]:
		return fmt.Sprintf("%.1f decades below", math.Log10(in[0]/c))
	}
	return ""
}

// exponentText says how the optimal N grows.
func exponentText(f ziplaw.Fit) string {
	frontier, ok := scaling.NewFrontier(f)
	if !ok {
		return "There is no compute-optimal frontier: a factor or an exponent of the law is 0."
	}
	chinchilla, _ := scaling.NewFrontier(scaling.Chinchilla)
	refitted, _ := scaling.NewFrontier(scaling.ChinchillaRefitted)
	text := fmt.Sprintf("The compute-optimal N grows as C to the power β/(α+β) = %s, and D as C to the power %s; Chinchilla's N as %.2f, refitted %.2f.",
		number(frontier.Exponent), number(1-frontier.Exponent), chinchilla.Exponent, refitted.Exponent)
	if len(scaling.Unidentified(f)) > 0 {
		text += " The runs leave a parameter open, and with it this frontier."
	}
	return text
}
