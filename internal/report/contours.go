package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot/plotter"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis/scaling"
)

// box is a part of the plane of log10 N and log10 D.
type box struct{ low, high plotter.XY }

// boxAround is the runs' range, a little widened.
func boxAround(r runRange) box {
	n, d := roomAround(r.n), roomAround(r.d)
	return box{plotter.XY{X: n[0], Y: d[0]}, plotter.XY{X: n[1], Y: d[1]}}
}

// roomAround is a range in decades with a margin on both sides.
func roomAround(in [2]float64) [2]float64 {
	low, high := math.Log10(in[0]), math.Log10(in[1])
	margin := max(0.08*(high-low), 0.12)
	return [2]float64{low - margin, high + margin}
}

func (b box) holds(at plotter.XY) bool {
	return b.low.X <= at.X && at.X <= b.high.X && b.low.Y <= at.Y && at.Y <= b.high.Y
}

// contour is where a law has the loss level within a box, from its upper left to its lower right. Points are taken evenly in N
// and evenly in D, since a contour may be steep in either.
func contour(f ziplaw.Fit, level float64, b box) plotter.XYs {
	const steps = 20
	var line plotter.XYs
	add := func(x, y float64) {
		if at := (plotter.XY{X: x, Y: y}); b.holds(at) {
			line = append(line, at)
		}
	}
	for i := range steps + 1 {
		share := float64(i) / steps
		x, y := between(b.low.X, b.high.X, share), between(b.low.Y, b.high.Y, share)
		add(x, reaching(level-f.E, f.LogA, f.Alpha, x, f.LogB, f.Beta))
		add(reaching(level-f.E, f.LogB, f.Beta, y, f.LogA, f.Alpha), y)
	}
	slices.SortFunc(line, func(a, b plotter.XY) int { return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(b.Y, a.Y)) })
	return line
}

// between is a share of the way from low to high.
func between(low, high, share float64) float64 { return low + (high-low)*share }

// reaching is the log10 at which the law's other term takes up what one term leaves of a loss; NaN where there is no such place.
func reaching(loss, logFactor, exponent, at, otherLog, otherExponent float64) float64 {
	left := loss - math.Exp(logFactor-exponent*at*math.Ln10)
	if !(left > 0) || !(otherExponent > 0) {
		return math.NaN()
	}
	return (otherLog - math.Log(left)) / otherExponent / math.Ln10
}

// levels are losses that part a box into pieces of about the same area, in as few digits as tell them apart.
func levels(f ziplaw.Fit, b box) []float64 {
	const side, pieces = 24, 9
	var losses []float64
	for i := range side {
		for j := range side {
			x, y := between(b.low.X, b.high.X, (float64(i)+0.5)/side), between(b.low.Y, b.high.Y, (float64(j)+0.5)/side)
			if l := scaling.Predict(f, math.Pow(10, x), math.Pow(10, y)); isPositive(l) {
				losses = append(losses, l)
			}
		}
	}
	if len(losses) == 0 {
		return nil
	}
	slices.Sort(losses)
	exact := make([]float64, pieces-1)
	for i := range exact {
		exact[i] = losses[(i+1)*len(losses)/pieces]
	}
	for digits := 2; ; digits++ {
		if rounded := roundedTo(exact, digits); len(rounded) == len(exact) || digits == 6 {
			return rounded
		}
	}
}

// roundedTo are the different values among ascending ones, in some significant digits.
func roundedTo(values []float64, digits int) []float64 {
	var all []float64
	for _, v := range values {
		r, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64)
		if len(all) == 0 || r > all[len(all)-1] {
			all = append(all, r)
		}
	}
	return all
}

// labelPlace is the point of a falling line next to a curve from the box's lower left to its upper right, which every such line
// crosses once. A bow of 1 is the diagonal, where the frontier often runs; above 1 it hangs below.
func (b box) labelPlace(line plotter.XYs, bow float64) plotter.XY {
	off := func(at plotter.XY) float64 {
		x, y := (at.X-b.low.X)/(b.high.X-b.low.X), (at.Y-b.low.Y)/(b.high.Y-b.low.Y)
		return math.Abs(math.Pow(x, bow) - y)
	}
	return slices.MinFunc(line, func(a, b plotter.XY) int { return cmp.Compare(off(a), off(b)) })
}
