package kernel

// Rotate implements Backend.
func (c *cpuOperations) Rotate(qkv, cos, sin Buffer, s AttentionShape, inverse bool) {
	t := &c.tasks.rotate
	*t = rotate{floats(qkv), floats(cos), floats(sin), s, inverse}
	c.split(t, s.Batch*s.Time, 1)
}

type rotate struct {
	qkv      []float32 // (B,T,3C)
	cos, sin []float32 // (T,Size/2)
	shape    AttentionShape
	inverse  bool
}

func (o *rotate) part(_, from, to int) {
	c, half, sign := o.shape.Width(), o.shape.Size/2, float32(1)
	if o.inverse {
		sign = -1
	}
	for from < to {
		t := from % o.shape.Time
		rows := min(to-from, o.shape.Time-t)                                                                    // of this document
		current.turns(o.qkv[from*3*c:], o.cos[t*half:], o.sin[t*half:], rows, 2*o.shape.Heads, half, 3*c, sign) // heads of q, then of k
		from += rows
	}
}

// turnsPortable turns the pairs of the first heads of rows by the rows' angles, or with the sign -1 back.
func turnsPortable(x, cos, sin []float32, rows, heads, half, stride int, sign float32) {
	for r := range rows {
		row, cos, sin := x[r*stride:], cos[r*half:][:half], sin[r*half:][:half]
		for i := range heads {
			head := row[2*half*i:]
			turn(head[:half], head[half:2*half], cos, sin, sign)
		}
	}
}

// turn turns the pairs (x, y).
func turn(x, y, cos, sin []float32, sign float32) {
	y, sin = y[:len(x)], sin[:len(x)]
	for i, c := range cos[:len(x)] {
		s := sin[i] * sign
		a, b := x[i], y[i]
		x[i] = float32(a*c) - float32(b*s)
		y[i] = float32(b*c) + float32(a*s)
	}
}
