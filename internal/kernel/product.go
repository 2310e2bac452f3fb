package kernel

// Product splits the rows of y.
func (c *CPU) Product(y, x, w Buffer, rows, n, k int) {
	c.matMul(data(y), data(x), false, data(w), false, rows, n, k, false)
}

// ProductBackward gives both gradients.
func (c *CPU) ProductBackward(dx, dw, dy, x, w Buffer, rows, n, k int) {
	c.matMul(data(dx), data(dy), false, data(w), true, rows, k, n, false)
	c.matMul(data(dw), data(x), true, data(dy), false, k, n, rows, false)
}

// matMul is MatMul, split over the rows of C, or over its columns where these are more.
func (c *CPU) matMul(y, a []float32, transA bool, b []float32, transB bool, m, n, k int, accumulate bool) {
	if c.threads == 1 {
		MatMul(y, a, transA, b, transB, m, n, k, accumulate)
		return
	}
	lda, ldb := k, n
	if transA {
		lda = m
	}
	if transB {
		ldb = k
	}
	if m >= n {
		c.split(m, 8, func(_, low, high int) {
			from := low * lda
			if transA {
				from = low
			}
			MatMulStrided(y[low*n:], n, a[from:], lda, transA, b, ldb, transB, high-low, n, k, accumulate)
		})
		return
	}
	c.split(n, 32, func(_, low, high int) {
		from := low
		if transB {
			from = low * ldb
		}
		MatMulStrided(y[low:], n, a, lda, transA, b[from:], ldb, transB, m, high-low, k, accumulate)
	})
}
