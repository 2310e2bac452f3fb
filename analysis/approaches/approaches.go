// Package approaches finds compute-optimal allocations without Eq. 1: approaches 1 and 2 of Hoffmann et al. (2022, "Training
// Compute-Optimal Large Language Models", sections 3.1 and 3.2), on the final losses of runs. Approach 3 is package scaling.
package approaches

import (
	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// Options say how runs are grouped and how far the intervals reach.
type Options struct {
	Level     float64 // of the intervals
	Resamples int     // bootstrap resamples behind them, drawn with Seed
	Seed      int64
	// Tolerance is the greatest difference of ln C within a budget, and the step of the envelope's budgets. 0 is Tolerance.
	Tolerance float64
}

// Tolerance is the default one: runs of a budget differ by 10 % in compute at most.
const Tolerance = 0.1

// OptionsOf are the options of a fit as far as they matter here.
func OptionsOf(o ziplaw.FitOptions) Options {
	return Options{Level: o.Level, Resamples: o.Resamples, Seed: o.Seed}
}

func (o Options) tolerance() float64 {
	if o.Tolerance > 0 {
		return o.Tolerance
	}
	return Tolerance
}

// Find finds what both approaches say of training runs, each with its bias as the law shows it (nil: no bias), or why the runs
// don't allow it. It never fails: runs that can't be used are a reason.
func Find(points []scaling.Point, law *ziplaw.Fit, o Options) ziplaw.Approaches {
	found := ziplaw.Approaches{Absent: map[string]string{}}
	runs, reason := runsOf(points)
	if reason != "" {
		found.Absent[ziplaw.ApproachEnvelope], found.Absent[ziplaw.ApproachIsoFLOP] = reason, reason
		return found
	}
	truth := truthOf(runs, law)
	if found.Envelope, reason = findEnvelope(runs, truth, o); reason != "" {
		found.Absent[ziplaw.ApproachEnvelope] = reason
	}
	if found.IsoFLOP, reason = findIsoFLOP(runs, truth, o); reason != "" {
		found.Absent[ziplaw.ApproachIsoFLOP] = reason
	}
	return found
}
