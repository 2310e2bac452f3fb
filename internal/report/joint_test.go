package report

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// complete adds to a study what a synthetic one hasn't: a joint fit with its law, approaches, and the record of the regressions.
func complete(in Input) Input {
	in.Regress = ziplaw.Key("regress")
	in.Result.Joint, in.Result.Law = syntheticJoint(in), syntheticJointLaw(in)
	for i, f := range in.Result.Fits {
		d := ziplaw.Diagnostics{DataSet: f.DataSet, Approaches: syntheticApproaches(i)}
		for _, c := range in.cellsOf(f.DataSet) {
			n, tokens := float64(c.Result.N), float64(c.Result.D)
			d.Cells = append(d.Cells, ziplaw.FittedCell{Cell: c.Cell.Name().String(), N: n, D: tokens, Loss: c.Result.Validation, Residual: math.Log(scaling.Predict(f, n, tokens) / c.Result.Validation)})
		}
		in.Diagnostics = append(in.Diagnostics, d)
	}
	return in
}

func syntheticJoint(in Input) *ziplaw.Joint {
	own := 0.011
	j := ziplaw.Joint{
		Measure: "h", Cells: len(in.Cells), Delta: 1e-3, Level: 0.95, Best: "alpha, beta", Own: &own,
		Others:   []ziplaw.MeasureScore{{Measure: "entropy1", Model: "E", HeldOut: 0.031, Ratio: 0.15, Ratios: [2]float64{0.1, 0.3}}},
		Warnings: []ziplaw.Warning{{Code: "better_measure", Message: "entropy1 predicts data sets left out better than h: 0.031 against 0.082"}},
	}
	for _, d := range in.Result.DataSets {
		j.DataSets = append(j.DataSets, d.DataSet)
	}
	for i, m := range []struct {
		name    string
		depends []string
		heldOut float64
	}{
		{"none", nil, 0.21}, {"E", []string{"E"}, 0.12}, {"lnA", []string{"lnA"}, 0.19}, {"lnB", []string{"lnB"}, 0.22}, {"alpha", []string{"alpha"}, 0.15},
		{"beta", []string{"beta"}, 0.17}, {"alpha, beta", []string{"alpha", "beta"}, 0.082}, {"lnA, lnB", []string{"lnA", "lnB"}, 0.3}, {"all", ziplaw.Terms, 0.09},
	} {
		ratio := m.heldOut / 0.21
		j.Models = append(j.Models, ziplaw.JointModel{
			Name: m.name, Depends: m.depends, InSample: 0.08 - 0.005*float64(i), HeldOut: m.heldOut, Interval: [2]float64{0.7 * m.heldOut, 1.6 * m.heldOut},
			Ratio: ratio, Ratios: [2]float64{0.8 * ratio, 1.4 * ratio},
		})
	}
	return &j
}

// syntheticJointLaw has exponents that cross within its range.
func syntheticJointLaw(in Input) *ziplaw.Law {
	l := ziplaw.Law{
		Version: ziplaw.LawVersion, Count: "all", Measure: "h", H: [2]float64{0.22, 0.52}, N: [2]float64{528, 27392}, D: [2]float64{65536, 524288},
		Terms: map[string]ziplaw.Term{
			"lnA": {Intercept: 7}, "lnB": {Intercept: 8}, "alpha": {Slope: -2, Intercept: 1.5}, "beta": {Slope: -0.5, Intercept: 0.9}, "E": {Intercept: 1.1},
		},
		ResidualSD: 0.05, Source: ziplaw.LawSource{Kind: "joint", Name: in.Study.Name, Depends: []string{"alpha", "beta"}},
	}
	for i := range 2 * len(ziplaw.Terms) {
		row := make([]float64, 2*len(ziplaw.Terms))
		row[i] = 1e-4
		l.Covariance = append(l.Covariance, row)
	}
	return &l
}

// syntheticApproaches are both in some data sets, one in others, none in the rest.
func syntheticApproaches(i int) *ziplaw.Approaches {
	a := ziplaw.Approaches{Absent: map[string]string{}}
	if i%3 < 2 {
		a.IsoFLOP = &ziplaw.Approach{
			N: 4, Exponent: 0.47, Resamples: 200, Intervals: map[string][2]float64{"exponent": {0.41, 0.53}}, Budgets: make([]ziplaw.IsoFLOP, 6),
			Bias: &ziplaw.ApproachBias{N: 0.034, Exponent: -0.012}, Warnings: []ziplaw.Warning{{Code: "isoflop_left_out", Message: "2 of 6 budgets are left out: each says why"}},
		}
	} else {
		a.Absent[ziplaw.ApproachIsoFLOP] = "a line needs 2 budgets with a minimum"
	}
	if i%3 == 0 {
		a.Envelope = &ziplaw.Approach{N: 9, Exponent: 0.52, Resamples: 200, Intervals: map[string][2]float64{}}
	} else {
		a.Absent[ziplaw.ApproachEnvelope] = "there are <no> runs"
	}
	return &a
}

func TestCompletePageIsWellFormedAndStandsAlone(t *testing.T) {
	for _, name := range []string{"hostile", "diverged"} {
		page, err := htmlFile(complete(synthetic(shapes[name])))
		if err != nil {
			t.Fatal(err)
		}
		standsAlone(t, page)
		if at := noNumber.FindIndex(page); at != nil {
			t.Errorf("%s: no number: %q", name, page[max(at[0]-100, 0):min(at[1]+20, len(page))])
		}
	}
}

// TestJointLawsOfAllKindsMakeASection: without a covariance, without dependence, with numbers that nobody should hand over.
func TestJointLawsOfAllKindsMakeASection(t *testing.T) {
	in := synthetic(shape{sets: 2, models: 2, budgets: 2, seeds: 1})
	for _, c := range []struct {
		name   string
		change func(*ziplaw.Joint, *ziplaw.Law)
		want   string
	}{
		{"no covariance", func(_ *ziplaw.Joint, l *ziplaw.Law) { l.Covariance = nil }, "covariance isn't known"},
		{"no dependence", func(j *ziplaw.Joint, l *ziplaw.Law) {
			j.Best, l.Source.Depends = "none", nil
			for name, term := range l.Terms {
				l.Terms[name] = ziplaw.Term{Intercept: term.Intercept}
			}
		}, "any data"},
		{"no exponent", func(_ *ziplaw.Joint, l *ziplaw.Law) { l.Terms["beta"] = ziplaw.Term{} }, "nowhere within H"},
		{"no models", func(j *ziplaw.Joint, _ *ziplaw.Law) { j.Models, j.Others, j.Own = nil, nil, nil }, "One law of all data sets"},
		{"exact", func(j *ziplaw.Joint, _ *ziplaw.Law) {
			for i := range j.Models {
				j.Models[i].HeldOut, j.Models[i].Interval, j.Models[i].Ratio = 0, [2]float64{}, math.NaN()
			}
		}, "One law of all data sets"},
		{"wide", func(j *ziplaw.Joint, _ *ziplaw.Law) { j.Models[2].Interval = [2]float64{0, math.Inf(1)} }, "One law of all data sets"},
	} {
		in.Result.Joint, in.Result.Law = syntheticJoint(in), syntheticJointLaw(in)
		c.change(in.Result.Joint, in.Result.Law)
		var b bytes.Buffer
		if err := pageTemplate.ExecuteTemplate(&b, "joint", in.jointSection()); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		section := b.Bytes()
		if d := standsAlone(t, section); !strings.Contains(d.text, c.want) {
			t.Errorf("%s: the section doesn't say %q", c.name, c.want)
		}
		if at := noNumber.FindIndex(section); at != nil {
			t.Errorf("%s: no number: %q", c.name, section[max(at[0]-100, 0):min(at[1]+20, len(section))])
		}
	}
}

func TestPageSaysTheJointFit(t *testing.T) {
	in := complete(synthetic(shape{sets: 6, models: 2, budgets: 3, seeds: 1}))
	in.Result.Fits[0].Warnings = append(in.Result.Fits[0].Warnings, ziplaw.Warning{Code: "lack_of_fit", Message: "Eq. 1 doesn't hold"})
	page, err := htmlFile(in)
	if err != nil {
		t.Fatal(err)
	}
	text := standsAlone(t, page).text
	at := 0
	for _, want := range []string{ // in this order
		"Eq. 1 doesn't hold in 1 of 6 data sets", "as H rises by 0.1", "H predicts data sets left out: the best law, with alpha and beta linear in it, misses them by 0.390 times",
		"at N ", "at D ", "weighs by how well", "One law of all data sets", "entropy1 predicts data sets left out better", "predicts best", "in-sample column never stands alone",
		"the order-1 entropy", "−2.00 H + 1.50", "at C = ", "10²⁴", "Chinchilla refitted", "Alpha and beta are equal at H 0.400 (95 % interval", "N_opt at ",
		"2: IsoFLOP parabolas", "4 budgets of 6", "−1.2 %", "of N +3.4 %", "2 of 6 budgets are left out", "There are <no> runs.", "Lineage", string(in.Regress), "ziplaw lineage synthetic regression",
	} {
		found := strings.Index(text[at:], want)
		if found < 0 {
			t.Errorf("the page doesn't say %q there", want)
			continue
		}
		at += found
	}
}

func TestJointSentence(t *testing.T) {
	in := synthetic(shape{sets: 6})
	for _, c := range []struct {
		name   string
		change func(*ziplaw.Joint)
		want   string
	}{
		{"it predicts", func(*ziplaw.Joint) {}, "H predicts data sets left out: the best law, with alpha and beta linear in it, misses them by 0.390 times as much as one without it (95 % interval 0.312 to 0.547)."},
		{"all terms", func(j *ziplaw.Joint) { j.Best = "all" }, "with all terms linear in it"},
		{"not better", func(j *ziplaw.Joint) { j.Models[6].Ratios[1] = 1.2 }, "Whether H predicts data sets left out can't be told"},
		{"none", func(j *ziplaw.Joint) { j.Best = "none" }, "H doesn't predict data sets left out"},
		{"few", func(j *ziplaw.Joint) { j.Warnings = []ziplaw.Warning{{Code: "few_datasets"}} }, "0.547); 6 data sets are few to tell by."},
		{"nothing", func(j *ziplaw.Joint) { j.Models = nil }, ""},
	} {
		j := syntheticJoint(in)
		c.change(j)
		if got := jointSentence(j); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	if jointSentence(nil) != "" {
		t.Error("a sentence without a joint fit")
	}
}

func TestHeadlineSaysFirstWhereTheLawFails(t *testing.T) {
	p := 0.003
	r := exponents(ziplaw.Regression{Parameter: "beta", N: 8, Level: 0.9, Slope: -5, PValue: &p})
	plain := Headline(r)
	r.Fits[4].Warnings = []ziplaw.Warning{{Code: "lack_of_fit"}, {Code: "function_of_nd"}}
	r.Fits[5].Warnings = []ziplaw.Warning{{Code: "lack_of_fit"}}
	r.Joint = syntheticJoint(Input{})
	got := Headline(r)
	if want := "Eq. 1 doesn't hold in 2 of 8 data sets that have a law: the runs lie further from the law than repeats from each other in 2 (lack-of-fit test) and " +
		"the runs don't separate model size from tokens in 1 (test of N D alone)."; !strings.HasPrefix(got[0], want) {
		t.Errorf("first: %s", got[0])
	}
	if !slices.Equal(got[1:len(got)-1], plain) || !strings.HasPrefix(got[len(got)-1], "H predicts") {
		t.Errorf("%q", got)
	}
}

// TestNumbersLeadToTheirActions: a link leads to the row that has the action's key, whatever the data sets are called.
func TestNumbersLeadToTheirActions(t *testing.T) {
	names := []string{`a" onclick="b`, "a b", "#", "", "ä/%41", "lineage-1-fit", "cell-1"}
	in := complete(synthetic(shape{sets: len(names), models: 2, budgets: 2, seeds: 1, names: func(i int) string { return names[i] }, beside: []int{3, 4, 5, 6}}))
	for i, name := range names {
		in.Keys[i].Sample, in.Keys[i].Compress, in.Keys[i].Fit = ziplaw.Key("s"+fmt.Sprint(i)), ziplaw.Key("c"+fmt.Sprint(i)), ziplaw.Key("f"+fmt.Sprint(i))
		in.Keys[i].DataSet = name
	}
	page, err := htmlFile(in)
	if err != nil {
		t.Fatal(err)
	}
	standsAlone(t, page)
	rows := map[string]string{}
	for _, m := range regexp.MustCompile(`(?s)<tr id="([^"]*)">(.*?)</tr>`).FindAllStringSubmatch(string(page), -1) {
		rows[m[1]] = m[2]
	}
	for i := range names {
		for what, id := range map[string]ziplaw.Key{anchorSample: in.Keys[i].Sample, anchorCompress: in.Keys[i].Compress, anchorFit: in.Keys[i].Fit} {
			if row := rows[in.anchor(names[i], what)]; !strings.Contains(row, string(id)) {
				t.Errorf("%q: the row of %s is %q", names[i], what, row)
			}
		}
	}
	for i, c := range in.Cells {
		if row := rows[cellRowAnchor(i)]; !strings.Contains(row, c.Key.Short()) {
			t.Errorf("the row of %s is %q", c.Cell, row)
		}
	}
	for anchor, least := range map[string]int{"lineage-1-compress": 7, "lineage-1-fit": 12, anchorRegress: 60, "cell-1": 0} {
		if n := strings.Count(string(page), `<a class="from" href="#`+anchor+`"`); n < least {
			t.Errorf("%d links lead to %s", n, anchor)
		}
	}
}

// TestNothingLeadsToActionsThatNobodyNamed: numbers are text then.
func TestNothingLeadsToActionsThatNobodyNamed(t *testing.T) {
	in := synthetic(shapes["two sets"])
	in.Keys, in.Cells = nil, nil
	page, err := htmlFile(in)
	if err != nil {
		t.Fatal(err)
	}
	standsAlone(t, page)
	if strings.Contains(string(page), `class="from"`) || strings.Contains(string(page), `"lineage"`) {
		t.Error("a number leads somewhere")
	}
}

func TestCommandsAreQuoted(t *testing.T) {
	in := Input{Study: ziplaw.Study{Name: "my study"}}
	if got := in.command("alpha@it's"); got != `ziplaw lineage 'my study' 'alpha@it'\''s'` {
		t.Error(got)
	}
}
