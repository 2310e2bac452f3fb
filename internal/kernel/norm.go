package kernel

import "math"

// normEps is the epsilon of RMSNorm (rms_norm_eps of LlamaConfig).
const normEps = 1e-6

// AddNorm implements Backend.
func (c *cpuOperations) AddNorm(sum, y, rstd, x, delta, w Buffer) {
	t := &c.tasks.addNorm
	*t = addNorm{floats(sum), floats(y), floats(rstd), floats(x), floats(delta), floats(w)}
	c.split(t, rstd.Len(), 1)
}

// Normalize implements Backend.
func (c *cpuOperations) Normalize(y, sum, rstd, w Buffer) {
	t := &c.tasks.normalize
	*t = normalize{floats(y), floats(sum), floats(rstd), floats(w)}
	c.split(t, rstd.Len(), 1)
}

// NormBackward implements Backend. The gradient of the rows is split over rows, that of the weights over columns.
func (c *cpuOperations) NormBackward(dsum, dw, dy, sum, rstd, w Buffer, addRows, addWeights bool) {
	t := &c.tasks.normBackward
	*t = normBackward{floats(dsum), floats(dy), floats(sum), floats(rstd), floats(w), addRows}
	weight := &c.tasks.normWeight
	*weight = normWeight{floats(dw), floats(dy), floats(sum), floats(rstd), addWeights}
	c.order.await(0)
	c.split(weight, w.Len(), 16)
	c.order.pass()
	c.split(t, rstd.Len(), 1)
}

type addNorm struct {
	sum, y, rstd []float32 // (R,C), (R,C), (R)
	x, delta, w  []float32 // (R,C), (R,C) or nil, (C)
}

func (a *addNorm) part(_, from, to int) {
	c := len(a.w)
	eachRows(c, from, to, func(from, to int) {
		first, last := from*c, to*c
		sum := a.sum[first:last]
		if a.delta == nil {
			copy(sum, a.x[first:last])
		} else {
			current.add(sum, a.x[first:last], a.delta[first:last])
		}
		current.norms(a.y[first:last], sum, a.w, a.rstd[from:to])
	})
}

// eachRows runs f for some rows of c columns at a time, which stay in the first-level cache.
func eachRows(c, from, to int, f func(from, to int)) {
	const elements = 1 << 11
	rows := max(1, elements/c)
	for ; from < to; from += rows {
		f(from, min(from+rows, to))
	}
}

func addPortable(sum, x, y []float32) {
	x, y = x[:len(sum)], y[:len(sum)]
	for i := range sum {
		sum[i] = x[i] + y[i]
	}
}

// normsPortable gives each row of x its reciprocal root mean square 1/sqrt(mean(x²) + eps), and y = w * x * rstd.
func normsPortable(y, x, w, rstd []float32) {
	c := len(w)
	for r := range rstd {
		row := x[r*c:][:c]
		mean := dotPortable(row, row) / float32(c)
		rstd[r] = 1 / sqrt(mean+normEps)
		scaleRowPortable(y[r*c:][:c], row, w, rstd[r])
	}
}

// sqrt is correctly rounded: the float64 root of a float32 rounds to float32 as the exact root does.
func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// scaleRowPortable is y = w * x * rstd.
func scaleRowPortable(y, x, w []float32, rstd float32) {
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
		current.scaleRow(n.y[r*c:(r+1)*c], n.sum[r*c:(r+1)*c], n.w, n.rstd[r])
	}
}

// normBackward: with t = w * dy, dsum = rstd (t - x rstd² mean(t x)).
type normBackward struct {
	dsum, dy, sum, rstd, w []float32 // (R,C), (R,C), (R,C), (R), (C)
	accumulate             bool
}

func (n *normBackward) part(_, from, to int) {
	c := len(n.w)
	eachRows(c, from, to, func(from, to int) {
		first, last := from*c, to*c
		if !n.accumulate {
			clear(n.dsum[first:last])
		}
		current.normGradients(n.dsum[first:last], n.dy[first:last], n.sum[first:last], n.w, n.rstd[from:to])
	})
}

// normGradientsPortable is dx += rstd (t - x mean), with t = w dy and mean = rstd² Dot(t, x)/C in each row.
func normGradientsPortable(dx, dy, x, w, rstd []float32) {
	c := len(w)
	for r, rstd := range rstd {
		dx, dy, x := dx[r*c:][:c], dy[r*c:][:c], x[r*c:][:c]
		mean := float32(float32(rstd*rstd)*weightedDot(w, dy, x)) / float32(c)
		for i := range dx {
			dx[i] += float32(rstd * (float32(w[i]*dy[i]) - float32(x[i]*mean)))
		}
	}
}

// weightedDot is Dot of w dy and x.
func weightedDot(w, dy, x []float32) float32 {
	var l [lanes]float32
	for i, v := range w {
		l[i%lanes] += float32(float32(v*dy[i]) * x[i])
	}
	return join(&l)
}

// normWeight: dw = sum over rows of dy x rstd, in the order of the rows.
type normWeight struct {
	dw, dy, sum, rstd []float32 // (C), (R,C), (R,C), (R)
	accumulate        bool
}

func (n *normWeight) part(_, from, to int) {
	dw := n.dw[from:to]
	if !n.accumulate {
		clear(dw)
	}
	current.weightGradient(dw, n.dy[from:], n.sum[from:], n.rstd, len(n.dw))
}

// weightGradientPortable adds dy x rstd of rows, a stride apart, to dw.
func weightGradientPortable(dw, dy, x, rstd []float32, stride int) {
	for r, rstd := range rstd {
		dy, x := dy[r*stride:][:len(dw)], x[r*stride:][:len(dw)]
		for i := range dw {
			dw[i] += float32(dy[i] * float32(x[i]*rstd))
		}
	}
}
