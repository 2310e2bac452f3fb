package kernel

// product is a matrix product in blocks (Goto and van de Geijn 2008): blockK steps of the chains at a time, so that a panel of
// B stays in the first-level cache and a block of A in the second. A further block continues the chains in C.
type product struct {
	c       []float32
	a       left
	b       right
	ldc     int
	m, n, k int  // at least 1
	load    bool // continue the chains in C
}

// right is B, stored (k,n), or (n,k) where it is transposed.
type right struct {
	x          []float32
	stride     int
	transposed bool
	packed     []float32 // its panels, or nil
	k, panels  int       // of packed
	first      int       // column that is the product's first
}

// from is B from a column on: that of a panel, where it is packed.
func (b right) from(column int) right {
	b.first += column
	if b.transposed {
		b.x = b.x[column*b.stride:]
	} else {
		b.x = b.x[column:]
	}
	return b
}

// fromStep is B from a step of the chains on: the first of a block, where it is packed.
func (b right) fromStep(l int) right {
	if b.packed != nil {
		b.packed, b.k = b.packed[l*b.panels*current.tiles.columns:], b.k-l
	}
	if b.transposed {
		b.x = b.x[l:]
	} else {
		b.x = b.x[l*b.stride:]
	}
	return b
}

// Sizes of blocks. A panel of blockK rows by 16 columns of B is 16 KiB, a block of A 64 KiB, and one of B at most 2 MiB.
const (
	blockK = 256
	blockA = 16 << 10 // elements
	blockN = 2048
)

// tiles is what computes a product, by panels of some columns.
type tiles struct {
	columns  int
	widths   []width                                       // from the fewest columns to all
	packRows func(to, from *float32, stride, rows uintptr) // of all columns, or nil
}

// width is functions for tiles of 1 to as many rows as there are, and of up to some columns.
type width struct {
	columns   int
	steps     int       // of a pass of their loop
	whole     bool      // they load and store all columns of C
	functions [2][]tile // for A stored (m,k) and (k,m)
}

func (t *tiles) rows() int { return len(t.widths[len(t.widths)-1].functions[0]) }

// of is the narrowest tiles for some columns of C, or where these are the edge of whole tiles, those that hold them.
func (t *tiles) of(columns int) (w *width, edge bool) {
	for i := range t.widths {
		if w := &t.widths[i]; columns == w.columns || columns < w.columns && !w.whole {
			return w, false
		}
	}
	for i := range t.widths {
		if columns < t.widths[i].columns {
			return &t.widths[i], true
		}
	}
	panic("kernel: no tile has so many columns")
}

// tile goes down a panel of C, some tiles of its number of rows, in up to its number of columns. Strides are in bytes: aStride is A's,
// and aTile leads from one tile's part of A to the next one's. It loads whole panels of B, whatever the number of columns. From ahead on
// it asks for memory that is wanted next, aheadStep bytes further in every pass of its loop.
type tile func(tiles, k uintptr, a *float32, aStride, aTile, ahead, aheadStep uintptr, b *float32, bRow uintptr, c *float32, cRow, columns uintptr, load bool)

// multiply computes a product. Operands are as long as they must be.
func (s *space) multiply(c []float32, ldc int, a left, b right, m, n, k int, load bool) {
	s.product = product{c, a, b, ldc, m, n, k, load}
	if t := current.tiles; t != nil {
		s.run(t)
	} else {
		s.runPortable()
	}
	s.product, s.next = product{}, nil
}

func (s *space) run(t *tiles) {
	for j := 0; j < s.n; j += blockN {
		for l := 0; l < s.k; l += blockK {
			x := &s.block
			*x = block{space: s, tiles: t, l: l, k: min(blockK, s.k-l), j: j, n: min(blockN, s.n-j)}
			if x.packs() {
				x.packed = s.grow(t.packedSize(x.k, x.n))
				t.packBlock(x.packed, s.b, l, x.k, j, x.n)
			}
			x.rows()
		}
	}
}

// block is some steps of the chains of some columns of C.
type block struct {
	*space
	tiles  *tiles
	l, k   int       // steps l to l+k
	j, n   int       // columns j to j+n
	packed []float32 // panels of B, or nil where B is read where it stands
	left   left      // the part of A in some rows and these steps
	count  int       // panels of all blocks of rows
	at     int       // the panel at work
}

// packs tells whether B is rearranged. Few rows of C don't pay for that.
func (x *block) packs() bool {
	return x.b.packed == nil && (x.b.transposed || x.m > 6*x.tiles.rows())
}

// rows covers all rows of C, some at a time, whose part of A stays in the cache.
func (x *block) rows() {
	most := x.height()
	x.count, x.at = (x.m+most-1)/most*x.tiles.panels(x.n), 0
	for i := 0; i < x.m; i += most {
		rows := min(most, x.m-i)
		x.left = x.rowsOfA(i, rows)
		for at := 0; at < x.n; at += x.tiles.columns {
			x.panel(i, rows, at)
			x.at++
		}
	}
}

// height is the rows of A that stay in the cache: of all blocks of rows about the same.
func (x *block) height() int {
	tile := x.tiles.rows()
	blocks := max(1, (x.m*x.k+blockA/2)/blockA)
	return (x.m/blocks + tile) / tile * tile
}

// panel covers some rows by at most a tile's columns.
func (x *block) panel(i, rows, at int) {
	columns := min(x.tiles.columns, x.n-at)
	b, stride := x.panelOf(at, columns)
	w, edge := x.tiles.of(columns)
	p := panel{x, w.functionsOf(x.a), w.steps, i, rows, columns, b, stride, x.c[i*x.ldc+x.j+at:], x.ldc, x.load || x.l > 0}
	if edge {
		p.atEdge()
	} else {
		p.run()
	}
}

// panel is some rows of C from i on, by the columns of a tile or fewer.
type panel struct {
	*block
	functions        []tile
	steps            int // of a pass of their loop
	i, rows, columns int
	b                *float32
	bStride          int
	c                []float32 // from the first row and column on
	ldc              int
	load             bool
}

// run goes down the panel in tiles of nearly equal numbers of rows.
func (p *panel) run() {
	t := heightsOf(p.rows, len(p.functions))
	if t.tall > 0 {
		p.down(t.tall, t.low+1, 0)
	}
	p.down(t.n-t.tall, t.low, t.tall*(t.low+1))
}

// heights are those of a panel's tiles: the first ones are a row taller than the others.
type heights struct{ n, tall, low int }

func heightsOf(rows, most int) heights {
	n := (rows + most - 1) / most
	return heights{n, rows % n, rows / n}
}

// down computes some tiles of a height, from a row of the panel on.
func (p *panel) down(n, height, from int) {
	row, _ := p.left.distances()
	ahead, step := p.ahead(n, height, from)
	p.functions[height-1](uintptr(n), uintptr(p.k), &p.left.x[from*row], uintptr(p.left.stride*float), uintptr(height*row*float), ahead, step,
		p.b, uintptr(p.bStride*float), &p.c[from*p.ldc], uintptr(p.ldc*float), uintptr(p.columns), p.load)
}

// atEdge runs whole tiles on a copy of C.
func (p *panel) atEdge() {
	c, ldc, width := p.c, p.ldc, p.tiles.columns
	if len(p.edge) < p.rows*width {
		p.edge = make([]float32, p.rows*width)
	}
	for r := range p.rows {
		copy(p.edge[r*width:][:p.columns], c[r*ldc:])
	}
	p.c, p.ldc = p.edge, width
	p.run()
	for r := range p.rows {
		copy(c[r*ldc:][:p.columns], p.edge[r*width:])
	}
}

func (w *width) functionsOf(a left) []tile {
	if a.transposed {
		return w.functions[1]
	}
	return w.functions[0]
}

// panelOf is where a panel of B begins, and its stride. Tiles load more columns than C has: where those lie behind the end of B's
// memory, the panel is packed.
func (x *block) panelOf(at, columns int) (panel *float32, stride int) {
	width := x.tiles.columns
	if x.packed != nil {
		return &x.packed[at*x.k], width
	}
	if x.b.packed != nil {
		return &x.b.packed[x.l*x.b.panels*width+(x.b.first+x.j+at)*min(blockK, x.b.k-x.l)], width
	}
	if first := x.l*x.b.stride + x.j + at; first+(x.k-1)*x.b.stride+width <= cap(x.b.x) {
		return &x.b.x[first], x.b.stride
	}
	packed := x.grow(width * x.k)
	x.tiles.packBlock(packed, x.b, x.l, x.k, x.j+at, columns)
	return &packed[0], width
}
