package kernel

// Loss implements Backend.
func (c *CPU) Loss(losses, y, w Buffer, labels IDs) {
	c.classify(classifier{losses: floats(losses), y: floats(y), w: floats(w), labels: ids(labels)})
}

// LossBackward implements Backend.
func (c *CPU) LossBackward(losses, dy, dw, y, w Buffer, labels IDs, scale Buffer) {
	c.classify(classifier{
		losses: floats(losses), dy: floats(dy), dw: floats(dw), y: floats(y), w: floats(w), labels: ids(labels),
		scale: floats(scale)[0],
	})
}

// classifier is the last product with the cross-entropy of its rows, and their gradients where dy and dw are there.
type classifier struct {
	losses     []float32 // (R)
	dy, dw     []float32 // (R,C), (C,V), or nil
	y, w       []float32 // (R,C), (C,V)
	labels     []int32   // (R)
	scale      float32
	transposed []float32 // w as (V,C), where dy is
}

// classify goes over the rows in slices whose logits fit the workspace. Each element of dw is one chain over all rows.
func (c *CPU) classify(o classifier) {
	rows := len(o.losses)
	width := len(o.y) / rows
	v := len(o.w) / width
	slice := len(c.logits) / v
	if o.dy != nil {
		o.transposed = transpose(&c.transposed, o.w, v, v, width)
	}
	for from := 0; from < rows; from += slice {
		to := min(from+slice, rows)
		n := to - from
		logits, y := c.logits[:n*v], o.y[from*width:to*width]
		c.product(logits, y, false, o.w, false, n, v, width, false)
		t := &c.tasks.crossEntropy
		*t = crossEntropyRows{o.losses[from:to], logits, o.labels[from:to], o.scale, o.dy != nil}
		c.split(t, n, 1)
		if o.dy == nil {
			continue
		}
		c.product(o.dy[from*width:to*width], logits, false, o.transposed, false, n, width, v, false)
		c.product(o.dw, y, true, logits, false, width, v, n, from > 0)
	}
}

type crossEntropyRows struct {
	losses   []float32 // (n)
	logits   []float32 // (n,V); becomes their gradient
	labels   []int32   // (n)
	scale    float32
	gradient bool
}

func (x *crossEntropyRows) part(_, from, to int) {
	v := len(x.logits) / len(x.losses)
	for r := from; r < to; r++ {
		x.losses[r] = crossEntropy(x.logits[r*v:(r+1)*v], x.labels[r], x.scale, x.gradient)
	}
}

// crossEntropy returns log(sum(exp(logits))) - logits[label], and replaces the logits by their gradient,
// scale (softmax - one at the label).
func crossEntropy(logits []float32, label int32, scale float32, gradient bool) float32 {
	if label == Ignored {
		if gradient {
			clear(logits)
		}
		return 0
	}
	top, chosen := Max(logits), logits[label]
	sum := expSum(logits, logits, top, 1)
	if gradient {
		Scale(logits, logits, scale/sum)
		logits[label] -= scale
	}
	return Log(sum) - (chosen - top)
}

// Mean implements Backend.
func (c *CPU) Mean(dst, losses, scale Buffer) {
	floats(dst)[0] = Sum(floats(losses)) * floats(scale)[0]
}
