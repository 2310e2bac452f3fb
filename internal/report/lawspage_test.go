package report

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// lawsInputs are the inputs that every promise of the page of laws is held against.
func lawsInputs(t *testing.T) map[string]LawsInput {
	t.Helper()
	fits, err := fittedRuns()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]LawsInput{"nothing": {Title: "empty.csv", Failed: []NoLaw{{"a < b", "4 runs are too few"}}}}
	var together LawsInput
	for _, name := range slices.Sorted(maps.Keys(fits)) {
		j := fits[name]
		all[name] = LawsInput{Title: name + ".csv", Source: "<here>", Notes: []string{"params is N & more"}, Fits: []ziplaw.Fit{j.fit}, Diagnostics: []ziplaw.Diagnostics{j.diagnostics}}
		together.Fits, together.Diagnostics = append(together.Fits, j.fit), append(together.Diagnostics, j.diagnostics)
	}
	all["together"] = together
	two := LawsInput{Title: "two", Fits: together.Fits[:2], Diagnostics: together.Diagnostics[:1]} // one has no diagnostics
	all["two"] = two
	all["bare"] = LawsInput{Fits: []ziplaw.Fit{scaling.Chinchilla, {}, {Hold: map[string]float64{"alpha": 0.3}}}}
	all["no numbers"] = LawsInput{Fits: []ziplaw.Fit{withoutNumbers()}, Diagnostics: []ziplaw.Diagnostics{diagnosticsWithoutNumbers()}}
	return all
}

// withoutNumbers is a law that nobody should hand over.
func withoutNumbers() ziplaw.Fit {
	nan, inf := math.NaN(), math.Inf(1)
	return ziplaw.Fit{
		DataSet: "odd\x00", N: 3, E: nan, A: inf, B: 0, Alpha: nan, Beta: inf, LogA: inf, LogB: math.Inf(-1), Objective: nan, Projection: inf, Loss: "huber", Delta: nan,
		Level: 0.95, R2: nan, ResidualSD: nan, Condition: &inf, Intervals: map[string][2]float64{"alpha": {nan, inf}}, Profiles: map[string][2]*float64{"E": {&nan, nil}},
		Covariance: [][]float64{{nan, 0, 0, 0, 0}, {0, inf, 0, 0, 0}, {0, 0, -1, 0, 0}, {0, 0, 0, 1, 0}, {0, 0, 0, 0, 0}},
	}
}

func diagnosticsWithoutNumbers() ziplaw.Diagnostics {
	nan, inf := math.NaN(), math.Inf(1)
	return ziplaw.Diagnostics{
		Cells:       []ziplaw.FittedCell{{Cell: "a", N: nan, D: 1, Loss: inf}, {Cell: "b", N: 1, D: 1, Loss: 1, Residual: nan, Without: map[string]float64{"alpha": nan}}, {N: 1e300, D: 1e300}, {N: 5, D: 7, Residual: 0.1}},
		BeyondDelta: nan, LackOfFit: &ziplaw.LackOfFit{F: inf, PValue: nan}, HoldOut: &ziplaw.HoldOut{Median: nan, FromC: inf}, Product: &ziplaw.ProductLaw{Gamma: nan, PValue: nan},
		Deltas: []ziplaw.LawAt{{Delta: nan, E: inf}}, Untrained: &ziplaw.UntrainedCells{Cells: []string{"a"}, With: ziplaw.LawAt{Alpha: nan}},
		Curves: map[string][]ziplaw.Curve{"E": {{Value: nan}, {Value: 1, Deviance: inf}, {Value: 2}, {Value: 3, Deviance: nan}}, "A": {{Value: 0}, {Value: inf, Deviance: 1}}},
	}
}

// noNumber finds what must not be on a page.
var noNumber = regexp.MustCompile(`NaN|\bInf\b|[\x00-\x08]`)

func lawsPageOf(t *testing.T, in LawsInput) []byte {
	t.Helper()
	page, err := LawsPage(in)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func TestLawsPageIsWellFormedAndStandsAlone(t *testing.T) {
	for name, in := range lawsInputs(t) {
		t.Run(name, func(t *testing.T) {
			page := lawsPageOf(t, in)
			standsAlone(t, page)
			if at := noNumber.FindIndex(page); at != nil {
				t.Errorf("no number: %q", page[max(at[0]-100, 0):min(at[1]+20, len(page))])
			}
		})
	}
}

// TestLawsPageSaysEverything: every doubt, every interval and every run of a law stands on the page.
func TestLawsPageSaysEverything(t *testing.T) {
	for name, in := range lawsInputs(t) {
		text := read(t, lawsPageOf(t, in)).text
		say := func(want string) {
			if !strings.Contains(text, printable(want)) {
				t.Errorf("%s: the page doesn't say %q", name, want)
			}
		}
		for i, f := range in.Fits {
			say(f.DataSet)
			for _, w := range f.Warnings {
				say(w.Message)
			}
			for _, p := range ziplaw.Parameters {
				say(printed(f.Parameter(p)))
				if interval, found := f.Intervals[p]; found {
					say(printedSpan(interval, true))
				}
				if interval, found := f.Percentiles[p]; found {
					say(printedSpan(interval, true))
				}
				say(printedProfile(f, p))
			}
			if i < len(in.Diagnostics) {
				for _, c := range in.Diagnostics[i].Cells {
					say(c.Cell)
				}
			}
		}
		for _, f := range in.Failed {
			say("No law of " + f.Name + ": " + f.Reason)
		}
		for _, note := range append(in.Notes, in.Source) {
			say(note)
		}
	}
}

func TestFormStandsBeforeNumbers(t *testing.T) {
	inputs := lawsInputs(t)
	for _, c := range []struct{ name, want string }{
		{"bent", "Eq. 1 doesn't hold for these runs"}, {"no floor", "The runs don't separate the model's size from its tokens"},
		{"well", "Eq. 1 holds as far as the runs tell"}, {"exact", "Whether Eq. 1 has the right form isn't tested"},
		{"held", "the law predicts them far worse"}, {"together", "Eq. 1 doesn't hold"},
	} {
		in := inputs[c.name]
		text := read(t, lawsPageOf(t, in)).text
		said := strings.Index(text, c.want)
		for _, f := range in.Fits {
			for _, p := range ziplaw.Parameters {
				number := strings.Index(text, p+" "+printed(f.Parameter(p)))
				if said < 0 || number >= 0 && number < said {
					t.Errorf("%s: the form stands at %d, %s of %s at %d", c.name, said, p, f.DataSet, number)
				}
			}
		}
	}
}

func TestManyLawsAndRunsStaySmall(t *testing.T) {
	fits, err := fittedRuns()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ laws, runs int }{{1, 3000}, {40, 3000}} {
		var in LawsInput
		for i := range c.laws {
			j := fits["bent"]
			j.fit.DataSet = fmt.Sprint("law-", i)
			cells := make([]ziplaw.FittedCell, c.runs)
			for k := range cells {
				cells[k] = j.diagnostics.Cells[k%len(j.diagnostics.Cells)]
				cells[k].Cell = fmt.Sprintf("a-run-with-a-long-name/%d", k)
				cells[k].N *= 1 + float64(k)/100
			}
			j.diagnostics.Cells = cells
			in.Fits, in.Diagnostics = append(in.Fits, j.fit), append(in.Diagnostics, j.diagnostics)
		}
		page := lawsPageOf(t, in)
		t.Logf("%d laws of %d runs make %d bytes", c.laws, c.runs, len(page))
		if len(page) > 2<<20 {
			t.Errorf("%d laws of %d runs make %d bytes", c.laws, c.runs, len(page))
		}
	}
}

func TestEqualLawsGiveEqualBytes(t *testing.T) {
	in := lawsInputs(t)["together"]
	one, two := lawsPageOf(t, in), lawsPageOf(t, in)
	if string(one) != string(two) {
		t.Error("two pages of one input differ")
	}
}
