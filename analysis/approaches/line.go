package approaches

import "math"

// line is ln N_opt = logG + exponent ln(C/6).
type line struct{ exponent, logG float64 }

// at is ln N_opt where ln C is given.
func (l line) at(compute float64) float64 {
	return l.logG + float64(l.exponent*(compute-math.Log(6)))
}

// place is a point of a line: ln C and ln N.
type place struct{ compute, logN float64 }

// through fits a line by ordinary least squares of ln N on ln C, every place alike, as sections 3.1 and 3.2 of the paper of
// Hoffmann et al. do. False says that the places have one compute. Least squares of ln D = ln(C/6) - ln N gives 1 - exponent
// and -logG.
func through(places []place) (line, bool) {
	x, y := middle(places)
	var xx, xy float64
	for _, p := range places {
		dx := p.compute - x
		xx += float64(dx * dx)
		xy += float64(dx * (p.logN - y))
	}
	if !(xx > 0) {
		return line{}, false
	}
	l := line{exponent: xy / xx}
	l.logG = y - float64(l.exponent*(x-math.Log(6)))
	return l, finite(l.exponent, l.logG)
}

// middle is the mean place, in logarithms: every line of least squares goes through it.
func middle(places []place) (compute, logN float64) {
	for _, p := range places {
		compute += p.compute
		logN += p.logN
	}
	n := float64(len(places))
	return compute / n, logN / n
}

func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
