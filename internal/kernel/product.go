package kernel

// Product implements Backend. Threads share the longer side of the output. One with the transpose of a is the gradient of a weight.
func (c *cpuOperations) Product(y, a Buffer, transA bool, b Buffer, transB bool, m, n, k int, accumulate bool) {
	lda, ldb := denseStrides(transA, transB, m, n, k)
	covers(floats(y), m, n, n, false)
	right := c.packed(b.(*cpuBuffer), rightOf(floats(b), ldb, transB, k, n), k, n)
	if transA {
		c.order.await(0)
		defer c.order.pass()
	}
	c.multiply(floats(y), n, leftOf(floats(a), lda, transA, m, k), right, m, n, k, accumulate)
}

// multiply is a product whose operands are as long as they must be; y's rows are ldy apart.
func (c *cpuOperations) multiply(y []float32, ldy int, a left, b right, m, n, k int, accumulate bool) {
	t := &c.tasks.product
	*t = productPart{y, ldy, a, b, m, n, k, accumulate, n > m}
	parts := 2
	if k > max(m, n) { // every part reads an operand that is larger than its output
		parts = 1
	}
	if t.columns {
		c.splitInto(parts, t, n, panelColumns)
	} else {
		c.splitInto(parts, t, m, 24) // rows of tiles of all heights
	}
}

// panelColumns is a multiple of the columns of all panels.
const panelColumns = 32

// productPart computes some rows, or some columns, of c (M,N).
type productPart struct {
	c          []float32
	ldc        int
	a          left
	b          right
	m, n, k    int
	accumulate bool
	columns    bool
}

func (p *productPart) part(_, from, to int) {
	c, a, b, m, n := p.c, p.a, p.b, p.m, p.n
	if p.columns {
		c, b, n = c[from:], b.from(from), to-from
	} else {
		row, _ := a.distances()
		c, m = c[from*p.ldc:], to-from
		a.x = a.x[from*row:]
	}
	s := spaces.Get().(*space)
	s.multiply(c, p.ldc, a, b, m, n, p.k, p.accumulate)
	spaces.Put(s)
}
