package regression

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/ziplaw/ziplaw"
)

func warned(w []ziplaw.Warning, code string) bool {
	return slices.ContainsFunc(w, func(x ziplaw.Warning) bool { return x.Code == code })
}

// TestRegressWithoutOpenFits: the slope over the identified data sets is that of a regression which has only those.
func TestRegressWithoutOpenFits(t *testing.T) {
	hs := []float64{.2, .25, .3, .4, .5, .55}
	open := ziplaw.Warning{Code: "alpha_not_identified"}
	fits := []ziplaw.Fit{
		{Alpha: 2.0, Beta: 1.0}, {Alpha: 4.9, Beta: .9, Warnings: []ziplaw.Warning{open}}, {Alpha: 1.7, Beta: .8},
		{Alpha: 1.3, Beta: .8}, {Alpha: 1.0, Beta: .5}, {Alpha: .1, Beta: .4, Warnings: []ziplaw.Warning{open}},
	}
	of := map[string]ziplaw.Regression{}
	for _, r := range Regress(hs, fits, .9) {
		of[r.Parameter] = r
	}
	kept := Regress([]float64{.2, .3, .4, .5}, []ziplaw.Fit{fits[0], fits[2], fits[3], fits[4]}, .9)[3]
	want := &ziplaw.Slope{N: 4, Slope: kept.Slope, Interval: kept.Intervals["slope"], PValue: kept.PValue}
	if got := of["alpha"]; got.N != 6 || !reflect.DeepEqual(got.Identified, want) || got.Identified.Slope > -2 || !warned(got.Warnings, "unidentified_fits") {
		t.Errorf("%+v, want %+v beside it", got, want)
	}
	if got := of["A"].Identified; got == nil || got.N != 4 {
		t.Errorf("A is fitted together with alpha: %+v", got)
	}
	if got := of["beta"]; got.Identified != nil || warned(got.Warnings, "unidentified_fits") {
		t.Errorf("all identify beta: %+v", got)
	}
}

// TestRegressLeavesNoNumberWhereThereIsNone: too few identified data sets, or all of one H, have no slope of their own.
func TestRegressLeavesNoNumberWhereThereIsNone(t *testing.T) {
	open := []ziplaw.Warning{{Code: "alpha_at_bound"}}
	for name, hs := range map[string][]float64{"two left": {.2, .3, .4, .5}, "one H left": {.2, .2, .2, .5}} {
		fits := []ziplaw.Fit{{Alpha: 1}, {Alpha: 2}, {Alpha: 3}, {Alpha: 5, Warnings: open}}
		if name == "two left" {
			fits[0].Warnings = open
		}
		for _, r := range Regress(hs, fits, .95) {
			if r.Parameter == "alpha" && (r.Identified != nil || math.IsNaN(r.Slope)) {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
}

// TestRootIsWhereTheLineIsZero: at both ends of Fieller's interval the line's own interval ends at 0.
func TestRootIsWhereTheLineIsZero(t *testing.T) {
	h := []float64{.2, .25, .3, .4, .5, .55}
	line, _ := NewLine(h, []float64{.52, .3, .25, -.1, -.4, -.35}, .95)
	at, in, bounded := line.Root()
	if !bounded || !(in[0] < at && at < in[1]) || math.Abs(line.At(at)) > 1e-12 {
		t.Fatalf("root %v in %v", at, in)
	}
	for _, end := range in {
		if got := math.Abs(line.At(end)) - line.Band(end); math.Abs(got) > 1e-12 {
			t.Errorf("at %v the line's interval ends %v from 0", end, got)
		}
	}
	flat, _ := NewLine(h, []float64{.1, -.1, .1, -.1, .1, -.1}, .95)
	if _, in, bounded := flat.Root(); bounded {
		t.Errorf("a flat line crosses 0 within %v", in)
	}
}

// TestPredictionHoldsNewPoints draws lines with noise and counts how many new points fall into the interval.
func TestPredictionHoldsNewPoints(t *testing.T) {
	const lines, level = 4000, .9
	h := []float64{.1, .2, .3, .5, .6}
	r := rand.New(rand.NewPCG(1, 2))
	held := 0
	for range lines {
		y := make([]float64, len(h))
		for i := range h {
			y[i] = 3 - 4*h[i] + r.NormFloat64()
		}
		line, _ := NewLine(h, y, level)
		if math.Abs(3-4*.4+r.NormFloat64()-line.At(.4)) < line.Prediction(.4) {
			held++
		}
	}
	if share := float64(held) / lines; math.Abs(share-level) > .015 {
		t.Errorf("%.3f of new points fall into the %v interval", share, level)
	}
}

// TestHolmAdjusts: the smallest of five p-values counts five times, and none is below the one before.
func TestHolmAdjusts(t *testing.T) {
	var all []ziplaw.Regression
	for i, p := range []float64{.01, .04, .03, .005, .5} {
		all = append(all, ziplaw.Regression{Parameter: ziplaw.Parameters[i], PValue: &p})
	}
	holm(all)
	for i, want := range []float64{.04, .09, .09, .025, .5} {
		if math.Abs(*all[i].Holm-want) > 1e-12 {
			t.Errorf("%s: %v, want %v", all[i].Parameter, *all[i].Holm, want)
		}
	}
}

// TestPermutation: of four values in the order of H, two of the 24 orders are as steep.
func TestPermutation(t *testing.T) {
	if p := permutation([]float64{1, 2, 3, 4}, []float64{1, 2, 3, 5}); math.Abs(*p-2./24) > 1e-12 {
		t.Errorf("p %v", *p)
	}
	many := make([]float64, 12)
	for i := range many {
		many[i] = float64(i)
	}
	if p := permutation(many, many); *p > .001 {
		t.Errorf("p %v of a straight line", *p)
	}
}

// TestWeightedTrustsWhatIsKnown: a data set whose law is hardly known moves the weighted slope less.
func TestWeightedTrustsWhatIsKnown(t *testing.T) {
	hs := []float64{.1, .2, .3, .4, .5, .6}
	var fits []ziplaw.Fit
	for i, h := range hs {
		f := ziplaw.Fit{Alpha: 2 - h, Covariance: make([][]float64, 5)}
		se := .01
		if i == 5 {
			f.Alpha, se = 5, 2
		}
		for j := range f.Covariance {
			f.Covariance[j] = make([]float64, 5)
		}
		f.Covariance[2][2] = se * se
		fits = append(fits, f)
	}
	for _, r := range Regress(hs, fits, .95) {
		if r.Parameter == "alpha" && (math.Abs(r.Weighted.Slope.Slope+1) > .05 || r.Slope < 1 || r.Weighted.Tau != 0) {
			t.Errorf("weighted %+v beside %v", r.Weighted, r.Slope)
		}
	}
}

// TestLineLawIsTheRegressions: its terms are the lines, and its standard errors theirs.
func TestLineLawIsTheRegressions(t *testing.T) {
	hs := []float64{.1, .2, .3, .4, .5}
	var fits []ziplaw.Fit
	for i, h := range hs {
		fits = append(fits, ziplaw.NewFit(5-h, 6+h, 1-h+.1*float64(i%2), .8-.5*h-.05*float64(i%3), 1+h))
	}
	law, ok := LineLaw(hs, fits)
	if !ok || law.H != [2]float64{.1, .5} {
		t.Fatal(law, ok)
	}
	for _, r := range Regress(hs, fits, .95) {
		k := slices.Index(ziplaw.Terms, r.Parameter)
		if k < 0 {
			continue
		}
		if math.Abs(law.Terms[r.Parameter].Slope-r.Slope) > 1e-12 || math.Abs(math.Sqrt(law.Covariance[2*k][2*k])-*r.SlopeSE) > 1e-12 {
			t.Errorf("%s: %+v with se %v, the regression %v with %v", r.Parameter, law.Terms[r.Parameter], math.Sqrt(law.Covariance[2*k][2*k]), r.Slope, *r.SlopeSE)
		}
	}
}

// TestNegativeInRange: a line that makes A negative among the data sets says so.
func TestNegativeInRange(t *testing.T) {
	hs := []float64{.1, .2, .3, .4}
	fits := []ziplaw.Fit{{A: 100}, {A: 10}, {A: 5}, {A: 1}}
	for _, r := range Regress(hs, fits, .95) {
		if r.Parameter == "A" && !warned(r.Warnings, "negative_in_range") {
			t.Errorf("%+v", r)
		}
	}
}
