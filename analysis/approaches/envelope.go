package approaches

import (
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw"
)

// envelope are the runs on the lower envelope of loss against compute, of runs sorted by compute. Budgets stand a step of ln C
// apart from the cheapest run on; each takes the lowest loss of all runs that it affords, and a run that is the first to reach
// it is on the envelope. So it lies within a step of a budget that takes it, and runs that differ by less compute than a step
// compete as equals. Weights don't matter here: a run is on it or isn't.
func envelope(runs []run, cheapest, step float64) []run {
	var list []run
	lowest := math.Inf(1)
	for i := 0; i < len(runs); {
		budget := stepOf(runs[i], cheapest, step)
		best := -1
		for ; i < len(runs) && stepOf(runs[i], cheapest, step) == budget; i++ {
			if runs[i].loss < lowest {
				best, lowest = i, runs[i].loss
			}
		}
		if best >= 0 {
			list = append(list, runs[best])
		}
	}
	return list
}

// stepOf is the first budget that affords the run, counted from the cheapest run.
func stepOf(r run, cheapest, step float64) float64 {
	return math.Ceil((r.compute-cheapest)/step - rounding)
}

// leastRuns are the runs of an envelope that leave a line something to be wrong by.
const leastRuns = 3

// alongEnvelope are the places of an envelope's runs, or why they tell no line.
func alongEnvelope(envelope []run) ([]place, string) {
	if len(envelope) < leastRuns {
		return nil, fmt.Sprintf("runs on the envelope: %d, and a line needs %d", len(envelope), leastRuns)
	}
	if n := sizes(envelope); n < 2 {
		return nil, fmt.Sprintf("the %d runs on the envelope have one N", len(envelope))
	}
	places := make([]place, len(envelope))
	for i, r := range envelope {
		places[i] = place{compute: r.compute, logN: r.logN}
	}
	return places, ""
}

// findEnvelope is approach 1 (Hoffmann et al. 2022, section 3.1): for budgets of compute, the run of the lowest loss has the
// best N, and a line goes through ln N against ln C. The paper looks for it in whole training curves; here a run has its final
// loss only, so that a size is seen at the budgets at which a run of it ends, and the envelope takes what the grid offers: on a
// grid of few sizes N_opt is one of them, and at its cheapest and dearest runs there is nothing else to take, which draws the
// line to the grid's diagonal. Noise favours runs that were lucky.
func findEnvelope(runs []run, truth *truth, o Options) (*ziplaw.Approach, string) {
	if len(runs) == 0 {
		return nil, "there are no runs"
	}
	cheapest, step := runs[0].compute, o.tolerance()
	on := envelope(runs, cheapest, step)
	places, reason := alongEnvelope(on)
	if reason != "" {
		return nil, reason
	}
	l, found := through(places)
	if !found {
		return nil, "the runs on the envelope have one compute"
	}
	a := approach(l, places)
	for _, r := range on {
		a.Runs = append(a.Runs, ziplaw.EnvelopeRun{Run: r.name, C: math.Exp(r.compute), N: r.n, D: r.d, Loss: r.loss})
	}
	addIntervals(a, resampleEnvelope(runs, o), o)
	if truth != nil {
		again, _ := alongEnvelope(envelope(truth.runs, cheapest, step))
		addBias(a, again, truth.frontier)
	}
	doubtEnvelope(a, truth != nil)
	return a, ""
}
