package approaches

import (
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw"
)

func warn(a *ziplaw.Approach, code, format string, args ...any) {
	a.Warnings = append(a.Warnings, ziplaw.Warning{Code: code, Message: fmt.Sprintf(format, args...)})
}

// measured says what a law shows of an approach's bias.
func measured(a *ziplaw.Approach, law bool) string {
	switch {
	case a.Bias != nil:
		return fmt.Sprintf("on the fitted law's own losses of these runs, without noise, it finds N_opt %+.1f %% and the exponent %+.1f %% off at C = %.3g",
			100*a.Bias.N, 100*a.Bias.Exponent, a.Bias.C)
	case law:
		return "on the fitted law's own losses of these runs it finds nothing to compare"
	default:
		return "without a law that has an optimum its bias isn't known"
	}
}

// offCentre is where in its range of ln N a minimum makes a budget lopsided: in the outer quarter on either side.
const offCentre = 0.5

func doubtIsoFLOP(a *ziplaw.Approach, law bool) {
	warn(a, "isoflop_parabola", "a parabola in ln N isn't what L = E + A/N^alpha + B/D^beta gives along a budget, and misplaces its minimum by a few per cent, up to about 10 %%: %s",
		measured(a, law))
	var used, left, lopsided int
	for _, b := range a.Budgets {
		switch {
		case b.LeftOut != "":
			left++
		case math.Abs(*b.OffCentre) > offCentre:
			lopsided++
			used++
		default:
			used++
		}
	}
	if left > 0 {
		warn(a, "isoflop_left_out", "%d of %d budgets are left out: each says why", left, left+used)
	}
	if lopsided > 0 {
		warn(a, "isoflop_off_centre", "%d of %d budgets have their minimum in the outer quarter of their range of ln N, on either side: their parabolas are lopsided, which misplaces the minimum further",
			lopsided, used)
	}
	if used == leastBudgets {
		warn(a, "isoflop_two_budgets", "the line goes through %d budgets: nothing shows whether others would lie on it", used)
	}
}

func doubtEnvelope(a *ziplaw.Approach, law bool) {
	warn(a, "envelope_final_losses", "the envelope of final losses takes what the grid offers: %d runs, of the sizes and budgets that there are, in place of whole training curves: %s",
		len(a.Runs), measured(a, law))
}

// lost is the part of resamples without a line above which the result says so.
const lost = 0.05

func doubtResamples(a *ziplaw.Approach, lines, drawn int) {
	switch {
	case 2*lines < drawn:
		warn(a, "resamples_lost", "%d of %d resamples give a line: too few for intervals", lines, drawn)
	case float64(drawn-lines) > lost*float64(drawn):
		warn(a, "resamples_lost", "%d of %d resamples give a line: the intervals are of those", lines, drawn)
	}
}
