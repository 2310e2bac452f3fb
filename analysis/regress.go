package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/ziplaw/ziplaw"
)

// fewDataSets is the number of data sets below which a slope's p-value says little.
const fewDataSets = 8

// Regress is Eq. 4 of the paper: x(H) = slope H + intercept for each of the five parameters, by ordinary least squares
// over the data sets, with t intervals at a level. hs and fits belong together; without two different H there is no
// regression.
func Regress(hs []float64, fits []ziplaw.Fit, level float64) []ziplaw.Regression {
	all := []ziplaw.Regression{}
	if len(hs) < 2 || stat.Variance(hs, nil) == 0 {
		return all
	}
	for _, name := range ziplaw.Parameters {
		x := make([]float64, len(fits))
		for i, f := range fits {
			x[i] = f.Parameter(name)
		}
		r := regress(hs, x, level)
		r.Parameter = name
		r.Warnings = regressionWarnings(name, fits)
		all = append(all, r)
	}
	return all
}

func regress(h, x []float64, level float64) ziplaw.Regression {
	n := float64(len(h))
	intercept, slope := stat.LinearRegression(h, x, nil, false)
	r := ziplaw.Regression{N: len(h), Slope: slope, Intercept: intercept, Level: level, Intervals: map[string][2]float64{}}
	var residual float64
	for i := range h {
		d := x[i] - intercept - slope*h[i]
		residual += d * d
	}
	total := stat.Variance(x, nil) * (n - 1)
	if total > 0 {
		r2 := 1 - residual/total
		r.R2 = &r2
	}
	if len(h) < 3 {
		return r
	}
	mean, spread := stat.Mean(h, nil), stat.Variance(h, nil)*(n-1)
	variance := residual / (n - 2)
	slopeSE := math.Sqrt(variance / spread)
	interceptSE := math.Sqrt(variance * (1/n + mean*mean/spread))
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 2}
	q := t.Quantile((1 + level) / 2)
	r.SlopeSE = &slopeSE
	r.Intervals["slope"] = [2]float64{slope - q*slopeSE, slope + q*slopeSE}
	r.Intervals["intercept"] = [2]float64{intercept - q*interceptSE, intercept + q*interceptSE}
	if slopeSE > 0 {
		p := 2 * t.Survival(math.Abs(slope)/slopeSE)
		r.PValue = &p
	}
	return r
}

func regressionWarnings(name string, fits []ziplaw.Fit) []ziplaw.Warning {
	w := []ziplaw.Warning{}
	if len(fits) < fewDataSets {
		w = append(w, ziplaw.Warning{Code: "few_datasets", Message: fmt.Sprintf("%d data sets are few for a slope", len(fits))})
	}
	doubtful := 0
	for _, f := range fits {
		for _, d := range f.Warnings {
			if d.Code == name+"_at_bound" || d.Code == name+"_not_identified" {
				doubtful++
			}
		}
	}
	if doubtful > 0 {
		w = append(w, ziplaw.Warning{Code: "unidentified_fits", Message: fmt.Sprintf("%s isn't identified in %d of %d data sets", name, doubtful, len(fits))})
	}
	return w
}
