package kernel

// Product implements Backend. Threads share the longer side of the output.
func (c *CPU) Product(y, a Buffer, transA bool, b Buffer, transB bool, m, n, k int, accumulate bool) {
	c.product(floats(y), floats(a), transA, floats(b), transB, m, n, k, accumulate)
}

func (c *CPU) product(y, a []float32, transA bool, b []float32, transB bool, m, n, k int, accumulate bool) {
	if c.threads == 1 {
		MatMul(y, a, transA, b, transB, m, n, k, accumulate)
		return
	}
	t := &c.tasks.product
	*t = productPart{y, a, b, transA, transB, m, n, k, accumulate, n > m}
	if t.columns {
		c.split(t, n, 32)
		return
	}
	c.split(t, m, 8)
}

// productPart computes some rows, or some columns, of c (M,N).
type productPart struct {
	c, a, b        []float32
	transA, transB bool
	m, n, k        int
	accumulate     bool
	columns        bool
}

func (p *productPart) part(_, from, to int) {
	c, a, b, m, n := p.c, p.a, p.b, p.m, p.n
	lda, ldb := p.k, p.n
	if p.transA {
		lda = p.m
	}
	if p.transB {
		ldb = p.k
	}
	if p.columns {
		c, b, n = c[from:], b[offset(from, ldb, p.transB):], to-from
	} else {
		c, a, m = c[from*p.n:], a[offset(from, lda, !p.transA):], to-from
	}
	MatMulStrided(c, p.n, a, lda, p.transA, b, ldb, p.transB, m, n, p.k, p.accumulate)
}

// offset is where a matrix's row begins, or its column.
func offset(i, stride int, row bool) int {
	if row {
		return i * stride
	}
	return i
}
