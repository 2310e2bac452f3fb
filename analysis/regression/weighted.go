package regression

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/ziplaw/ziplaw"
)

// weighted is the line over data sets that weigh 1/(se² + tau²), with tau² between data sets by the method of moments
// (DerSimonian and Laird 1986, with a slope: Thompson and Sharp 1999). It takes the data sets with a standard error; nil below
// three of them, or where they have one H.
func weighted(hs []float64, fits []ziplaw.Fit, v value, level float64) *ziplaw.WeightedSlope {
	var s sample
	var variances []float64
	for i, f := range fits {
		if se := v.se(f); se > 0 && !math.IsInf(se, 0) {
			s.add(hs[i], v.of(f))
			variances = append(variances, se*se)
		}
	}
	if len(s.h) < 3 || !slopes(s.h) {
		return nil
	}
	tau2 := between(s, variances)
	w := make([]float64, len(variances))
	for i, v := range variances {
		w[i] = 1 / (v + tau2)
	}
	l := weigh(s, w)
	t := distuv.StudentsT{Sigma: 1, Nu: float64(len(s.h) - 2)}
	half := t.Quantile((1+level)/2) * l.se
	p := 2 * t.Survival(math.Abs(l.slope)/l.se)
	return &ziplaw.WeightedSlope{
		Slope:     ziplaw.Slope{N: len(s.h), Slope: l.slope, Interval: [2]float64{l.slope - half, l.slope + half}, PValue: &p},
		Intercept: l.intercept, Tau: math.Sqrt(tau2),
	}
}

// weightedLine is a line by weighted least squares.
type weightedLine struct {
	slope, intercept float64
	se               float64 // of the slope, where the weights are 1/variance
	residual         float64 // weighted sum of squares
	trace            float64 // of the weights' matrix outside the line's space
}

func weigh(s sample, w []float64) weightedLine {
	var sw, sh, shh, sx, shx float64
	for i, wi := range w {
		sw += wi
		sh += float64(wi * s.h[i])
		shh += float64(wi * s.h[i] * s.h[i])
		sx += float64(wi * s.x[i])
		shx += float64(wi * s.h[i] * s.x[i])
	}
	det := float64(sw*shh) - float64(sh*sh)
	l := weightedLine{slope: (float64(sw*shx) - float64(sh*sx)) / det, intercept: (float64(shh*sx) - float64(sh*shx)) / det, se: math.Sqrt(sw / det)}
	for i, wi := range w {
		r := s.x[i] - l.intercept - float64(l.slope*s.h[i])
		l.residual += float64(wi * r * r)
		leverage := wi * (shh - float64(2*s.h[i]*sh) + float64(s.h[i]*s.h[i]*sw)) / det
		l.trace += float64(wi * (1 - leverage))
	}
	return l
}

// between is the variance between data sets about the line, at least 0: the weighted sum of squares less what the standard
// errors alone give.
func between(s sample, variances []float64) float64 {
	w := make([]float64, len(variances))
	for i, v := range variances {
		w[i] = 1 / v
	}
	l := weigh(s, w)
	return max(0, (l.residual-float64(len(w)-2))/l.trace)
}
