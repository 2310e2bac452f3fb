package report

import (
	"fmt"
	"math"
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

// exponents is a result of eight laws whose alpha falls clearly, and whose beta does what a test says.
func exponents(beta ziplaw.Regression) ziplaw.StudyResult {
	p := 0.003
	r := ziplaw.StudyResult{Regressions: []ziplaw.Regression{
		{Parameter: "E", N: 8, Level: 0.9, Slope: 1, PValue: &p},
		{Parameter: "alpha", N: 8, Level: 0.9, Slope: -10, PValue: &p, Intervals: map[string][2]float64{"slope": {-15, -5}}},
		beta,
	}}
	for i := range 8 {
		f := ziplaw.Fit{DataSet: fmt.Sprint("g", i)}
		if i < 2 {
			f.Warnings = []ziplaw.Warning{{Code: "beta_not_identified"}}
		}
		r.Fits, r.Regressed = append(r.Fits, f), append(r.Regressed, f.DataSet)
	}
	return r
}

func TestHeadline(t *testing.T) {
	small, large := 0.004, 0.3
	alpha := "alpha falls by 1.00 (90 % interval 0.500 to 1.50, p 0.0030)"
	slope := func(slope, low, high float64, p *float64) ziplaw.Regression {
		return ziplaw.Regression{Parameter: "beta", N: 8, Level: 0.9, Slope: slope, PValue: p, Intervals: map[string][2]float64{"slope": {low, high}}}
	}
	identified := func(r ziplaw.Regression, o ziplaw.Slope) ziplaw.Regression {
		r.Identified = &o
		return r
	}
	for _, c := range []struct {
		name string
		beta ziplaw.Regression
		want []string
	}{
		{"both fall, and stand without the open laws", identified(slope(-5, -8, -2, &small), ziplaw.Slope{N: 6, Slope: -4, Interval: [2]float64{-7, -1}, PValue: &small}), []string{
			"The harder data is to compress, the more slowly its loss falls with model size and with training tokens: as H rises by 0.1, " + alpha +
				" and beta falls by 0.500 (90 % interval 0.200 to 0.800, p 0.0040), over 8 data sets.",
			"beta isn't identified in 2 of the 8 data sets; without them too: beta falls by 0.400 (90 % interval 0.100 to 0.700, p 0.0040).",
		}},
		{"it doesn't stand", identified(slope(-5, -8, -2, &small), ziplaw.Slope{N: 6, Slope: -4, Interval: [2]float64{-9, 1}, PValue: &large}), []string{
			"with training tokens: as",
			"and the trend doesn't stand without them: beta shows no clear trend, the estimate being that it falls by 0.400 (90 % interval −0.100 to 0.900, p 0.3000).",
		}},
		{"too few without", slope(-5, -8, -2, &small), []string{"", "beta isn't identified in 2 of the 8 data sets, and the others are too few to tell without them."}},
		{"beta flat", slope(-5, -12, 2, &large), []string{
			"The harder data is to compress, the more slowly its loss falls with model size: as H rises by 0.1, " + alpha +
				" and beta shows no clear trend, the estimate being that it falls by 0.500 (90 % interval −0.200 to 1.20, p 0.3000)",
		}},
		{"beta rises", slope(5, 1, 9, &small), []string{"the more slowly its loss falls with model size and the faster its loss falls with training tokens: as", "too few"}},
	} {
		got := Headline(exponents(c.beta))
		if len(got) != len(c.want) {
			t.Errorf("%s: %q", c.name, got)
			continue
		}
		for i := range got {
			if !strings.Contains(got[i], c.want[i]) {
				t.Errorf("%s: %q\ndoesn't say\n%q", c.name, got[i], c.want[i])
			}
		}
	}
	flat := exponents(slope(1, -9, 9, &large))
	flat.Regressions[1].PValue = &large
	if got := Headline(flat)[0]; !strings.HasPrefix(got, "This study can't tell whether compressibility moves the scaling law: as H rises by 0.1, alpha shows no clear trend") {
		t.Errorf("both flat: %s", got)
	}
	if got := Headline(ziplaw.StudyResult{})[0]; !strings.Contains(got, "it has 0 such laws") {
		t.Errorf("nothing: %s", got)
	}
}

// TestBesideTheLine: a data set that the regressions leave out is compared with their line.
func TestBesideTheLine(t *testing.T) {
	in := synthetic(shapes["beside"])
	for i := range in.Result.Fits { // lines with a little noise
		h := in.Result.DataSets[i].H.Value
		in.Result.Fits[i].Alpha = 3 - 4*h + 0.01*float64(i%2)
		in.Result.Fits[i].Beta = 2 - 3*h + 0.01*float64(i%2)
	}
	if got := besideText(in.Result); !strings.Contains(got, "lie where it expects a new point: g50 and g70") {
		t.Error(got)
	}
	in.Result.Fits[4].Beta++
	if got := besideText(in.Result); !strings.Contains(got, "g50 (beta) lies off its line") || !strings.Contains(got, "g70 lies within") {
		t.Error(got)
	}
	in.Result.Fits[6].Alpha--
	if got := besideText(in.Result); !strings.Contains(got, "lie off its line, outside the interval where it expects a new point: g50 (beta) and g70 (alpha)") {
		t.Error(got)
	}
	in.Result.Regressed = append(in.Result.Regressed, "g50", "g70")
	if got := besideText(in.Result); got != "" {
		t.Errorf("all regressed: %s", got)
	}
}

// TestClaims takes studies that follow the paper, go against it, and say nothing.
func TestClaims(t *testing.T) {
	of := func(change func(h float64, f *ziplaw.Fit)) map[string]claim {
		in := synthetic(shape{sets: 10, models: 4, budgets: 4, seeds: 1})
		var hs []float64
		for i, d := range in.Result.DataSets {
			change(d.H.Value+0.004*float64(i%3-1), &in.Result.Fits[i])
			hs = append(hs, d.H.Value)
		}
		in.regress(hs, nil)
		all := map[string]claim{}
		for _, c := range in.claims() {
			all[c.Paper] = c
		}
		return all
	}
	names := []string{
		"alpha falls as H rises", "beta falls as H rises", "E rises loosely with H, not significantly", "alpha(H) and beta(H) cross near H = 0.27",
		"As H rises, the compute-optimal allocation turns from parameters to data",
	}
	for _, c := range []struct {
		name   string
		change func(h float64, f *ziplaw.Fit)
		want   []string
	}{
		{"as the paper", func(h float64, f *ziplaw.Fit) {
			f.Alpha, f.Beta, f.E, f.A, f.B = 1.1-1.2*(h-0.27), 1.1-0.3*(h-0.27), 1+h, 100, 100
			f.LogA, f.LogB = 9-14*h, 9+14*h
		}, []string{agrees, agrees, agrees, agrees, agrees}},
		{"against it", func(h float64, f *ziplaw.Fit) {
			f.Alpha, f.Beta, f.E, f.A, f.B = 0.1+1.2*h, 0.3*h, 2-h, 100, 100
			f.LogA, f.LogB = 9+14*h, 9-14*h
		}, []string{disagrees, disagrees, disagrees, disagrees, disagrees}},
		{"flat", func(h float64, f *ziplaw.Fit) {
			noise := 0.1 * math.Sin(1e4*h)
			f.Alpha, f.Beta, f.E, f.A, f.B = 1+noise, 1-noise, 1+noise*1e-3, 100, 100
			f.LogA, f.LogB = 9, 9
		}, []string{cantTell, cantTell, cantTell, cantTell, cantTell}},
	} {
		all := of(c.change)
		for i, name := range names {
			got, found := all[name]
			if !found || got.Verdict != c.want[i] {
				t.Errorf("%s: %q: %+v, want %s", c.name, name, got, c.want[i])
			}
		}
	}
	for name, s := range shapes {
		for _, c := range synthetic(s).claims() {
			if c.Here == "" || c.Verdict == "" || strings.Contains(c.Here, "NaN") || strings.Contains(c.Here, "Inf") {
				t.Errorf("%s: %+v", name, c)
			}
		}
	}
}

func TestKindsStandOnce(t *testing.T) {
	var fits []ziplaw.Fit
	for i := range 16 {
		f := ziplaw.Fit{DataSet: fmt.Sprint("g", i)}
		if i%2 == 0 {
			f.Warnings = append(f.Warnings, ziplaw.Warning{Code: "few_budgets", Message: "beta rests on 3 budgets"})
		}
		if i == 7 || i == 9 {
			f.Warnings = append(f.Warnings, ziplaw.Warning{Code: "alpha_not_identified", Message: fmt.Sprint("alpha isn't identified: ", i)})
		}
		f.Warnings = append(f.Warnings, ziplaw.Warning{Code: "of_the_future", Message: "something"})
		fits = append(fits, f)
	}
	var got []string
	for _, k := range kinds(fits) {
		got = append(got, k.Text+", in "+ofLaws(k, len(fits)))
	}
	want := "alpha isn't identified: its profile is open, or wider than itself, in 2 of 16 laws: g7 and g9\n" +
		"beta rests on 3 budgets, in 8 of 16 laws\nsomething, in all 16 laws"
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("%s\nwant\n%s", text, want)
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
