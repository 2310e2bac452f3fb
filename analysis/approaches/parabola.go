package approaches

import "math"

// minimum is the lowest place of a parabola of L in ln N.
type minimum struct {
	logN, loss float64
	offCentre  float64 // in the range of ln N: -1 at the smallest, 1 at the largest
}

// leastSizes are the different N that tell a parabola's three coefficients.
const leastSizes = 3

// flat is the part of the largest loss below which a parabola's rise over half the range of ln N is rounding.
const flat = 1e-12

// parabola fits L = c0 + c1 ln N + c2 (ln N)² to at least three sizes by least squares, weighted where runs are, and finds its
// minimum. False says that it doesn't open upwards. The fit is by orthogonal polynomials over the runs (Forsythe 1957), since
// powers of ln N are nearly the same function over a budget's range.
func parabola(runs []run) (minimum, bool) {
	low, high := math.Inf(1), math.Inf(-1)
	var sum, mean, level, most float64
	for _, r := range runs {
		low, high = min(low, r.logN), max(high, r.logN)
		most = max(most, r.loss)
		sum += r.weight
	}
	centre, half := float64((low+high)/2), float64((high-low)/2)
	for _, r := range runs {
		mean += float64(r.weight / sum * ((r.logN - centre) / half))
		level += float64(r.weight / sum * r.loss)
	}
	t := func(r run) float64 { return (r.logN-centre)/half - mean }

	var t2, t3, slope float64
	for _, r := range runs {
		x, w := t(r), r.weight/sum
		t2 += float64(w * x * x)
		t3 += float64(w * x * x * x)
		slope += float64(w * x * (r.loss - level))
	}
	slope /= t2
	skew := t3 / t2
	second := func(x float64) float64 { return float64(x*x) - float64(skew*x) - t2 }
	var qq, qy float64
	for _, r := range runs {
		q, w := second(t(r)), r.weight/sum
		qq += float64(w * q * q)
		qy += float64(w * q * (r.loss - level))
	}
	bend := qy / qq
	if !finite(slope, bend, skew) || !(bend > flat*most) {
		return minimum{}, false
	}
	at := float64(skew/2) - slope/(2*bend)
	m := minimum{
		logN: centre + float64(half*(at+mean)), offCentre: at + mean,
		loss: level + float64(slope*at) + float64(bend*second(at)),
	}
	return m, finite(m.logN, m.offCentre, m.loss)
}

// inside tells whether the minimum lies between the smallest and the largest size.
func (m minimum) inside() bool { return m.offCentre > -1 && m.offCentre < 1 }
