package kernel

// expSum writes exp(scale (x - top)) to y, which may be x, and returns the sum of y. Top is the maximum of x, so that
// nothing overflows.
func expSum(y, x []float32, top, scale float32) float32 {
	ExpAll(y, x, top, scale)
	return Sum(y[:len(x)])
}
