package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// trendFindings say which parameters change with H. A trend is significant where the slope's p-value is below one minus
// the level of the intervals.
func (in Input) trendFindings() []finding {
	regressions := in.Result.Regressions
	if len(regressions) == 0 {
		return []finding{doubt("Nothing can be said about compressibility here: a regression on H takes laws of at least two data sets with different H, and this study has %s.",
			count(len(in.Result.Fits), "law", "laws"))}
	}
	var all []finding
	var flat, untested []string
	for _, r := range regressions {
		switch {
		case r.PValue == nil:
			untested = append(untested, r.Parameter)
		case *r.PValue < 1-r.Level:
			all = append(all, trendFinding(r, in.Result.Fits))
		default:
			flat = append(flat, fmt.Sprintf("%s (%s)", r.Parameter, pText(r.PValue)))
		}
	}
	if len(all) > 0 {
		all = append(all, manyTests(regressions))
	}
	if len(flat) > 0 {
		all = append(all, sure("No significant trend with H over %s: %s. That doesn't show that there is none.",
			count(regressions[0].N, "data set", "data sets"), list(flat)))
	}
	switch n := regressions[0].N; {
	case len(untested) > 0 && n < 3:
		all = append(all, doubt("No p-value for %s: %s leave nothing to test a slope against.", list(untested), count(n, "data set", "data sets")))
	case len(untested) > 0:
		all = append(all, doubt("No p-value for %s: the values lie exactly on a line, or are all the same.", list(untested)))
	}
	return all
}

// trendFinding is of a significant slope over the values of laws.
func trendFinding(r ziplaw.Regression, fits []ziplaw.Fit) finding {
	verb := "rises"
	if r.Slope < 0 {
		verb = "falls"
	}
	interval := ""
	if in, ok := r.Intervals["slope"]; ok {
		interval = fmt.Sprintf(" (%s interval %s)", percent(r.Level), printedSpan(in, true))
	}
	f := sure("%s %s as H rises: slope %s per unit of H%s, %s, over %s.",
		r.Parameter, verb, printed(r.Slope), interval, pText(r.PValue), count(r.N, "data set", "data sets"))
	open := 0
	for _, law := range fits {
		if slices.Contains(doubtful(law), r.Parameter) {
			open++
		}
	}
	if open > 0 {
		f.Doubt = true
		f.Text += fmt.Sprintf(" But %s isn't identified in %d of %s, and the p-value knows nothing of that.", r.Parameter, open, count(len(fits), "law", "laws"))
	}
	return f
}

// manyTests says which trends hold against the number of tests (Bonferroni).
func manyTests(regressions []ziplaw.Regression) finding {
	tests := 0
	for _, r := range regressions {
		if r.PValue != nil {
			tests++
		}
	}
	level := (1 - regressions[0].Level) / float64(tests)
	var held []string
	for _, r := range regressions {
		if r.PValue != nil && *r.PValue < level {
			held = append(held, r.Parameter)
		}
	}
	names := "none"
	if len(held) > 0 {
		names = list(held)
	}
	return sure("These are %d tests, and the p-values aren't corrected for that. Below %s, the bound for all of them together (Bonferroni): %s.",
		tests, strconv.FormatFloat(level, 'g', 3, 64), names)
}

// pText writes a p-value for a sentence.
func pText(p *float64) string {
	if text, small := strings.CutPrefix(pValue(p), "<"); small {
		return "p < " + text
	}
	return "p " + pValue(p)
}
