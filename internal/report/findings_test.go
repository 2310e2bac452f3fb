package report

import (
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/spec"
	"github.com/ziplaw/ziplaw/studies"
)

func TestFinalIsWhatTheFitTakes(t *testing.T) {
	c := CellRow{Curve: []float32{5, 4, 3, 2, 1}, Result: ziplaw.CellResult{State: ziplaw.StateDone, Last: 1, MeanLast: 3, Validation: 1.5}}
	for _, x := range []struct {
		fit  ziplaw.FitOptions
		want float64
	}{
		{ziplaw.FitOptions{Final: "validation"}, 1.5}, {ziplaw.FitOptions{Final: "last"}, 1},
		{ziplaw.FitOptions{Final: "mean_last_k", K: 2}, 1.5}, {ziplaw.FitOptions{Final: "mean_last_k", K: 4}, 2.5}, {ziplaw.FitOptions{Final: "mean_last_k", K: 50}, 3},
	} {
		if got, ok := c.final(x.fit); !ok || got != x.want {
			t.Errorf("%+v: %v, want %v", x.fit, got, x.want)
		}
	}
	c.Result.State = ziplaw.StateDiverged
	if _, ok := c.final(ziplaw.FitOptions{Final: "last"}); ok {
		t.Error("a diverged cell has a loss")
	}
}

func TestLearningIsJudgedByEveryCell(t *testing.T) {
	judge := func(change func(*Input)) learning {
		in := synthetic(shape{sets: 1, models: 2, budgets: 3, seeds: 1})
		for i := range in.Cells {
			in.Cells[i].Result.Validation = 2 + 0.1*float64(i)
		}
		in.Result.DataSets[0].Entropy0, in.Result.DataSets[0].Entropy1 = 3, 2.05
		change(&in)
		return in.learnings()[0]
	}
	for _, c := range []struct {
		name         string
		change       func(*Input)
		each, beyond string
	}{
		{"all learn", func(*Input) {}, "yes", "yes"},
		{"one cell on the bar", func(in *Input) { in.Cells[3].Result.Validation = 3 }, "no: 1 cell ends at or above", "yes"},
		{"none beyond order-1", func(in *Input) { in.Cells[0].Result.Validation = 2.06 }, "yes", "no: none is"},
		{"one diverged", func(in *Input) { in.Cells[5].Result.State = ziplaw.StateDiverged }, "no: 1 cell diverged or failed; 5 others end below", "yes"},
		{"one missing", func(in *Input) { in.Cells = in.Cells[:5] }, "no: 1 cell diverged or failed; 5 others end below", "yes"},
		{"both", func(in *Input) {
			in.Cells[4].Result.Validation = 4
			in.Cells[5].Result.State = ziplaw.StateDiverged
		}, "no: 1 cell at or above, 1 without a loss", "yes"},
	} {
		l := judge(c.change)
		if l.Each != c.each || l.Beyond != c.beyond || l.EachOK != (c.each == "yes") || l.BeyondOK != (c.beyond == "yes") {
			t.Errorf("%s: %+v", c.name, l)
		}
	}
}

func TestTrendFindings(t *testing.T) {
	p := func(x float64) *float64 { return &x }
	regressions := []ziplaw.Regression{
		{Parameter: "alpha", N: 8, Level: 0.9, Slope: -2, PValue: p(0.03)},
		{Parameter: "beta", N: 8, Level: 0.9, Slope: 1, PValue: p(0.08)},
		{Parameter: "E", N: 8, Level: 0.9, Slope: 1, PValue: p(0.11)},
		{Parameter: "A", N: 8, Level: 0.9, Slope: 0},
	}
	fits := []ziplaw.Fit{{}, {Warnings: []ziplaw.Warning{{Code: "beta_not_identified"}}}}
	in := Input{Result: ziplaw.StudyResult{Regressions: regressions, Fits: fits}}
	all := in.trendFindings()
	for i, want := range []finding{
		{"alpha falls as H rises: slope −2.00 per unit of H, p 0.0300, over 8 data sets.", false},
		{"beta rises as H rises: slope 1.00 per unit of H, p 0.0800, over 8 data sets. But beta isn't identified in 1 of 2 laws, and the p-value knows nothing of that.", true},
		{"These are 3 tests, and the p-values aren't corrected for that. Below 0.0333, the bound for all of them together (Bonferroni): alpha.", false},
		{"No significant trend with H over 8 data sets: E (p 0.1100). That doesn't show that there is none.", false},
		{"No p-value for A: the values lie exactly on a line, or are all the same.", true},
	} {
		if i >= len(all) || all[i] != want {
			t.Errorf("finding %d of %+v, want %+v", i, all, want)
		}
	}
}

// TestSettingsOfThePaperAreTheSame takes the ready spec of the paper's main study.
func TestSettingsOfThePaperAreTheSame(t *testing.T) {
	text, _ := studies.Find("pandey2024")
	s, err := spec.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range settings(s) {
		if x.Verdict == "differs" {
			t.Errorf("%+v", x)
		}
	}
	s.Recipe.Batch = 8
	var differing []string
	for _, x := range settings(s) {
		if x.Verdict == "differs" {
			differing = append(differing, x.Name)
		}
	}
	if strings.Join(differing, ",") != "Batch" {
		t.Errorf("another batch makes %v differ", differing)
	}
}
