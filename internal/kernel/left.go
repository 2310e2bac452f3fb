package kernel

import "unsafe"

// left is A, stored (m,k), or (k,m) where it is transposed.
type left struct {
	x          []float32
	stride     int
	transposed bool
}

// distances are those from one row to the next, and from one column to the next.
func (a left) distances() (row, column int) {
	if a.transposed {
		return 1, a.stride
	}
	return a.stride, 1
}

// farApart is how far the stored rows of A are apart that fall into few places of the cache: some pages for all steps of a block.
const farApart = 512

// rowsOfA is the part of A in some rows. Where many panels read rows that lie apart, they are copied behind one another: lines of the
// cache would be in one another's way.
func (x *block) rowsOfA(i, rows int) left {
	row, column := x.a.distances()
	a := left{x.a.x[i*row+x.l*column:], x.a.stride, x.a.transposed}
	switch {
	case x.n < 8*x.tiles.columns:
		return a
	case a.transposed && a.stride >= farApart:
		return x.copyOfA(a, x.k, rows)
	case !a.transposed && a.stride != x.k:
		return x.copyOfA(a, rows, x.k)
	}
	return a
}

// copyOfA copies some stored rows of A. Between them is a line of the cache, so that all places of it are used.
func (x *block) copyOfA(a left, rows, columns int) left {
	stride := columns + 16
	if len(x.ofA) < rows*stride {
		x.ofA = make([]float32, rows*stride)
	}
	for r := range rows {
		copy(x.ofA[r*stride:][:columns], a.x[r*a.stride:])
	}
	return left{x.ofA, stride, a.transposed}
}

// ahead is what tiles read ahead, and how many bytes in every pass of their loop: the rows of the next tile where rows lie behind one
// another; of columns, this panel's share of the next steps of B.
func (p *panel) ahead(n, height, from int) (first, step uintptr) {
	here := uintptr(unsafe.Pointer(&p.left.x[0]))
	passes := max(1, p.k/p.steps)
	switch {
	case len(p.next) > 0 && p.at > 0:
		return p.nextMemory(n * passes)
	case p.left.transposed:
		return p.nextSteps(here, n*passes)
	case p.left.stride > 2*p.k: // reading on leads elsewhere
		return here, 0
	}
	return here + uintptr((from+height)*p.left.stride*float), uintptr(height * p.k / passes * float)
}

// nextSteps is a panel's share of the next steps of B, which lie behind these.
func (p *panel) nextSteps(here uintptr, passes int) (first, step uintptr) {
	rest := p.product.k - p.l - p.k
	if rest <= 0 || p.block.b.packed != nil || p.block.b.transposed {
		return here, 0
	}
	share := min(rest, p.k) * p.block.b.stride * float / p.count
	next := uintptr(unsafe.Pointer(&p.block.b.x[(p.l+p.k)*p.block.b.stride]))
	return next + uintptr(share*p.at), uintptr(max(1, share/passes))
}

// nextMemory is a panel's share of what is wanted behind the product.
func (p *panel) nextMemory(passes int) (first, step uintptr) {
	share := len(p.next) * float / p.count
	return uintptr(unsafe.Pointer(&p.next[0])) + uintptr(share*p.at), uintptr(max(1, share/passes))
}
