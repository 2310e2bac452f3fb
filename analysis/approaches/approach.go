package approaches

import (
	"math"

	"github.com/ziplaw/ziplaw"
)

// approach writes a line as a result.
func approach(l line, places []place) *ziplaw.Approach {
	compute, logN := middle(places)
	c, n := math.Exp(compute), math.Exp(logN)
	return &ziplaw.Approach{
		N: len(places), Exponent: l.exponent, ExponentD: 1 - l.exponent, LogG: l.logG,
		Middle:    ziplaw.Allocation{C: c, N: n, D: c / 6 / n},
		Intervals: map[string][2]float64{}, Warnings: []ziplaw.Warning{},
	}
}
