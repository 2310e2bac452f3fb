package report

import (
	"fmt"
	"slices"

	"github.com/ziplaw/ziplaw"
)

// jointSentence says whether the measure predicts data sets left out; empty without a joint fit.
func jointSentence(j *ziplaw.Joint) string {
	best, found := bestModel(j)
	if !found {
		return ""
	}
	name := capital(measureName(j.Measure))
	if len(best.Depends) == 0 {
		return fmt.Sprintf("%s doesn't predict data sets left out: no law that depends on it predicts them better than one that doesn't%s.", name, fewText(j))
	}
	ratio := fmt.Sprintf("misses them by %s times as much as one without it (%s interval %s to %s)",
		printed(best.Ratio), percent(j.Level), printed(best.Ratios[0]), printed(best.Ratios[1]))
	if best.Ratios[1] < 1 {
		return fmt.Sprintf("%s predicts data sets left out: the best law, with %s linear in it, %s%s.", name, formName(best), ratio, fewText(j))
	}
	return fmt.Sprintf("Whether %s predicts data sets left out can't be told: the best law, with %s linear in it, %s%s.", measureName(j.Measure), formName(best), ratio, fewText(j))
}

// bestModel is the form that predicts best; false where there is none.
func bestModel(j *ziplaw.Joint) (ziplaw.JointModel, bool) {
	if j == nil {
		return ziplaw.JointModel{}, false
	}
	i := slices.IndexFunc(j.Models, func(m ziplaw.JointModel) bool { return m.Name == j.Best })
	if i < 0 {
		return ziplaw.JointModel{}, false
	}
	return j.Models[i], true
}

// formName is what a sentence calls the terms that depend on the measure.
func formName(m ziplaw.JointModel) string {
	if len(m.Depends) == len(ziplaw.Terms) {
		return "all terms"
	}
	return list(m.Depends)
}

// fewText reminds of few data sets.
func fewText(j *ziplaw.Joint) string {
	few := slices.ContainsFunc(j.Warnings, func(w ziplaw.Warning) bool { return w.Code == "few_datasets" })
	if !few {
		return ""
	}
	return fmt.Sprintf("; %s are few to tell by", count(len(j.DataSets), "data set", "data sets"))
}
