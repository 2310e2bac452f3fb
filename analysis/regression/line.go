package regression

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Line is y(h) = Intercept + Slope h by ordinary least squares, with what its intervals need: Student's t with n-2 degrees
// of freedom.
type Line struct {
	Slope, Intercept float64
	N                int
	SlopeSE          float64 // NaN below three points

	meanH, meanY float64
	sxx          float64 // sum of (h - mean)²
	s            float64 // residual standard deviation
	t            float64 // quantile of the level
}

// NewLine fits a line to points, with intervals at a level. False says that there aren't two different h.
func NewLine(h, y []float64, level float64) (Line, bool) {
	if len(h) < 2 || len(h) != len(y) || stat.Variance(h, nil) == 0 {
		return Line{}, false
	}
	n := float64(len(h))
	l := Line{N: len(h), meanH: stat.Mean(h, nil), meanY: stat.Mean(y, nil), sxx: stat.Variance(h, nil) * (n - 1)}
	l.Intercept, l.Slope = stat.LinearRegression(h, y, nil, false)
	l.s, l.t = math.NaN(), math.NaN()
	if len(h) > 2 {
		l.s = math.Sqrt(l.residual(h, y) / (n - 2))
		l.t = distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 2}.Quantile((1 + level) / 2)
	}
	l.SlopeSE = l.s / math.Sqrt(l.sxx)
	return l, true
}

// residual is the sum of squares about the line.
func (l Line) residual(h, y []float64) float64 {
	var sum float64
	for i := range h {
		d := y[i] - l.Intercept - l.Slope*h[i]
		sum += d * d
	}
	return sum
}

// At is the line at h.
func (l Line) At(h float64) float64 { return l.Intercept + l.Slope*h }

// Band is half the width of the interval of the line itself at h: t s sqrt(1/n + (h - mean)²/Sxx). NaN below three points.
func (l Line) Band(h float64) float64 {
	d := h - l.meanH
	return l.t * l.s * math.Sqrt(1/float64(l.N)+d*d/l.sxx)
}

// Prediction is half the width of the interval that a new point at h falls into: t s sqrt(1 + 1/n + (h - mean)²/Sxx). NaN
// below three points.
func (l Line) Prediction(h float64) float64 {
	d := h - l.meanH
	return l.t * l.s * math.Sqrt(1+1/float64(l.N)+d*d/l.sxx)
}

// PValue is that of slope 0, by the two-sided t test; nil where the points leave none.
func (l Line) PValue() *float64 {
	if !(l.SlopeSE > 0) {
		return nil
	}
	p := 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(l.N - 2)}.Survival(math.Abs(l.Slope)/l.SlopeSE)
	return &p
}

// SlopeInterval is the t interval of the slope; false below three points.
func (l Line) SlopeInterval() (in [2]float64, found bool) {
	half := l.t * l.SlopeSE
	return [2]float64{l.Slope - half, l.Slope + half}, !math.IsNaN(half)
}

// Root is where the line is 0, with Fieller's interval (Fieller 1954): all h at which 0 lies in the line's own interval.
// Bounded is false where the slope isn't significantly different from 0, and no interval is bounded.
func (l Line) Root() (h float64, in [2]float64, bounded bool) {
	h = -l.Intercept / l.Slope
	ts := l.t * l.s
	// (meanY + slope u)² = ts² (1/n + u²/Sxx) with u = h - meanH
	a := l.Slope*l.Slope - ts*ts/l.sxx
	b := l.meanY * l.Slope
	c := l.meanY*l.meanY - ts*ts/float64(l.N)
	root := math.Sqrt(b*b - a*c)
	if !(a > 0) || math.IsNaN(root) {
		return h, in, false
	}
	return h, [2]float64{l.meanH + (-b-root)/a, l.meanH + (-b+root)/a}, true
}
