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
	From                                         string // the anchor of its record
	Name, Source, Derivation, Mean, SD, Measured string
	H                                            value
	Documents, Duplicates, Entropy0, Entropy1    string
	Vocabulary, Terminals                        string
}

func (in Input) dataRows() []dataRow {
	var rows []dataRow
	for _, i := range in.byClass() {
		d := in.Result.DataSets[i]
		set, _ := in.Study.DataSet(d.DataSet)
		r := dataRow{
			From: in.anchor(d.DataSet, anchorCompress), Name: d.DataSet, Source: sourceText(set), H: valueOf(d.H.Value, [2]float64{d.H.Low, d.H.High}, true),
			Mean: number(d.H.Mean), SD: number(d.H.SD), Measured: whole(d.H.N), Documents: whole(d.Documents), Duplicates: whole(d.Duplicates),
			Entropy0: number(d.Entropy0), Entropy1: number(d.Entropy1), Vocabulary: whole(d.Vocabulary), Terminals: whole(d.Terminals),
		}
		if set.Grammar != nil {
			r.Derivation = fmt.Sprintf("%s children a non-terminal; a derivation ends with probability %s", number(d.MeanChildren), number(d.Termination))
		}
		rows = append(rows, r)
	}
	return rows
}

// lawRow is a row of Table 2, and of the table of a page of laws. Open says of each value whether the runs leave it so.
type lawRow struct {
	ID          string // of the law's section
	From, FromH string // the anchors of the records of the law and of H
	Name, N, R2 string
	H           string
	Values      []lawCell
	Beside      bool // the regressions leave it out
	Doubted     bool // something speaks against Eq. 1 itself
}

type lawCell struct {
	value
	Open bool
}

func (in Input) lawRows() []lawRow {
	var rows []lawRow
	for _, s := range in.laws(in.byClass()) {
		f := s.law
		r := lawRow{
			From: in.anchor(f.DataSet, anchorFit), FromH: in.anchor(f.DataSet, anchorCompress), Name: f.DataSet, H: number(s.set.H.Value), N: strconv.Itoa(f.N), R2: printed(f.R2),
			Beside: len(in.Result.Regressions) > 0 && !s.regressed, Values: lawCells(f),
		}
		rows = append(rows, r)
	}
	return rows
}

// trendRow is a row of Table 3. Identified is the slope without the data sets that leave the parameter open, where there are
// such.
type trendRow struct {
	Parameter, Size      string // Size says at which size A0 and B0 are taken
	P, Holm, Permutation string
	R2, N                string
	Slope, Intercept     value
	Significant          bool
	Weighted             value
	WeightedN            string
	Identified           value
	IdentifiedN          string
}

func (in Input) trendRows() []trendRow {
	var rows []trendRow
	for _, g := range in.Result.Regressions {
		slope, hasSlope := g.Intervals["slope"]
		intercept, hasIntercept := g.Intervals["intercept"]
		r := trendRow{
			Parameter: g.Parameter, Slope: valueOf(g.Slope, slope, hasSlope), Intercept: valueOf(g.Intercept, intercept, hasIntercept),
			P: pValue(g.PValue), Holm: pValue(g.Holm), Permutation: pValue(g.Permutation),
			R2: typeset(optional(g.R2)), N: strconv.Itoa(g.N), Significant: significant(g.PValue, g.Level), Size: referenceText(g),
		}
		if w := g.Weighted; w != nil {
			r.Weighted = value{printed(w.Slope.Slope), printedSpan(w.Interval, true)}
			r.WeightedN = fmt.Sprintf("%s, n %d, τ %s", pText(w.PValue), w.N, printed(w.Tau))
		}
		if o := g.Identified; o != nil {
			r.Identified = value{printed(o.Slope), printedSpan(o.Interval, true)}
			r.IdentifiedN = fmt.Sprintf("%s, n %d", pText(o.PValue), o.N)
		}
		rows = append(rows, r)
	}
	return rows
}

// referenceText says at which size a term is taken.
func referenceText(g ziplaw.Regression) string {
	switch {
	case !(g.Reference > 0):
		return ""
	case g.Parameter == "B0":
		return "at D " + printed(g.Reference)
	}
	return "at N " + printed(g.Reference)
}
