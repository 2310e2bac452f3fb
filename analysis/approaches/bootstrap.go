package approaches

import (
	"math"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis"
	"github.com/ziplaw/ziplaw/internal/random"
)

// resampleBudgets draws the runs of every budget anew, with replacement and as many as it has, and fits a line through the
// minima that are left. A resample of a budget that has no minimum that counts is passed over.
func resampleBudgets(budgets []budget, o Options) []line {
	var lines []line
	key := random.NewKey(uint64(o.Seed), "bootstrap of isoflop budgets")
	for i := range o.Resamples {
		s := key.At(uint64(i))
		again := make([]budget, 0, len(budgets))
		for _, b := range budgets {
			next := budgetOf(draw(&s, b.runs))
			next.compute = b.compute
			again = append(again, next)
		}
		places := minima(counting(again))
		if l, found := through(places); found && len(places) >= leastBudgets {
			lines = append(lines, l)
		}
	}
	return lines
}

// resampleEnvelope draws all runs anew, with replacement. The envelope holds the lowest runs, so that resamples can only be
// above it: the intervals are of the choice of runs, and not of what noise favours.
func resampleEnvelope(runs []run, o Options) []line {
	var lines []line
	key := random.NewKey(uint64(o.Seed), "bootstrap of the envelope")
	for i := range o.Resamples {
		s := key.At(uint64(i))
		places, reason := alongEnvelope(envelope(draw(&s, runs), runs[0].compute, o.tolerance()))
		if reason != "" {
			continue
		}
		if l, found := through(places); found {
			lines = append(lines, l)
		}
	}
	return lines
}

// draw draws as many runs as there are, with replacement, and keeps their order.
func draw(s *random.Stream, runs []run) []run {
	times := make([]int, len(runs))
	for range runs {
		times[s.Bounded(uint64(len(runs)))]++
	}
	again := make([]run, 0, len(runs))
	for i, r := range runs {
		for range times[i] {
			again = append(again, r)
		}
	}
	return again
}

// addIntervals takes the central part of the resamples' lines.
func addIntervals(a *ziplaw.Approach, lines []line, o Options) {
	a.Level, a.Resamples = o.Level, len(lines)
	if !(o.Level > 0 && o.Level < 1) {
		a.Level = 0
		return
	}
	if o.Resamples < 1 {
		return
	}
	doubtResamples(a, len(lines), o.Resamples)
	if 2*len(lines) < o.Resamples {
		return
	}
	compute := math.Log(a.Middle.C)
	logC6 := compute - math.Log(6)
	for name, value := range map[string]func(line) float64{
		"exponent":   func(l line) float64 { return l.exponent },
		"exponent_d": func(l line) float64 { return 1 - l.exponent },
		"log_g":      func(l line) float64 { return l.logG },
		"n":          func(l line) float64 { return math.Exp(l.at(compute)) },
		"d":          func(l line) float64 { return math.Exp(logC6 - l.at(compute)) },
	} {
		if in := central(lines, value, o.Level); finite(in[0], in[1]) {
			a.Intervals[name] = in
		}
	}
}

// central are the quantiles between which a part of the values lies, as much of the rest below as above.
func central(lines []line, value func(line) float64, level float64) [2]float64 {
	v := make([]float64, len(lines))
	for i, l := range lines {
		v[i] = value(l)
	}
	return analysis.Interval(v, level)
}
