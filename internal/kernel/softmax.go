package kernel

// expSum sets y to exp(x - max x) and returns the sum of y. x and y may be the same.
func expSum(y, x []float32) float32 {
	m := Max(x)
	y = y[:len(x)]
	for i, v := range x {
		y[i] = Exp(v - m)
	}
	return Sum(y)
}
