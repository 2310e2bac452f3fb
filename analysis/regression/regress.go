package regression

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// fewDataSets is the number of data sets below which a slope's p-value says little.
const fewDataSets = 8

// Regress is Eq. 4 of the paper: x(H) = slope H + intercept for each of the five parameters, by ordinary least squares
// over the data sets, with t intervals at a level. hs and fits belong together; without two different H there is no
// regression. Where the runs of some data sets leave a parameter open, the slope without those is given beside it.
func Regress(hs []float64, fits []ziplaw.Fit, level float64) []ziplaw.Regression {
	all := []ziplaw.Regression{}
	if !slopes(hs) {
		return all
	}
	for _, name := range ziplaw.Parameters {
		var some, every sample
		for i, f := range fits {
			every.add(hs[i], f.Parameter(name))
			if !slices.Contains(scaling.Unidentified(f), name) {
				some.add(hs[i], f.Parameter(name))
			}
		}
		r := regress(every.h, every.x, level)
		r.Parameter = name
		r.Identified = identified(some, len(fits), level)
		r.Warnings = regressionWarnings(name, len(fits), len(some.h))
		all = append(all, r)
	}
	return all
}

// sample are the values x of a parameter at H.
type sample struct{ h, x []float64 }

func (s *sample) add(h, x float64) { s.h, s.x = append(s.h, h), append(s.x, x) }

// slopes tells whether there are two different H.
func slopes(hs []float64) bool { return len(hs) >= 2 && stat.Variance(hs, nil) > 0 }

// identified is the slope over some of n data sets; nil where it is that of all, or has no interval.
func identified(some sample, n int, level float64) *ziplaw.Slope {
	if len(some.h) == n || len(some.h) < 3 || !slopes(some.h) {
		return nil
	}
	r := regress(some.h, some.x, level)
	return &ziplaw.Slope{N: r.N, Slope: r.Slope, Interval: r.Intervals["slope"], PValue: r.PValue}
}

func regress(h, x []float64, level float64) ziplaw.Regression {
	line, _ := NewLine(h, x, level)
	r := ziplaw.Regression{N: line.N, Slope: line.Slope, Intercept: line.Intercept, Level: level, Intervals: map[string][2]float64{}}
	if total := stat.Variance(x, nil) * float64(line.N-1); total > 0 {
		r2 := 1 - line.residual(h, x)/total
		r.R2 = &r2
	}
	slope, found := line.SlopeInterval()
	if !found {
		return r
	}
	half := line.Band(0)
	r.SlopeSE, r.PValue = &line.SlopeSE, line.PValue()
	r.Intervals["slope"] = slope
	r.Intervals["intercept"] = [2]float64{line.Intercept - half, line.Intercept + half}
	return r
}

func regressionWarnings(name string, sets, identified int) []ziplaw.Warning {
	w := []ziplaw.Warning{}
	if sets < fewDataSets {
		w = append(w, ziplaw.Warning{Code: "few_datasets", Message: fmt.Sprintf("%d data sets are few for a slope", sets)})
	}
	if open := sets - identified; open > 0 {
		w = append(w, ziplaw.Warning{Code: "unidentified_fits", Message: fmt.Sprintf("%s isn't identified in %d of %d data sets", name, open, sets)})
	}
	return w
}
