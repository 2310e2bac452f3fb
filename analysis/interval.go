package analysis

import (
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Interval is the central part of values that holds a share of them, with as much of the rest below as above. It sorts the values.
func Interval(values []float64, level float64) [2]float64 {
	slices.Sort(values)
	tail := (1 - level) / 2
	return [2]float64{stat.Quantile(tail, stat.LinInterp, values, nil), stat.Quantile(1-tail, stat.LinInterp, values, nil)}
}

// Median is the mean of the middle two where their number is even, as in Python's statistics.
func Median(values []float64) float64 {
	s := slices.Sorted(slices.Values(values))
	n := len(s)
	return (s[(n-1)/2] + s[n/2]) / 2
}
