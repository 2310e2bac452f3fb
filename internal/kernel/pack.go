package kernel

import "sync"

// space is a product at work, and memory for packed blocks of B.
type space struct {
	product
	block block
	x     []float32
	edge  []float32 // a panel of C
	ofA   []float32 // a block of A
	next  []float32 // what is wanted behind this product, to be read ahead, or nil
}

var spaces = sync.Pool{New: func() any { return new(space) }}

func (s *space) grow(n int) []float32 {
	if cap(s.x) < n {
		s.x = make([]float32, n)
	}
	return s.x[:n]
}

func (t *tiles) panels(n int) int { return (n + t.columns - 1) / t.columns }

func (t *tiles) packedSize(k, n int) int {
	if t == nil {
		return 0
	}
	return t.panels(n) * t.columns * k
}

// packInto rearranges a whole B for several products, which may use its first columns alone, and returns what is left of the
// memory. The plain twin of the tiles takes B as it stands.
func (t *tiles) packInto(memory []float32, b right, k, n int) (packed right, left []float32) {
	if t == nil {
		return b, memory
	}
	size := t.packedSize(k, n)
	b.packed, b.k, b.panels = memory[:size], k, t.panels(n)
	t.packPanels(b, n, 0, b.panels)
	return b, memory[size:]
}

// packPanels packs some of the panels of a whole B of n columns.
func (t *tiles) packPanels(b right, n, from, to int) {
	j := from * t.columns
	for l := 0; l < b.k; l += blockK {
		k := min(blockK, b.k-l)
		t.packBlock(b.packed[l*b.panels*t.columns+j*k:], b, l, k, j, min(n, to*t.columns)-j)
	}
}

// packBlock writes rows l to l+k and columns j to j+n of B as panels of a tile's columns, one behind the other, each (k,width).
// What is beyond the last column is left as it is.
func (t *tiles) packBlock(to []float32, b right, l, k, j, n int) {
	if b.transposed {
		t.packColumns(to, b, l, k, j, n)
		return
	}
	for first := 0; first < k; first += packedRows { // so that rows are read from end to end
		rows := min(packedRows, k-first)
		for at := 0; at < n; at += t.columns {
			t.copyRows(to[at*k+first*t.columns:][:rows*t.columns], b.x[(l+first)*b.stride+j+at:], b.stride, rows, min(t.columns, n-at))
		}
	}
}

// packedRows is the rows of B that are copied to one panel after another.
const packedRows = 16

func (t *tiles) packColumns(to []float32, b right, l, k, j, n int) {
	for at := 0; at < n; at += t.columns {
		current.transpose(to[at*k:][:t.columns*k], t.columns, b.x[(j+at)*b.stride+l:], b.stride, min(t.columns, n-at), k)
	}
}

// copyRows copies k rows of some columns into a panel: of all columns where they lie within b's memory.
func (t *tiles) copyRows(panel, b []float32, stride, k, columns int) {
	if t.packRows != nil && (k-1)*stride+t.columns <= cap(b) {
		t.packRows(&panel[0], &b[0], uintptr(stride*float), uintptr(k))
		return
	}
	for i := range k {
		copy(panel[i*t.columns:][:columns], b[i*stride:])
	}
}
