package report

import (
	"math"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis"
	budget "github.com/ziplaw/ziplaw/analysis/allocation"
)

// termRow is a term of the joint law as a line over the measure, with its values at the ends of the range.
type termRow struct {
	Name, Line string
	Ends       [2]value
}

func drawnLaw(l ziplaw.Law, level float64) lawOfDraws {
	return lawOfDraws{Law: l, level: level, draws: budget.Draws(l, lawDraws, lawSeed)}
}

func (l lawOfDraws) termRows() []termRow {
	var rows []termRow
	for _, name := range ziplaw.Terms {
		r := termRow{Name: name, Line: typesetLine(l.Terms[name], measureName(l.Measure))}
		for i, h := range l.H {
			of := func(law ziplaw.Law) float64 { return law.Terms[name].Slope*h + law.Terms[name].Intercept }
			r.Ends[i] = l.value(of)
		}
		rows = append(rows, r)
	}
	return rows
}

// typesetLine writes a term as a line over a measure.
func typesetLine(t ziplaw.Term, measure string) string {
	if t.Slope == 0 {
		return printed(t.Intercept)
	}
	sign := " + "
	if t.Intercept < 0 {
		sign = " − "
	}
	return printed(t.Slope) + " " + measure + sign + printed(math.Abs(t.Intercept))
}

// value is what the law says, with its interval over the draws.
func (l lawOfDraws) value(of func(ziplaw.Law) float64) value {
	in, found := l.interval(of)
	return valueOf(of(l.Law), in, found)
}

// interval is that of a value over the draws that have it; false where less than half of them do.
func (l lawOfDraws) interval(of func(ziplaw.Law) float64) (in [2]float64, found bool) {
	var values []float64
	for _, d := range l.draws {
		if v := of(d); isFinite(v) {
			values = append(values, v)
		}
	}
	if len(values) == 0 || 2*len(values) < len(l.draws) {
		return in, false
	}
	return analysis.Interval(values, l.level), true
}
