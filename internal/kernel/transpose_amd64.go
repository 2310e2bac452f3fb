//go:build !noasm

package kernel

// transposeVector is transposePortable with blocks of 8 by 8 elements in vectors.
func transposeVector(y []float32, ldy int, x []float32, stride, rows, length int) {
	whole := length &^ 7
	i := 0
	for ; i+8 <= rows && whole > 0; i += 8 {
		_, _ = y[(whole-1)*ldy+i+7], x[(i+7)*stride+whole-1]
		transposeAVX2(&y[i], uintptr(ldy*float), &x[i*stride], uintptr(stride*float), uintptr(whole/8))
	}
	if whole < length && i > 0 {
		transposePortable(y[whole*ldy:], ldy, x[whole:], stride, i, length-whole)
	}
	if i < rows {
		transposePortable(y[i:], ldy, x[i*stride:], stride, rows-i, length)
	}
}
