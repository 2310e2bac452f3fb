package report

import (
	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/regression"
)

// setLaw is a data set with its law.
type setLaw struct {
	set       ziplaw.DataSetResult
	law       ziplaw.Fit
	regressed bool // the regressions take it
}

// lawsOf are the data sets that have a law, in the order of the result.
func lawsOf(r ziplaw.StudyResult) []setLaw {
	var all []setLaw
	for _, d := range r.DataSets {
		for _, f := range r.Fits {
			if f.DataSet == d.DataSet {
				all = append(all, setLaw{d, f, regressed(r, d.DataSet)})
			}
		}
	}
	return all
}

// laws are the data sets at some places of the result that have a law, in the order of the places.
func (in Input) laws(places []int) []setLaw {
	r := in.Result
	r.DataSets = make([]ziplaw.DataSetResult, len(places))
	for i, place := range places {
		r.DataSets[i] = in.Result.DataSets[place]
	}
	return lawsOf(r)
}

// lineOf is the line of a value of the laws that the regressions take. A law without the value counts among those without.
func lineOf(r ziplaw.StudyResult, value func(ziplaw.Fit) (float64, bool)) (l regression.Line, without int, ok bool) {
	var hs, ys []float64
	for _, s := range lawsOf(r) {
		if !s.regressed {
			continue
		}
		y, has := value(s.law)
		if !has {
			without++
			continue
		}
		hs, ys = append(hs, s.set.H.Value), append(ys, y)
	}
	l, ok = regression.NewLine(hs, ys, levelOf(r))
	return l, without, ok
}

// parameterLine is the regressions' line of a parameter.
func parameterLine(r ziplaw.StudyResult, name string) (regression.Line, bool) {
	l, _, ok := lineOf(r, func(f ziplaw.Fit) (float64, bool) { return f.Parameter(name), true })
	return l, ok
}

// differenceLine is the line of alpha - beta.
func differenceLine(r ziplaw.StudyResult) (regression.Line, bool) {
	l, _, ok := lineOf(r, func(f ziplaw.Fit) (float64, bool) { return f.Alpha - f.Beta, true })
	return l, ok
}
