package report

import (
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// doubtful are the parameters of a law that its runs don't identify, as its warnings say. A is fitted together with
// alpha, and B with beta: what is open about an exponent is open about its factor.
func doubtful(f ziplaw.Fit) []string {
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
