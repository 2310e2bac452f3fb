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
		for j, g := range gate {
			act[j] = float32(g*sigmoid(g)) * up[j]
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
		for j, g := range gate {
			sig := sigmoid(g)
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

func sigmoid(x float32) float32 { return 1 / (1 + Exp(-x)) }
