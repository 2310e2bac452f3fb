package scaling

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// dispersion is how the residuals of a solution spread, for the tests and standard errors of an M-estimate (Huber 1981,
// sections 6.3 and 7.10; Hampel et al. 1986, section 7.2): with psi the derivative of the loss,
//
//	F = 2 (S0 - S1) E[psi'] / (sum w psi² / (n - k))   for the drop of the loss's sum by one freed parameter
//	covariance = (JᵀWJ)^-1 (sum w psi² / (n - k)) / E[psi']²
//
// With squares both are the usual ones.
type dispersion struct {
	runs, free int
	square     float64 // sum w psi² / (n - k), in units of delta²
	slope      float64 // E[psi']
	unit       float64 // delta; 1 for squares
}

// dispersionOf takes the residuals of the minimum.
func (p *problem) dispersionOf(residuals []float64) dispersion {
	d := dispersion{runs: len(residuals), free: len(p.unknown), slope: 1, unit: 1}
	var sum float64
	for i, r := range residuals {
		w := 1.0
		if p.weights != nil {
			w = p.weights[i] * float64(len(residuals)) / p.total()
		}
		psi := r
		if !math.IsInf(p.delta, 1) {
			psi = min(max(r/p.delta, -1), 1)
		}
		sum += float64(w * psi * psi)
	}
	d.square = sum / float64(max(d.runs-d.free, 1))
	if !math.IsInf(p.delta, 1) {
		d.unit, d.slope = p.delta, slopeOf(residuals, p.delta, d.free)
	}
	return d
}

// slopeOf estimates E[psi'], the probability of a residual within delta. Where delta is small, few residuals are, and as many
// as there are free parameters lie there only because the fit passes through them: these are left out, and the probability is
// that of a wider band about 0, h = sd n^(-1/5) with sd = 1.4826 median |r|, times delta/h.
func slopeOf(residuals []float64, delta float64, free int) float64 {
	size := make([]float64, len(residuals))
	for i, r := range residuals {
		size[i] = math.Abs(r)
	}
	slices.Sort(size)
	size = size[min(free, len(size)-1):]
	h := max(delta, 1.4826*size[len(size)/2]*math.Pow(float64(len(size)), -0.2))
	within, _ := slices.BinarySearch(size, math.Nextafter(h, math.Inf(1)))
	return max(float64(within), 1) / float64(len(size)) * delta / h
}

// f is the test statistic of a rise of the mean loss above its minimum, in units of delta². Where the law fits without any
// residual, every rise is beyond all limits.
func (d dispersion) f(rise, total float64) float64 {
	const most = 1e300
	if rise <= 0 {
		return 0
	}
	if d.square == 0 {
		return most
	}
	return min(2*rise*total*d.slope/d.square, most)
}

// limit is the F quantile of one parameter at a level.
func (d dispersion) limit(level float64) float64 {
	return distuv.F{D1: 1, D2: float64(max(d.runs-d.free, 1))}.Quantile(level)
}

// variance is the factor of (JᵀWJ)^-1 in the covariance.
func (d dispersion) variance() float64 { return d.square * d.unit * d.unit / (d.slope * d.slope) }

// tail is the p-value of a statistic with a number of freed parameters, per parameter.
func (d dispersion) tail(f float64, freed int) float64 {
	return distuv.F{D1: float64(freed), D2: float64(max(d.runs-d.free, 1))}.Survival(f)
}
