package report

import (
	"cmp"
	"slices"

	"github.com/ziplaw/ziplaw"
)

// kind is a doubt that several laws share.
type kind struct {
	Code, Text string
	DataSets   []string
}

// kindTexts say what a warning's code means, in the order of weight.
var kindTexts = []struct{ code, text string }{
	{"lack_of_fit", "Eq. 1 doesn't hold: the cells lie further from the law than repeats of one N and D from each other"},
	{"function_of_nd", "the loss is a function of N D alone as far as the runs tell: they don't separate size from tokens"},
	{"alpha_not_identified", "alpha isn't identified: its profile is open, or wider than itself"},
	{"alpha_at_bound", "alpha is at a bound"},
	{"beta_not_identified", "beta isn't identified: its profile is open, or wider than itself"},
	{"beta_at_bound", "beta is at a bound"},
	{"E_at_bound", "E is 0: the runs show no floor of the loss"},
	{"E_not_identified", "E isn't identified: the objective hardly rises down to E = 0"},
	{"searches_differ", "The two searches end in different laws: the lower is taken"},
	{"extrapolates_badly", "Fitted without the cells of most compute, the law misses them by far more than its own"},
	{"untrained_cells", "Some cells learned nothing, and the law depends on them"},
	{"singular", "The normal equations are singular: a combination of the parameters is open"},
	{"influential_cell", "One cell alone moves an exponent out of its interval"},
	{"delta_sensitive", "Another delta of the Huber loss moves an exponent out of its interval"},
	{"few_sizes", "alpha rests on few sizes"},
	{"few_budgets", "beta rests on few budgets"},
	{"huber_is_absolute", "Most residuals exceed delta: the fit is one of least absolute deviations"},
}

// kinds groups the doubts about laws, the weightiest first. A kind whose laws all have the same message has that.
func kinds(fits []ziplaw.Fit) []kind {
	var all []kind
	said := map[string]string{}
	for _, f := range fits {
		for _, w := range f.Warnings {
			i := slices.IndexFunc(all, func(k kind) bool { return k.Code == w.Code })
			if i < 0 {
				i = len(all)
				all = append(all, kind{Code: w.Code, Text: w.Message})
				said[w.Code] = w.Message
			} else if said[w.Code] != w.Message {
				all[i].Text = kindText(w.Code, w.Message)
			}
			all[i].DataSets = append(all[i].DataSets, f.DataSet)
		}
	}
	slices.SortStableFunc(all, func(a, b kind) int { return cmp.Compare(weight(a.Code), weight(b.Code)) })
	return all
}

func kindText(code, otherwise string) string {
	if i := weight(code); i < len(kindTexts) {
		return kindTexts[i].text
	}
	return otherwise
}

// weight is a code's place among the kinds; those that nobody knows come last.
func weight(code string) int {
	for i, k := range kindTexts {
		if k.code == code {
			return i
		}
	}
	return len(kindTexts)
}
