package huber

import (
	"context"
	"math"
)

// Path leads from deltas of the residuals' size, below widest, down to a delta by factors of 8: an absolute loss alone has no
// curvature that shows the way.
func Path(delta, widest float64) []float64 {
	const ratio = 8
	list := []float64{delta}
	for d := ratio * delta; d < widest && !math.IsInf(delta, 1); d *= ratio {
		list = append([]float64{d}, list...)
	}
	return list
}

// Follow descends at each delta in turn, from where the one before ended: early bounds all descents but the last.
func Follow(ctx context.Context, p *Problem, x, deltas []float64, early, last Settings) (m Minimum) {
	at := *p
	for i, delta := range deltas {
		s := early
		if i == len(deltas)-1 {
			s = last
		}
		at.Delta = delta
		m = Minimize(ctx, &at, x, s)
		x = m.X
	}
	return m
}
