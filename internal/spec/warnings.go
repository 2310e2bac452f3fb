package spec

import (
	"fmt"
	"slices"

	"github.com/ziplaw/ziplaw"
)

// Warnings are the doubts that a spec alone gives rise to. The study runs all the same.
func Warnings(s ziplaw.Study) []ziplaw.Warning {
	var w warnings
	w.axes(s)
	w.rates(s)
	w.intervals(s)
	return w
}

type warnings []ziplaw.Warning

func (w *warnings) add(code, format string, args ...any) {
	*w = append(*w, ziplaw.Warning{Code: code, Message: fmt.Sprintf(format, args...)})
}

// axes doubts grids that can't identify a law of five parameters, or its regression on H.
func (w *warnings) axes(s ziplaw.Study) {
	points := len(s.Models) * len(s.Budgets)
	if points < 6 {
		w.add("few_cells", "%d pairs of N and D don't identify a law of five parameters; at least 6 are needed, and 16 are better", points)
	}
	least, way := 3, ": at least 3 are needed, or fit.hold of E, or fit.tie of alpha=beta"
	if s.Fit.Hold.E != nil || len(s.Fit.Tie) > 0 {
		least, way = 2, ": at least 2 are needed"
	}
	if n := len(s.Models); n < least {
		w.add("few_models", "with %d models A and alpha can't be told from E%s", n, way)
	}
	if n := len(s.Budgets); n < least {
		w.add("few_budgets", "with %d budgets B and beta can't be told from E%s", n, way)
	}
	if len(s.Seeds) == 1 {
		w.add("one_seed", "one training seed: its noise, 1 to 3 %% of the loss in small runs, is in every fitted number")
	}
	if sets := regressed(s); sets < 3 {
		w.add("few_datasets", "a regression on H over %d data sets has no interval; at least 3 are needed", sets)
	}
}

// regressed is the number of data sets that the regressions take.
func regressed(s ziplaw.Study) int {
	n := 0
	for _, d := range s.DataSets() {
		if s.Fit.Regress.Takes(d) {
			n++
		}
	}
	return n
}

// rates doubts learning rates. The bounds are those of small runs: at 5e-5 little is learned within 500,000 tokens.
func (w *warnings) rates(s ziplaw.Study) {
	widths := make([]int, len(s.Models))
	for i, m := range s.Models {
		widths[i] = m.H
	}
	narrow, wide := slices.Min(widths), slices.Max(widths)
	if s.Recipe.LR.Scale == "none" && narrow != wide {
		w.add("one_lr", "one learning rate for widths %d to %d: what is too low for some and right for others looks like an effect of N", narrow, wide)
	}
	for _, h := range slices.Compact([]int{narrow, wide}) {
		if peak := s.Recipe.LR.Peak(h); peak < 1e-5 || peak > 0.1 {
			w.add("odd_lr", "the learning rate of width %d peaks at %.3g, outside 1e-5 to 0.1", h, peak)
		}
	}
}

// intervals doubts the statistics of a fit.
func (w *warnings) intervals(s ziplaw.Study) {
	if tail := float64(s.Fit.Resamples) * (1 - s.Fit.Level) / 2; tail < 1 {
		w.add("few_resamples", "%d resamples leave %.2g beyond each end of a %g interval", s.Fit.Resamples, tail, s.Fit.Level)
	}
	batch := int64(s.Recipe.Batch) * int64(s.Context)
	if steps := (slices.Min(s.Budgets) + batch - 1) / batch; s.Fit.Final == "mean_last_k" && steps < int64(s.Fit.K) {
		w.add("few_steps", "the smallest budget has %d steps, and the final loss is a mean of %d", steps, s.Fit.K)
	}
	if s.Fit.Final == "validation" && s.Recipe.HeldOut < 32 {
		w.add("few_held_out", "%d held-out documents make a noisy validation loss", s.Recipe.HeldOut)
	}
}
