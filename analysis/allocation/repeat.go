package allocation

import (
	"math"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// Decay of repeated tokens and of excess parameters (Muennighoff et al. 2023, appendix A).
const (
	repeatDecay = 15.387756 // R*_D
	excessDecay = 5.309743  // R*_N
)

// effective is what u tokens or parameters and their excess are worth: u + u R* (1 - exp(-R/R*)) with R = x/u - 1 (the same paper,
// Eq. 5 and 6). Up to u nothing is lost.
func effective(x, u, decay float64) float64 {
	if x <= u || !(u > 0) {
		return x
	}
	return u + float64(u*decay)*(1-math.Exp(-(x/u-1)/decay))
}

// repeated is the loss of N parameters on D tokens of which u are different. Parameters beyond those that are optimal for u tokens
// are worth less, too.
func repeated(law ziplaw.Fit, n, d, u float64) float64 {
	most := n
	if f, ok := scaling.NewFrontier(law); ok {
		most = f.N(6 * math.Pow(u*f.G, 1/(1-f.Exponent)))
	}
	return scaling.Predict(law, effective(n, most, excessDecay), effective(d, u, repeatDecay))
}

// repeat is nil where the tokens at hand suffice, or aren't known.
func repeat(law ziplaw.Fit, p ziplaw.Prediction, unique float64) *ziplaw.Repeat {
	if unique <= 0 || p.DOpt <= unique {
		return nil
	}
	r := &ziplaw.Repeat{
		Unique: unique, Epochs: p.DOpt / unique, Effective: effective(p.DOpt, unique, repeatDecay), Loss: repeated(law, p.NOpt, p.DOpt, unique),
	}
	const wide = 1e4
	n := minimize(func(n float64) float64 { return repeated(law, n, p.C/6/n, unique) }, p.NOpt/wide, p.NOpt*wide)
	r.Best = ziplaw.Optimum{NOpt: n, DOpt: p.C / 6 / n, Loss: repeated(law, n, p.C/6/n, unique)}
	return r
}
