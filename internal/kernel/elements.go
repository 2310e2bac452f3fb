package kernel

// Scale writes x[i] factor to y. y is at least as long as x, and may be x itself.
func Scale(y, x []float32, factor float32) { current.scale(y[:len(x)], x, factor) }

// expPortable writes Exp((x[i]-shift) scale) to y, each step rounded. y is at least as long as x, and may be x itself.
func expPortable(y, x []float32, shift, scale float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = Exp(float32((v - shift) * scale))
	}
}

func scalePortable(y, x []float32, factor float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = v * factor
	}
}
