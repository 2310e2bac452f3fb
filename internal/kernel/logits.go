package kernel

// logitShape says how the logits of some rows lie: in blocks of columns, one behind the other, each with all rows. A block is small
// enough to stay in the second-level cache while it is at work. Few columns are one block, of fewer rows at a time.
type logitShape struct {
	v, c            int
	blocks, columns int // blocks, and columns of each but the last: a multiple of those of all panels
}

func logitShapeOf(v, c int) logitShape {
	if v <= stripeBlocks*blockK {
		return logitShape{v, c, 1, apart((v + panelColumns - 1) / panelColumns * panelColumns)}
	}
	return logitShape{v, c, (v + blockK - 1) / blockK, blockK}
}

// apart is a row's floats that aren't whole pages, where all rows would fall into few places of the cache.
func apart(n int) int {
	const page = 1024
	if n%page == 0 {
		return n + panelColumns
	}
	return n
}

// Bounds of the rows of logits that are held at once: where columns are more than a stripe, 384 rows, so that w and its gradient pass
// through the cache seldom; else 128, or more where half a megabyte holds them, which stays in the cache.
const (
	stripeBlocks = 4
	longRows     = 384
	shortRows    = 128
	shortFloats  = 1 << 17
)

func (s logitShape) mostRows() int {
	if s.whole() {
		return max(shortRows, shortFloats/s.v)
	}
	return longRows
}

// stripe is the blocks whose gradients are held at once.
func (s logitShape) stripe() int { return min(s.blocks, stripeBlocks) }

// whole tells whether a block holds all columns.
func (s logitShape) whole() bool { return s.blocks == 1 }

// from is a block's first column, and to is where it ends.
func (s logitShape) from(block int) int { return block * s.columns }
func (s logitShape) to(block int) int   { return min(s.v, (block+1)*s.columns) }

// place is the block of a column, and the column's place in it.
func (s logitShape) place(column int) (block, at int) { return column / s.columns, column % s.columns }

// row is the floats of a row: its logits, the largest of each block, lanes of a sum and a factor, and a stripe of gradients where those
// don't take the place of the logits.
func (s logitShape) row() int {
	n := s.blocks*(s.columns+1) + lanes + 1
	if !s.whole() {
		n += s.stripe() * s.columns
	}
	return n
}

// floats is the size of a workspace for up to some rows.
func (s logitShape) floats(rows int) int {
	return min(rows, s.mostRows()) * s.row()
}

// logitSpace is a workspace for some rows.
type logitSpace struct {
	logits, gradients   []float32 // (blocks,n,columns) of all blocks, and of a stripe's
	tops, sums, factors []float32 // (n,blocks), (n,lanes), (n)
}

// cut shares out a workspace, and returns the rows that it is for: about the same for all slices.
func (x *logitSpace) cut(memory []float32, s logitShape, rows int) int {
	take := func(n int) []float32 {
		part := memory[:n]
		memory = memory[n:]
		return part
	}
	most := min(s.mostRows(), len(memory)/s.row())
	slices := (rows + most - 1) / most
	n := (rows + slices - 1) / slices
	x.logits, x.tops, x.sums, x.factors = take(n*s.blocks*s.columns), take(n*s.blocks), take(n*lanes), take(n)
	x.gradients = x.logits
	if !s.whole() {
		x.gradients = take(n * s.stripe() * s.columns)
	}
	return n
}
