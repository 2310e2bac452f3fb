package kernel

import "math"

// normEps is the epsilon of RMSNorm (rms_norm_eps of LlamaConfig).
const normEps = 1e-6

// AddNorm implements Backend.
func (c *CPU) AddNorm(sum, y, rstd, x, delta, w Buffer) {
	t := &c.tasks.addNorm
	*t = addNorm{floats(sum), floats(y), floats(rstd), floats(x), floats(delta), floats(w)}
	c.split(t, rstd.Len(), 1)
}

// Normalize implements Backend.
func (c *CPU) Normalize(y, sum, rstd, w Buffer) {
	t := &c.tasks.normalize
	*t = normalize{floats(y), floats(sum), floats(rstd), floats(w)}
	c.split(t, rstd.Len(), 1)
}

// NormBackward implements Backend. The gradient of the rows is split over rows, that of the weights over columns.
func (c *CPU) NormBackward(dsum, dw, dy, sum, rstd, w Buffer, accumulate bool) {
	t := &c.tasks.normBackward
	*t = normBackward{floats(dsum), floats(dy), floats(sum), floats(rstd), floats(w), accumulate, c.scratch}
	weight := &c.tasks.normWeight
	*weight = normWeight{floats(dw), floats(dy), floats(sum), floats(rstd)}
	c.split(weight, w.Len(), 16)
	c.split(t, rstd.Len(), 1)
}

type addNorm struct {
	sum, y, rstd []float32 // (R,C), (R,C), (R)
	x, delta, w  []float32 // (R,C), (R,C) or nil, (C)
}

func (a *addNorm) part(_, from, to int) {
	c := len(a.w)
	for r := from; r < to; r++ {
		row := a.sum[r*c : (r+1)*c]
		if a.delta == nil {
			copy(row, a.x[r*c:])
		} else {
			add(row, a.x[r*c:], a.delta[r*c:])
		}
		a.rstd[r] = reciprocalRMS(row)
		scaleRow(a.y[r*c:(r+1)*c], row, a.w, a.rstd[r])
	}
}

func add(sum, x, y []float32) {
	x, y = x[:len(sum)], y[:len(sum)]
	for i := range sum {
		sum[i] = x[i] + y[i]
	}
}

// reciprocalRMS is 1/sqrt(mean(x²) + eps).
func reciprocalRMS(x []float32) float32 {
	mean := SumSquares(x) / float32(len(x))
	return 1 / sqrt(mean+normEps)
}

// sqrt is correctly rounded: the float64 root of a float32 rounds to float32 as the exact root does.
func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// scaleRow is y = w * x * rstd.
func scaleRow(y, x, w []float32, rstd float32) {
	x, w = x[:len(y)], w[:len(y)]
	for i := range y {
		y[i] = w[i] * float32(x[i]*rstd)
	}
}

type normalize struct {
	y, sum, rstd, w []float32 // (R,C), (R,C), (R), (C)
}

func (n *normalize) part(_, from, to int) {
	c := len(n.w)
	for r := from; r < to; r++ {
		scaleRow(n.y[r*c:(r+1)*c], n.sum[r*c:(r+1)*c], n.w, n.rstd[r])
	}
}

// normBackward: with t = w * dy, dsum = rstd (t - x rstd² mean(t x)).
type normBackward struct {
	dsum, dy, sum, rstd, w []float32 // (R,C), (R,C), (R,C), (R), (C)
	accumulate             bool
	scratch                [][]float32 // (C) of each thread
}

func (n *normBackward) part(thread, from, to int) {
	c := len(n.w)
	t := n.scratch[thread][:c]
	for r := from; r < to; r++ {
		x, dx := n.sum[r*c:(r+1)*c], n.dsum[r*c:(r+1)*c]
		rstd := n.rstd[r]
		for i, dy := range n.dy[r*c : (r+1)*c] {
			t[i] = n.w[i] * dy
		}
		mean := float32(float32(rstd*rstd)*Dot(t, x)) / float32(c)
		if !n.accumulate {
			clear(dx)
		}
		for i := range dx {
			dx[i] += float32(rstd * (t[i] - float32(x[i]*mean)))
		}
	}
}

// normWeight: dw = sum over rows of dy x rstd, in the order of the rows.
type normWeight struct {
	dw, dy, sum, rstd []float32 // (C), (R,C), (R,C), (R)
}

func (n *normWeight) part(_, from, to int) {
	c, dw := len(n.dw), n.dw[from:to]
	clear(dw)
	for r, rstd := range n.rstd {
		dy, x := n.dy[r*c+from:r*c+to], n.sum[r*c+from:r*c+to]
		for i := range dw {
			dw[i] += float32(dy[i] * float32(x[i]*rstd))
		}
	}
}
