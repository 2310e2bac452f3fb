package kernel

// runPortable is the plain twin of the tiles: four chains at a time, since each waits for its last step.
func (s *space) runPortable() {
	p, b, stride := &s.product, s.b.x, s.b.stride
	if s.b.transposed {
		b, stride = s.grow(p.k*p.n), p.n
		transposePortable(b, stride, s.b.x, s.b.stride, p.n, p.k)
	}
	aRow, aColumn := p.a.distances()
	for i := range p.m {
		row, a := p.c[i*p.ldc:][:p.n], p.a.x[i*aRow:]
		if !p.load {
			clear(row)
		}
		j := 0
		for ; j+4 <= p.n; j += 4 {
			chains((*[4]float32)(row[j:]), a, aColumn, b[j:], stride, p.k)
		}
		for ; j < p.n; j++ {
			for l := range p.k {
				row[j] = FMA(a[l*aColumn], b[l*stride+j], row[j])
			}
		}
	}
}

// chains continues four neighbours of C by k steps. Its accumulators are float32 values in float64, and its steps are
// fold, written out because the compiler doesn't inline it.
func chains(c *[4]float32, a []float32, aCol int, b []float32, ldb, k int) {
	c0, c1, c2, c3 := float64(c[0]), float64(c[1]), float64(c[2]), float64(c[3])
	for l := range k {
		x, y := float64(a[l*aCol]), (*[4]float32)(b[l*ldb:])
		p0, p1 := float64(x*float64(y[0])), float64(x*float64(y[1]))
		p2, p3 := float64(x*float64(y[2])), float64(x*float64(y[3]))
		s0, s1, s2, s3 := p0+c0, p1+c1, p2+c2, p3+c3
		if delicate(s0) {
			s0 = addOdd(p0, c0)
		}
		if delicate(s1) {
			s1 = addOdd(p1, c1)
		}
		if delicate(s2) {
			s2 = addOdd(p2, c2)
		}
		if delicate(s3) {
			s3 = addOdd(p3, c3)
		}
		c0, c1, c2, c3 = float64(float32(s0)), float64(float32(s1)), float64(float32(s2)), float64(float32(s3))
	}
	c[0], c[1], c[2], c[3] = float32(c0), float32(c1), float32(c2), float32(c3)
}
