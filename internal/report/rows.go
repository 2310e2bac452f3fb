package report

import (
	"fmt"
	"strconv"

	"github.com/ziplaw/ziplaw"
)

// value is a number with its interval, which may be empty.
type value struct{ Number, Span string }

func valueOf(x float64, in [2]float64, found bool) value {
	return value{Number: printed(x), Span: printedSpan(in, found)}
}

// dataRow is a row of Table 1.
type dataRow struct {
	Name, Source, Derivation, Mean, SD, Measured string
	H                                            value
	Documents, Duplicates, Entropy0, Entropy1    string
	Vocabulary, Terminals                        string
}

func (in Input) dataRows() []dataRow {
	var rows []dataRow
	for _, d := range in.Result.DataSets {
		set, _ := in.Study.DataSet(d.DataSet)
		r := dataRow{
			Name: d.DataSet, Source: sourceText(set), H: valueOf(d.H.Value, [2]float64{d.H.Low, d.H.High}, true),
			Mean: number(d.H.Mean), SD: number(d.H.SD), Measured: whole(d.H.N), Documents: whole(d.Documents), Duplicates: whole(d.Duplicates),
			Entropy0: number(d.Entropy0), Entropy1: number(d.Entropy1), Vocabulary: whole(d.Vocabulary), Terminals: whole(d.Terminals),
		}
		if set.Grammar != nil {
			r.Derivation = fmt.Sprintf("mean children of a non-terminal %s, a derivation ends with probability %s", number(d.MeanChildren), number(d.Termination))
		}
		rows = append(rows, r)
	}
	return rows
}

// lawRow is a row of Table 2. Doubtful says of each value whether the runs leave it open.
type lawRow struct {
	Name, N, R2, Marks string
	Values             []lawCell
}

type lawCell struct {
	value
	Doubtful bool
}

func (in Input) lawRows() ([]lawRow, []ziplaw.Warning) {
	var rows []lawRow
	var notes footnotes
	for _, f := range in.Result.Fits {
		r := lawRow{Name: f.DataSet, N: strconv.Itoa(f.N), R2: printed(f.R2), Marks: notes.marks(f.Warnings)}
		open := map[string]bool{}
		for _, name := range doubtful(f) {
			open[name] = true
		}
		for _, name := range ziplaw.Parameters {
			interval, found := f.Intervals[name]
			r.Values = append(r.Values, lawCell{valueOf(f.Parameter(name), interval, found), open[name]})
		}
		rows = append(rows, r)
	}
	return rows, notes.notes
}

// trendRow is a row of Table 3.
type trendRow struct {
	Parameter, P, R2, N, Marks string
	Slope, Intercept           value
	Significant                bool
}

func (in Input) trendRows() ([]trendRow, []ziplaw.Warning) {
	var rows []trendRow
	var notes footnotes
	for _, g := range in.Result.Regressions {
		slope, hasSlope := g.Intervals["slope"]
		intercept, hasIntercept := g.Intervals["intercept"]
		rows = append(rows, trendRow{
			Parameter: g.Parameter, Slope: valueOf(g.Slope, slope, hasSlope), Intercept: valueOf(g.Intercept, intercept, hasIntercept),
			P: pValue(g.PValue), R2: typeset(optional(g.R2)), N: strconv.Itoa(g.N), Marks: notes.marks(g.Warnings),
			Significant: g.PValue != nil && *g.PValue < 1-g.Level,
		})
	}
	return rows, notes.notes
}
