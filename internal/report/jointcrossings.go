package report

import (
	"fmt"

	budget "github.com/ziplaw/ziplaw/analysis/allocation"
)

// crossings say where alpha and beta of the joint law are equal, and where its allocation of a budget is Chinchilla's.
func (l lawOfDraws) crossings(c float64) []string {
	found := budget.Crossings(l.Law, c, l.level, lawDraws, lawSeed)
	var texts []string
	for _, x := range []struct{ name, text string }{
		{"alpha_beta", "Alpha and beta are equal"},
		{"chinchilla", fmt.Sprintf("N_opt at %s FLOPs, the study's largest compute, is Chinchilla's", printed(c))},
	} {
		at, ok := found[x.name]
		if !ok {
			texts = append(texts, fmt.Sprintf("%s nowhere within %s %s to %s.", x.text, measureName(l.Measure), printed(l.H[0]), printed(l.H[1])))
			continue
		}
		text := fmt.Sprintf("%s at %s", x.text, l.hName(at.H))
		switch {
		case at.Interval != nil:
			text += fmt.Sprintf(" (%s interval %s to %s)", percent(l.level), printed(at.Interval[0]), printed(at.Interval[1]))
		case at.Share != nil:
			text += fmt.Sprintf("; in only %s %% of the law's draws they cross within the range, too few for an interval", printed(100**at.Share))
		}
		texts = append(texts, text+".")
	}
	return texts
}
