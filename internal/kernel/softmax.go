package kernel

// expSum writes exp(scale (x - top)) to y, which may be x, and returns the sum of y. Top is the maximum of x, so that
// nothing overflows.
func expSum(y, x []float32, top, scale float32) float32 {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = Exp(float32((v - top) * scale))
	}
	return Sum(y)
}

// multiply scales x in place.
func multiply(x []float32, factor float32) {
	for i := range x {
		x[i] *= factor
	}
}
