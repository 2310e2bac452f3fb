package kernel

// Rotate implements Backend.
func (c *CPU) Rotate(qkv, cos, sin Buffer, s AttentionShape, inverse bool) {
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
	c, half := o.shape.Width(), o.shape.Size/2
	for r := from; r < to; r++ {
		t := r % o.shape.Time
		cos, sin := o.cos[t*half:(t+1)*half], o.sin[t*half:(t+1)*half]
		heads := o.qkv[r*3*c : r*3*c+2*c] // of q, then of k
		for ; len(heads) > 0; heads = heads[2*half:] {
			rotateHead(heads[:half], heads[half:2*half], cos, sin, o.inverse)
		}
	}
}

// rotateHead turns the pairs (x, y) by the angles, or back.
func rotateHead(x, y, cos, sin []float32, inverse bool) {
	y, sin = y[:len(x)], sin[:len(x)]
	for i, c := range cos[:len(x)] {
		s := sin[i]
		if inverse {
			s = -s
		}
		a, b := x[i], y[i]
		x[i] = float32(a*c) - float32(b*s)
		y[i] = float32(b*c) + float32(a*s)
	}
}
