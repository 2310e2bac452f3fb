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
	*t = normBackward{floats(dsum), floats(dy), floats(sum), floats(rstd), floats(w), accumulate}
	c.reserve(w.Len())
	t.scratch = c.scratch
	weight := &c.tasks.normWeight
	*weight = normWeight{floats(dw), floats(dy), floats(sum), floats(rstd)}
	c.split(weight, w.Len(), 16)
	c.split(t, rstd.Len(), 1)
}
