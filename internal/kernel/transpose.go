package kernel

// transposePortable writes x, rows of some length that begin stride apart, as columns of y, whose rows begin ldy apart. It goes
// over both by small blocks, which stay in the cache.
func transposePortable(y []float32, ldy int, x []float32, stride, rows, length int) {
	const side = 16
	for i0 := 0; i0 < rows; i0 += side {
		for l0 := 0; l0 < length; l0 += side {
			transposeBlock(y[l0*ldy+i0:], ldy, x[i0*stride+l0:], stride, min(side, rows-i0), min(side, length-l0))
		}
	}
}

func transposeBlock(y []float32, ldy int, x []float32, stride, rows, length int) {
	for i := range rows {
		for l, v := range x[i*stride:][:length] {
			y[l*ldy+i] = v
		}
	}
}
