package analysis

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// Thresholds of the warnings.
const (
	// wideExponent is the width of an interval, in units of the exponent itself, above which it isn't identified. Nor is
	// it where the interval ends at a bound: there the bound has the last word, not the runs.
	wideExponent = 1.0
	// atBoundShare is the share of resamples at a bound above which the parameter isn't identified.
	atBoundShare = 0.1
	// fewSizes is the number of sizes or budgets below which an exponent leans on single runs.
	fewSizes = 4
)

// warnings are the doubts about a fit.
func warnings(o *objective, s solution, fit ziplaw.Fit, samples []ziplaw.Fit, points []Point) []ziplaw.Warning {
	w := []ziplaw.Warning{}
	warn := func(code, format string, args ...any) {
		w = append(w, ziplaw.Warning{Code: code, Message: fmt.Sprintf(format, args...)})
	}
	if s.face.noE {
		warn("E_at_bound", "E is 0: the runs show no floor of the loss")
	} else if share := shareOf(samples, func(f ziplaw.Fit) bool { return f.LogE == nil }); share > atBoundShare {
		warn("E_not_identified", "E is 0 in %.0f %% of the resamples", 100*share)
	}
	for _, e := range []struct {
		name  string
		value float64
	}{{"alpha", fit.Alpha}, {"beta", fit.Beta}} {
		if e.value == 0 || e.value == maxExponent {
			warn(e.name+"_at_bound", "%s is at its bound %g", e.name, e.value)
			continue
		}
		in, ok := fit.Intervals[e.name]
		if wide := in[1]-in[0] > wideExponent*e.value; ok && (wide || in[0] == 0 || in[1] == maxExponent) {
			warn(e.name+"_not_identified", "%s isn't identified: %.2f with the interval [%.2f, %.2f]", e.name, e.value, in[0], in[1])
		}
	}
	if n := distinctValues(points, func(p Point) float64 { return p.N }); n < fewSizes {
		warn("few_sizes", "alpha rests on %d sizes", n)
	}
	if n := distinctValues(points, func(p Point) float64 { return p.D }); n < fewSizes {
		warn("few_budgets", "beta rests on %d budgets", n)
	}
	if share := beyondDelta(o, s); share > 0.5 {
		warn("huber_is_absolute", "%.0f %% of the residuals exceed delta %g: the fit is one of least absolute deviations", 100*share, o.delta)
	}
	return w
}

// Unidentified are the parameters of a law that its runs leave open, as its warnings say. A is fitted together with alpha,
// and B with beta: what is open about an exponent is open about its factor.
func Unidentified(f ziplaw.Fit) []string {
	open := map[string]bool{}
	for _, w := range f.Warnings {
		name, found := strings.CutSuffix(w.Code, "_at_bound")
		if !found {
			name, found = strings.CutSuffix(w.Code, "_not_identified")
		}
		if found {
			open[name] = true
		}
	}
	open["A"], open["B"] = open["A"] || open["alpha"], open["B"] || open["beta"]
	return slices.DeleteFunc(slices.Clone(ziplaw.Parameters), func(name string) bool { return !open[name] })
}

func shareOf(fits []ziplaw.Fit, is func(ziplaw.Fit) bool) float64 {
	if len(fits) == 0 {
		return 0
	}
	n := 0
	for _, f := range fits {
		if is(f) {
			n++
		}
	}
	return float64(n) / float64(len(fits))
}

func beyondDelta(o *objective, s solution) float64 {
	c := *o
	c.face = s.face
	n := 0
	for i := range c.lnL {
		if math.Abs(c.residual(s.x, i)) > o.delta {
			n++
		}
	}
	return float64(n) / float64(len(c.lnL))
}
