package scaling

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis"
)

// valuesOf gathers a value of each law.
func valuesOf(fits []ziplaw.Fit, name string) []float64 {
	v := make([]float64, len(fits))
	for i, f := range fits {
		v[i] = values(f)[name]
	}
	return v
}

// percentiles are the central parts of the resamples, for the five parameters and for a and b.
func percentiles(fits []ziplaw.Fit, level float64) map[string][2]float64 {
	in := map[string][2]float64{}
	if len(fits) == 0 {
		return in
	}
	for name := range values(ziplaw.Fit{}) {
		in[name] = analysis.Interval(valuesOf(fits, name), level)
	}
	return in
}

// quantiles sorts the values.
func quantiles(v []float64, low, high float64) [2]float64 {
	slices.Sort(v)
	return [2]float64{stat.Quantile(low, stat.LinInterp, v, nil), stat.Quantile(high, stat.LinInterp, v, nil)}
}

// corrected are bias-corrected and accelerated intervals (Efron 1987): the percentiles are moved by where the estimate lies
// among the resamples, and by the skewness of what each group's absence changes (without, by group).
func corrected(fit ziplaw.Fit, fits, without []ziplaw.Fit, level float64) map[string][2]float64 {
	in := map[string][2]float64{}
	for name, estimate := range values(fit) {
		v := valuesOf(fits, name)
		below := 0.0
		for _, x := range v {
			switch {
			case x < estimate:
				below++
			case x == estimate:
				below += 0.5
			}
		}
		share := min(max(below/float64(len(v)), 0.5/float64(len(v))), 1-0.5/float64(len(v)))
		z0, a := distuv.UnitNormal.Quantile(share), acceleration(valuesOf(without, name))
		end := func(p float64) float64 {
			z := z0 + distuv.UnitNormal.Quantile(p)
			return distuv.UnitNormal.CDF(z0 + z/(1-a*z))
		}
		in[name] = quantiles(v, end((1-level)/2), end((1+level)/2))
	}
	return in
}

// acceleration is a sixth of the skewness of the jackknife's values.
func acceleration(v []float64) float64 {
	mean := stat.Mean(v, nil)
	var square, cube float64
	for _, x := range v {
		d := mean - x
		square += float64(d * d)
		cube += float64(d * d * d)
	}
	if square == 0 {
		return 0
	}
	return cube / (6 * math.Pow(square, 1.5))
}
