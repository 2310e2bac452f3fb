package allocation

import (
	"math"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// Crossings finds the measures at which alpha and beta are equal, and at which N_opt at a budget is Chinchilla's, within the range
// of the law's data sets, with intervals over draws of the law. Absent ones don't cross there.
func Crossings(l ziplaw.Law, c, level float64, draws int, seed int64) map[string]ziplaw.Crossing {
	chinchilla, _ := scaling.NewFrontier(scaling.Chinchilla)
	laws := Draws(l, draws, seed)
	all := map[string]ziplaw.Crossing{}
	for name, difference := range map[string]func(ziplaw.Fit) float64{
		"alpha_beta": func(f ziplaw.Fit) float64 { return f.Alpha - f.Beta },
		"chinchilla": func(f ziplaw.Fit) float64 {
			own, ok := scaling.NewFrontier(f)
			if !ok {
				return math.NaN()
			}
			return math.Log(own.N(c) / chinchilla.N(c))
		},
	} {
		at, found := root(l, difference)
		if !found {
			continue
		}
		x := ziplaw.Crossing{H: at}
		if name == "chinchilla" {
			x.C = c
		}
		var others []float64
		for _, draw := range laws {
			if at, found := root(draw, difference); found {
				others = append(others, at)
			}
		}
		if len(laws) > 0 {
			share := float64(len(others)) / float64(len(laws))
			x.Share = &share
			if share >= level { // else the end of an interval lies outside the range
				in := analysis.Interval(others, level)
				x.Interval = &in
			}
		}
		all[name] = x
	}
	return all
}

// root is where a difference is 0 between the least and the greatest measure; false where it has one sign at both.
func root(l ziplaw.Law, difference func(ziplaw.Fit) float64) (h float64, found bool) {
	low, high := l.H[0], l.H[1]
	below, above := difference(l.At(low)), difference(l.At(high))
	if !(below*above < 0) {
		return 0, false
	}
	for range 60 {
		middle := (low + high) / 2
		if v := difference(l.At(middle)); v*below > 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2, true
}
