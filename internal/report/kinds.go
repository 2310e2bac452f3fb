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
	{"alpha_not_identified", "alpha isn't identified: its interval is wider than itself, or ends at a bound"},
	{"alpha_at_bound", "alpha is at a bound"},
	{"beta_not_identified", "beta isn't identified: its interval is wider than itself, or ends at a bound"},
	{"beta_at_bound", "beta is at a bound"},
	{"E_at_bound", "E is 0: the runs show no floor of the loss"},
	{"E_not_identified", "E isn't identified: the objective hardly rises down to E = 0"},
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
