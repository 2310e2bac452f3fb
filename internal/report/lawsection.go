package report

import (
	"fmt"

	"github.com/ziplaw/ziplaw"
)

// lawSection is all that a page shows of one law.
type lawSection struct {
	ID, Name   string
	Verdict    []remark // empty where the head of the page has it
	Doubts     []string // messages of warnings, and those beyond a few of a kind
	MoreDoubts []string

	Level, Method string
	Parameters    []parameterRow
	Percentiles   bool // the percentile intervals aren't those of the method
	Names         []string

	Contours, Residuals *panel
	Sizes               sizeScale
	Key                 contourKey
	Profiles            []panel

	Facts        []fact
	Untrained    []lawAtRow
	UntrainedRun string
	Deltas       []lawAtRow
	Influential  []influenceRow
	Excluded     []excludedRow
	MoreExcluded int

	Exponent   string
	Budgets    []budgetRow
	Approaches []approachRow

	Runs     []runRow
	RunsNote string
	Brief    bool // the page has many laws: figures and tables are folded
}

// newLawSection gathers the section of law number i of a page, with some points of a figure and rows of a table of runs at most.
func newLawSection(i int, f ziplaw.Fit, d ziplaw.Diagnostics, most int) lawSection {
	s := lawSection{
		ID: fmt.Sprintf("law-%d", i), Name: lawName(f, i), Level: percent(f.Level), Method: f.IntervalMethod, Names: ziplaw.Parameters,
		Parameters: parameterRows(f), Percentiles: f.IntervalMethod != "percentile" && len(f.Percentiles) > 0,
		Facts: qualityFacts(f, d), Untrained: untrainedRows(d), UntrainedRun: untrainedText(d), Deltas: deltaRows(f, d), Influential: influential(f, d),
		Exponent: exponentText(f), Budgets: budgetRows(f, d), Approaches: approachRows(f, d), Sizes: sizesOf(d), Key: keyOfContours,
		Profiles: figureProfiles(fmt.Sprintf("figure-profile-%d", i), f, d),
	}
	s.Doubts, s.MoreDoubts = doubtTexts(f)
	s.Contours = pointer(figureContours(fmt.Sprintf("figure-contours-%d", i), f, d, most))
	s.Residuals = pointer(figureResiduals(fmt.Sprintf("figure-residuals-%d", i), f, d, most, 420, 320))
	s.Runs, s.RunsNote = runRows(d, most)
	s.Excluded, s.MoreExcluded = excludedRows(f, most)
	return s
}

// lawName is how a page calls law number i.
func lawName(f ziplaw.Fit, i int) string {
	if f.DataSet == "" {
		return fmt.Sprintf("law %d", i)
	}
	return printable(f.DataSet)
}

// pointer is nil where there is no figure.
func pointer(p panel, found bool) *panel {
	if !found {
		return nil
	}
	return &p
}

// sizeScale is the legend of colours along N.
type sizeScale struct {
	Low, High string
	Steps     []swatch
}

func sizesOf(d ziplaw.Diagnostics) sizeScale {
	runs := drawn(d)
	r, found := rangeOf(runs)
	if !found {
		return sizeScale{}
	}
	groups := bySize(runs, r, 0)
	s := sizeScale{Low: printed(r.n[0]), High: printed(r.n[1])}
	for i := range groups {
		s.Steps = append(s.Steps, swatch{Colour: css(ramp(i, len(groups)))})
	}
	return s
}

// lawAtTable is a table of laws under the names of the parameters.
type lawAtTable struct {
	Names []string
	Rows  []lawAtRow
}

// DeltaTable is the law at other deltas.
func (s lawSection) DeltaTable() lawAtTable { return lawAtTable{s.Names, s.Deltas} }

// UntrainedTable is the law with and without the runs that learned nothing.
func (s lawSection) UntrainedTable() lawAtTable { return lawAtTable{s.Names, s.Untrained} }
