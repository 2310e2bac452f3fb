package regression

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// fewDataSets is the number of data sets below which a slope's p-value says little.
const fewDataSets = 8

// Regress is Eq. 4 of the paper: x(H) = slope H + intercept for each of ziplaw.RegressionNames, by ordinary least squares over the
// data sets, with t intervals at a level. hs and fits belong together; without two different H there is no regression. Where
// the runs of some data sets leave a parameter open, the slope without those is given beside it, and so is the slope weighted
// by how well each data set's runs know the parameter.
func Regress(hs []float64, fits []ziplaw.Fit, level float64) []ziplaw.Regression {
	all := []ziplaw.Regression{}
	if !slopes(hs) {
		return all
	}
	for _, name := range ziplaw.RegressionNames {
		v, known := valueOf(name, fits)
		if !known {
			continue
		}
		var some, every sample
		for i, f := range fits {
			every.add(hs[i], v.of(f))
			if !slices.Contains(scaling.Unidentified(f), v.open) {
				some.add(hs[i], v.of(f))
			}
		}
		r := regress(every.h, every.x, level)
		r.Parameter, r.Reference = name, v.reference
		r.Identified = identified(some, len(fits), level)
		r.Weighted = weighted(hs, fits, v, level)
		r.Permutation = permutation(every.h, every.x)
		r.Warnings = regressionWarnings(name, r, len(fits), len(some.h), every)
		all = append(all, r)
	}
	holm(all)
	return all
}

// value is what is regressed on H.
type value struct {
	of        func(ziplaw.Fit) float64
	by        [5]func(ziplaw.Fit) float64 // derivatives by a, b, alpha, beta and E, as in the fit's covariance; nil is 0
	open      string                      // the parameter whose doubts are those of the value
	reference float64
}

// valueOf is a value by its name; false where the fits don't tell it.
func valueOf(name string, fits []ziplaw.Fit) (value, bool) {
	one := func(ziplaw.Fit) float64 { return 1 }
	switch name {
	case "E":
		return value{of: func(f ziplaw.Fit) float64 { return f.E }, by: [5]func(ziplaw.Fit) float64{4: one}, open: "E"}, true
	case "A":
		return value{of: func(f ziplaw.Fit) float64 { return f.A }, by: [5]func(ziplaw.Fit) float64{0: func(f ziplaw.Fit) float64 { return f.A }}, open: "A"}, true
	case "B":
		return value{of: func(f ziplaw.Fit) float64 { return f.B }, by: [5]func(ziplaw.Fit) float64{1: func(f ziplaw.Fit) float64 { return f.B }}, open: "B"}, true
	case "alpha":
		return value{of: func(f ziplaw.Fit) float64 { return f.Alpha }, by: [5]func(ziplaw.Fit) float64{2: one}, open: "alpha"}, true
	case "beta":
		return value{of: func(f ziplaw.Fit) float64 { return f.Beta }, by: [5]func(ziplaw.Fit) float64{3: one}, open: "beta"}, true
	case "lnA":
		return value{of: func(f ziplaw.Fit) float64 { return f.LogA }, by: [5]func(ziplaw.Fit) float64{0: one}, open: "A"}, true
	case "lnB":
		return value{of: func(f ziplaw.Fit) float64 { return f.LogB }, by: [5]func(ziplaw.Fit) float64{1: one}, open: "B"}, true
	case "A0":
		return termAt(fits, 0, func(f ziplaw.Fit) (size, a, exponent float64) { return f.N0, f.LogA, f.Alpha })
	default:
		return termAt(fits, 1, func(f ziplaw.Fit) (size, a, exponent float64) { return f.D0, f.LogB, f.Beta })
	}
}

// termAt is A N0^-alpha, or B D0^-beta, at the geometric mean of the fits' centres. A term at the centre of the runs is known
// also where the exponent isn't. False where the fits don't say what they were fitted on.
func termAt(fits []ziplaw.Fit, term int, parts func(ziplaw.Fit) (size, a, exponent float64)) (value, bool) {
	var logs []float64
	for _, f := range fits {
		size, _, _ := parts(f)
		if !(size > 0) {
			return value{}, false
		}
		logs = append(logs, math.Log(size))
	}
	ln := stat.Mean(logs, nil)
	v := value{reference: math.Exp(ln)}
	v.of = func(f ziplaw.Fit) float64 {
		_, a, exponent := parts(f)
		return math.Exp(a - float64(exponent*ln))
	}
	v.by[term] = v.of
	v.by[term+2] = func(f ziplaw.Fit) float64 { return -ln * v.of(f) }
	return v, true
}

// se is the standard error of a value by the fit's covariance; NaN where there is none.
func (v value) se(f ziplaw.Fit) float64 {
	if len(f.Covariance) != len(v.by) {
		return math.NaN()
	}
	var sum float64
	for i, di := range v.by {
		for j, dj := range v.by {
			if di != nil && dj != nil {
				sum += float64(di(f)*dj(f)) * f.Covariance[i][j]
			}
		}
	}
	return math.Sqrt(sum)
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

func regressionWarnings(name string, r ziplaw.Regression, sets, identified int, all sample) []ziplaw.Warning {
	w := []ziplaw.Warning{}
	if sets < fewDataSets {
		w = append(w, ziplaw.Warning{Code: "few_datasets", Message: fmt.Sprintf("%d data sets are few for a slope", sets)})
	}
	if open := sets - identified; open > 0 {
		w = append(w, ziplaw.Warning{Code: "unidentified_fits", Message: fmt.Sprintf("%s isn't identified in %d of %d data sets", name, open, sets)})
	}
	if signed := name == "lnA" || name == "lnB"; !signed {
		for _, h := range []float64{slices.Min(all.h), slices.Max(all.h)} {
			if v := r.Slope*h + r.Intercept; v < 0 {
				w = append(w, ziplaw.Warning{Code: "negative_in_range", Message: fmt.Sprintf("the line makes %s negative, %.3g, at H %.3f, within the data sets' range", name, v, h)})
			}
		}
	}
	return w
}
