package kernel

// Loss implements Backend.
func (c *cpuOperations) Loss(losses, y, w Buffer, labels IDs) {
	c.classify(classifier{losses: floats(losses), y: floats(y), labels: ids(labels)}, w)
}

// LossBackward implements Backend.
func (c *cpuOperations) LossBackward(losses, dy, dw, y, w Buffer, labels IDs, scale Buffer, accumulate bool) {
	c.classify(classifier{
		losses: floats(losses), dy: floats(dy), dw: floats(dw), y: floats(y), labels: ids(labels),
		scale: floats(scale)[0], accumulate: accumulate,
	}, w)
}

// classifier is the last product with the cross-entropy of its rows, and their gradients where dy and dw are there. It is at work on a
// slice of the rows, and on a stripe of its columns.
type classifier struct {
	losses []float32 // (R)
	dy, dw []float32 // (R,C), (C,V), or nil
	y      []float32 // (R,C)
	labels []int32   // (R)
	scale  float32

	logitShape
	logitSpace
	head, across right // w (C,V), and transposed
	first, n     int   // rows of the slice
	block, end   int   // blocks of the stripe
	accumulate   bool  // add to dw
}

// classify goes over the rows in slices whose logits fit the workspace. Each element of dw is one chain over all rows.
func (c *cpuOperations) classify(o classifier, weights Buffer) {
	rows := len(o.losses)
	width := len(o.y) / rows
	x, w, v := &c.tasks.classifier, weights.(*cpuBuffer), weights.Len()/width
	*x = o
	x.logitShape = logitShapeOf(v, width)
	x.end = x.stripe()
	slice := x.cut(c.logits, x.logitShape, rows)
	x.head = c.packed(w, right{x: w.x, stride: v}, width, v)
	if x.dy != nil {
		x.across = c.packed(w, right{x: w.x, stride: v, transposed: true}, v, width)
	}
	for x.first = 0; x.first < rows; x.first += slice {
		x.n = min(slice, rows-x.first)
		if x.whole() {
			c.split(wholeRows{x}, x.n, 12)
		} else {
			c.splitInto(4, logitProduct{x}, x.blocks, 1)
			c.split(logitExp{x}, x.n, 1)
		}
		if x.dy != nil {
			c.gradients(x, x.first+x.n == rows)
			x.accumulate = true
		}
	}
	*x = classifier{}
}

// gradients goes over the columns of a slice in stripes, which are in the cache for both products. Each element of dy is one chain over
// all columns. Each stripe of dw is a gradient by itself in the order of micro-batches, which the last slice has added to.
func (c *cpuOperations) gradients(x *classifier, last bool) {
	stripe := 0
	for x.block = 0; x.block < x.blocks; x.block = x.end {
		x.end = min(x.block+x.stripe(), x.blocks)
		if !x.whole() {
			c.split(gradientOfY{x}, x.n, 12)
		}
		c.order.await(stripe)
		c.split(gradientOfW{x}, x.to(x.end-1)-x.from(x.block), panelColumns)
		if last {
			c.order.pass()
		} else {
			stripe++
		}
	}
	x.block = 0
}

// wholeRows computes all of some rows while they are in the cache, but for their part in dw.
type wholeRows struct{ *classifier }

func (x wholeRows) part(thread, from, to int) {
	for ; from < to; from += wholeRowsAtOnce {
		x.rows(thread, from, min(to, from+wholeRowsAtOnce))
	}
}

// wholeRowsAtOnce is a multiple of the rows of tiles of all heights.
const wholeRowsAtOnce = 96

func (x wholeRows) rows(thread, from, to int) {
	s := spaces.Get().(*space)
	for block := range x.blocks {
		logitProduct(x).rows(s, block, from, to)
	}
	spaces.Put(s)
	logitExp(x).part(thread, from, to)
	if x.dy != nil {
		gradientOfY(x).part(thread, from, to)
	}
}

// logitsOf is the logits of a block from a row on.
func (x *classifier) logitsOf(block, row int) []float32 {
	return x.logits[(block*x.n+row)*x.columns:]
}

// gradientsOf is the gradients of the logits of a block in the stripe from a row on.
func (x *classifier) gradientsOf(block, row int) []float32 {
	return x.gradients[((block-x.block)*x.n+row)*x.columns:]
}

// yOf is y from a row of the slice on.
func (x *classifier) yOf(row int) []float32 { return x.y[(x.first+row)*x.c:] }

// logitProduct computes blocks of logits, and the largest logit of each row of a block.
type logitProduct struct{ *classifier }

func (x logitProduct) part(_, from, to int) {
	s := spaces.Get().(*space)
	for block := from; block < to; block++ {
		x.rows(s, block, 0, x.n)
	}
	spaces.Put(s)
}

func (x logitProduct) rows(s *space, block, from, to int) {
	first := x.from(block)
	columns := x.to(block) - first
	s.multiply(x.logitsOf(block, from), x.columns, left{x: x.yOf(from), stride: x.c}, x.head.from(first), to-from, columns, x.c, false)
	for r := from; r < to; r++ {
		x.tops[r*x.blocks+block] = Max(x.logitsOf(block, r)[:columns])
	}
}

// logitExp replaces the logits of rows by exp(logits - top), and computes the losses, log(sum(exp(logits))) - logits[label], and the
// factors that make gradients.
type logitExp struct{ *classifier }

func (x logitExp) part(_, from, to int) {
	for ; from < to; from += expRows {
		x.rows(from, min(to, from+expRows))
	}
}

// expRows is the rows that lie behind one another in a block and are read at once.
const expRows = 16

func (x logitExp) rows(from, to int) {
	var top, chosen [expRows]float32
	clear(x.sums[from*lanes : to*lanes])
	for r := from; r < to; r++ {
		top[r-from] = Max(x.tops[r*x.blocks:][:x.blocks])
		if label := x.labels[x.first+r]; label != Ignored {
			block, at := x.place(int(label))
			chosen[r-from] = x.logitsOf(block, r)[at]
		}
	}
	for block := range x.blocks {
		columns := x.to(block) - x.from(block)
		for r := from; r < to; r++ {
			if x.labels[x.first+r] != Ignored {
				row := x.logitsOf(block, r)[:columns]
				current.expLanes(row, row, top[r-from], 1, x.sumsOf(r))
			}
		}
	}
	for r := from; r < to; r++ {
		x.finish(r, join(x.sumsOf(r)), chosen[r-from]-top[r-from])
	}
}

// sumsOf is the sums of a row's lanes.
func (x logitExp) sumsOf(row int) *[lanes]float32 { return (*[lanes]float32)(x.sums[row*lanes:]) }

// finish writes the loss and the factor of a row.
func (x logitExp) finish(row int, sum, chosen float32) {
	if x.labels[x.first+row] == Ignored {
		x.losses[x.first+row] = 0
		return
	}
	x.losses[x.first+row] = Log(sum) - chosen
	x.factors[row] = x.scale / sum
}

// gradientOfY makes the gradients of some rows of logits in the stripe, and adds their products with w to dy. The rows' next block is
// read ahead.
type gradientOfY struct{ *classifier }

func (x gradientOfY) part(_, from, to int) {
	s := spaces.Get().(*space)
	for block := x.block; block < x.end; block++ {
		x.scaleRows(block, from, to)
		if block+1 < x.blocks && !x.whole() {
			s.next = x.logitsOf(block+1, from)[:(to-from)*x.columns]
		}
		columns := x.to(block) - x.from(block)
		s.multiply(x.dy[(x.first+from)*x.c:], x.c, left{x: x.gradientsOf(block, from), stride: x.columns}, x.across.fromStep(x.from(block)),
			to-from, x.c, columns, block > 0)
	}
	spaces.Put(s)
}

// scaleRows makes the gradients of some rows of a block: scale (softmax - one at the label).
func (x gradientOfY) scaleRows(block, from, to int) {
	columns := x.to(block) - x.from(block)
	for r := from; r < to; r++ {
		row, label := x.gradientsOf(block, r)[:columns], x.labels[x.first+r]
		if label == Ignored {
			clear(row)
			continue
		}
		Scale(row, x.logitsOf(block, r)[:columns], x.factors[r])
		if at := int(label) - x.from(block); at >= 0 && at < columns {
			row[at] -= x.scale
		}
	}
}

// gradientOfW computes dw of some columns of the stripe.
type gradientOfW struct{ *classifier }

func (x gradientOfW) part(_, from, to int) {
	s := spaces.Get().(*space)
	y := left{x: x.yOf(0), stride: x.c, transposed: true}
	for from < to {
		block, at := x.place(x.from(x.block) + from)
		columns := min(to-from, x.columns-at)
		s.multiply(x.dw[x.from(block)+at:], x.v, y, right{x: x.gradientsOf(block, 0)[at:], stride: x.columns}, x.c, columns, x.n, x.accumulate)
		from += columns
	}
	spaces.Put(s)
}

// Mean implements Backend.
func (c *CPU) Mean(dst, losses, scale Buffer) {
	floats(dst)[0] = Sum(floats(losses)) * floats(scale)[0]
}
