package kernel

import "math"

// lanes is the number of partial results of a reduction: lane i takes the elements i, i+16, i+32, ... in order. Then
// lanes i and i+8 are joined, of these i and i+4, i and i+2, i and i+1. This is the order of vectors of 16 float32 and
// of the usual halving of the last one, so that assembly and plain Go give the same bits.
const lanes = 16

// Sum returns the sum of x in the fixed order of 16 lanes.
func Sum(x []float32) float32 { return current.sum(x) }

// Dot returns the sum of the products x[i] y[i], each rounded before it is added, in the fixed order of 16 lanes. y is
// at least as long as x.
func Dot(x, y []float32) float32 { return current.dot(x, y[:len(x)]) }

// SumSquares returns Dot(x, x).
func SumSquares(x []float32) float32 { return current.dot(x, x) }

// Max returns the largest element of x, -Inf where there is none. NaN are passed over. Which zero is the larger one
// depends on the fixed order of 16 lanes.
func Max(x []float32) float32 { return current.max(x) }

func sumPortable(x []float32) float32 {
	var l [lanes]float32
	addLanes(&l, x)
	return join(&l)
}

// addLanes adds the elements of x to those of the lanes that take them.
func addLanes(l *[lanes]float32, x []float32) {
	for ; len(x) >= lanes; x = x[lanes:] {
		y := (*[lanes]float32)(x)
		for i := range l {
			l[i] += y[i]
		}
	}
	for i, v := range x {
		l[i] += v
	}
}

func dotPortable(x, y []float32) float32 {
	var l [lanes]float32
	for ; len(x) >= lanes; x, y = x[lanes:], y[lanes:] {
		u, v := (*[lanes]float32)(x), (*[lanes]float32)(y)
		for i := range l {
			l[i] += float32(u[i] * v[i])
		}
	}
	for i, v := range x {
		l[i] += float32(v * y[i])
	}
	return join(&l)
}

// dotsPortable are Dot of rows of x and y, a stride apart.
func dotsPortable(d, x, y []float32, columns, stride int) {
	for i := range d {
		d[i] = dotPortable(x[i*stride:][:columns], y[i*stride:])
	}
}

// join adds the lanes pairwise.
func join(l *[lanes]float32) float32 {
	for half := lanes / 2; half > 0; half /= 2 {
		for i := range half {
			l[i] += l[i+half]
		}
	}
	return l[0]
}

func maxPortable(x []float32) float32 {
	var l [lanes]float32
	for i := range l {
		l[i] = float32(math.Inf(-1))
	}
	for i, v := range x {
		if v > l[i%lanes] {
			l[i%lanes] = v
		}
	}
	for half := lanes / 2; half > 0; half /= 2 {
		for i := range half {
			if l[i+half] > l[i] {
				l[i] = l[i+half]
			}
		}
	}
	return l[0]
}
