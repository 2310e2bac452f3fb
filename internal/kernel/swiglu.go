package kernel

// SwiGLU implements Backend.
func (c *CPU) SwiGLU(act, gateUp Buffer, i int) {
	t := &c.tasks.swiglu
	*t = swigluForward{floats(act), floats(gateUp), i}
	c.split(t, act.Len()/i, 1)
}

// SwiGLUBackward implements Backend.
func (c *CPU) SwiGLUBackward(dgateUp, act, dact, gateUp Buffer, i int) {
	t := &c.tasks.swigluBackward
	*t = swigluBackward{floats(dgateUp), floats(act), floats(dact), floats(gateUp), i}
	c.split(t, act.Len()/i, 1)
}

type swigluForward struct {
	act, gateUp []float32 // (R,I), (R,2I)
	i           int
}

func (s *swigluForward) part(_, from, to int) {
	for r := from; r < to; r++ {
		gate, up := halves(s.gateUp, r, s.i)
		act := s.act[r*s.i : (r+1)*s.i]
		sigmoids(act, gate)
		for j, g := range gate {
			act[j] = float32(g*act[j]) * up[j]
		}
	}
}

type swigluBackward struct {
	dgateUp, act, dact, gateUp []float32 // (R,2I), (R,I), (R,I), (R,2I)
	i                          int
}

// With s = sigmoid(gate): silu' = s (1 + gate (1 - s)).
func (s *swigluBackward) part(_, from, to int) {
	for r := from; r < to; r++ {
		gate, up := halves(s.gateUp, r, s.i)
		dgate, dup := halves(s.dgateUp, r, s.i)
		act, dact := s.act[r*s.i:(r+1)*s.i], s.dact[r*s.i:(r+1)*s.i]
		sigmoids(act, gate)
		for j, g := range gate {
			sig := act[j]
			silu := g * sig
			act[j] = silu * up[j]
			dup[j] = dact[j] * silu
			slope := float32(sig * (1 + float32(g*(1-sig))))
			dgate[j] = float32(dact[j]*up[j]) * slope
		}
	}
}

// halves gives a row's first and second i columns of 2i.
func halves(x []float32, row, i int) (first, second []float32) {
	at := 2 * i * row
	return x[at : at+i : at+i], x[at+i : at+2*i : at+2*i]
}

// sigmoids writes 1/(1 + exp(-x)) to y.
func sigmoids(y, x []float32) {
	ExpAll(y, x, 0, -1)
	for i, e := range y[:len(x)] {
		y[i] = 1 / (1 + e)
	}
}
