package kernel

// SwiGLU splits over rows.
func (c *CPU) SwiGLU(out, gu Buffer, rows, i int) {
	c.split(rows, 1, func(_, low, high int) {
		for r := low; r < high; r++ {
			swiglu(data(out)[r*i:(r+1)*i], data(gu)[2*r*i:(2*r+1)*i], data(gu)[(2*r+1)*i:(2*r+2)*i])
		}
	})
}

// SwiGLUBackward splits over rows.
func (c *CPU) SwiGLUBackward(dgu, dout, gu Buffer, rows, i int) {
	c.split(rows, 1, func(_, low, high int) {
		for r := low; r < high; r++ {
			gate, up := 2*r*i, (2*r+1)*i
			swigluBackward(data(dgu)[gate:gate+i], data(dgu)[up:up+i], data(dout)[r*i:(r+1)*i], data(gu)[gate:gate+i], data(gu)[up:up+i])
		}
	})
}

// out = gate · sigmoid(gate) · up
func swiglu(out, gate, up []float32) {
	gate, up = gate[:len(out)], up[:len(out)]
	for i, g := range gate {
		out[i] = float32(g*sigmoid(g)) * up[i]
	}
}

// dgate = dout · up · s(1 + g(1 - s)), dup = dout · g · s, with s = sigmoid(g)
func swigluBackward(dgate, dup, dout, gate, up []float32) {
	for i, g := range gate {
		s := sigmoid(g)
		dup[i] = dout[i] * float32(g*s)
		dgate[i] = float32(dout[i]*up[i]) * float32(s*(1+float32(g*(1-s))))
	}
}

func sigmoid(x float32) float32 { return 1 / (1 + Exp(-x)) }
