package kernel

// SwiGLU implements Backend.
func (c *cpuOperations) SwiGLU(act, gateUp Buffer, i int) {
	t := &c.tasks.swiglu
	*t = swigluForward{floats(act), floats(gateUp), i}
	c.split(t, act.Len()/i, 1)
}

// SwiGLUBackward implements Backend.
func (c *cpuOperations) SwiGLUBackward(dgateUp, act, dact, gateUp Buffer, i int) {
	t := &c.tasks.swigluBackward
	*t = swigluBackward{floats(dgateUp), floats(act), floats(dact), floats(gateUp), i}
	c.split(t, act.Len()/i, 1)
}

type swigluForward struct {
	act, gateUp []float32 // (R,I), (R,2I)
	i           int
}

func (s *swigluForward) part(_, from, to int) {
	current.gates(s.act[from*s.i:to*s.i], s.gateUp[2*from*s.i:2*to*s.i], to-from, s.i)
}

// gatesPortable is act = silu(gate) up, with gate and up side by side in each row.
func gatesPortable(act, gateUp []float32, rows, columns int) {
	for r := range rows {
		gate, up := halves(gateUp, r, columns)
		gateRow(act[r*columns:][:columns], gate, up)
	}
}

// gateRow is act = silu(gate) up.
func gateRow(act, gate, up []float32) {
	sigmoids(act, gate)
	gate, up = gate[:len(act)], up[:len(act)]
	for j, g := range gate {
		act[j] = float32(g*act[j]) * up[j]
	}
}

type swigluBackward struct {
	dgateUp, act, dact, gateUp []float32 // (R,2I), (R,I), (R,I), (R,2I)
	i                          int
}

func (s *swigluBackward) part(_, from, to int) {
	single, double := func(x []float32) []float32 { return x[from*s.i : to*s.i] }, func(x []float32) []float32 { return x[2*from*s.i : 2*to*s.i] }
	current.gateGradients(double(s.dgateUp), single(s.act), single(s.dact), double(s.gateUp), to-from, s.i)
}

// gateGradientsPortable gives the gradients of gate and up side by side in each row, and act again.
func gateGradientsPortable(dgateUp, act, dact, gateUp []float32, rows, columns int) {
	for r := range rows {
		gate, up := halves(gateUp, r, columns)
		dgate, dup := halves(dgateUp, r, columns)
		gateGradientRow(dgate, dup, act[r*columns:][:columns], dact[r*columns:], gate, up)
	}
}

// gateGradientRow gives the gradients of gate and up, and act again. With s = sigmoid(gate): silu' = s (1 + gate (1 - s)).
func gateGradientRow(dgate, dup, act, dact, gate, up []float32) {
	sigmoids(act, gate)
	n := len(dgate)
	dup, act, dact, up = dup[:n], act[:n], dact[:n], up[:n]
	for j, g := range gate[:n] {
		sig := act[j]
		silu := g * sig
		act[j] = silu * up[j]
		dup[j] = dact[j] * silu
		slope := float32(sig * (1 + float32(g*(1-sig))))
		dgate[j] = float32(dact[j]*up[j]) * slope
	}
}

// halves gives a row's first and second i columns of 2i.
func halves(x []float32, row, i int) (first, second []float32) {
	at := 2 * i * row
	return x[at : at+i : at+i], x[at+i : at+2*i : at+2*i]
}

// sigmoids writes 1/(1 + exp(-x)) to y.
func sigmoids(y, x []float32) {
	expPortable(y, x, 0, -1)
	for i, e := range y[:len(x)] {
		y[i] = 1 / (1 + e)
	}
}
