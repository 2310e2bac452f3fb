package kernel

// classifierElements bounds the logits that are held at once, with at least classifierRows rows: below that, the
// weights that each piece transposes would cost more than the product.
const (
	classifierElements = 1 << 17
	classifierRows     = 256
)

// Classifier computes losses only.
func (c *CPU) Classifier(losses, x, w Buffer, targets IDs, rows, h, v int) {
	c.pieces(rows, v, func(logits []float32, first, last int) {
		c.matMul(logits, data(x)[first*h:], false, data(w), false, last-first, v, h, false)
		c.split(last-first, 1, func(_, low, high int) {
			for i := low; i < high; i++ {
				data(losses)[first+i] = crossEntropy(logits[i*v:(i+1)*v], targets.(ids)[first+i])
			}
		})
	})
}

// ClassifierBackward computes losses and gradients piece by piece; dw is one chain over all rows.
func (c *CPU) ClassifierBackward(losses, dx, dw, x, w Buffer, targets IDs, rows, h, v int, scale float32) {
	c.pieces(rows, v, func(logits []float32, first, last int) {
		n := last - first
		c.matMul(logits, data(x)[first*h:], false, data(w), false, n, v, h, false)
		c.split(n, 1, func(_, low, high int) {
			for i := low; i < high; i++ {
				data(losses)[first+i] = crossEntropyBackward(logits[i*v:(i+1)*v], targets.(ids)[first+i], scale)
			}
		})
		c.matMul(data(dx)[first*h:], logits, false, data(w), true, n, h, v, false)
		c.matMul(data(dw), data(x)[first*h:], true, logits, false, h, v, n, first > 0)
	})
}

// pieces runs f over the rows, with memory for the logits of each piece.
func (c *CPU) pieces(rows, v int, f func(logits []float32, first, last int)) {
	n := min(rows, max(classifierRows, classifierElements/v))
	logits := c.scratch(0, n*v)
	for first := 0; first < rows; first += n {
		f(logits, first, min(first+n, rows))
	}
}

// crossEntropy is log Σ exp(logits) - logits[target], or 0 without a target. It changes the logits.
func crossEntropy(logits []float32, target int32) float32 {
	if target < 0 {
		return 0
	}
	m, t := Max(logits), logits[target]
	return Log(expSum(logits, logits)) + (m - t)
}

// crossEntropyBackward replaces the logits by scale · (softmax - one at the target), or 0 without a target.
func crossEntropyBackward(logits []float32, target int32, scale float32) float32 {
	if target < 0 {
		clear(logits)
		return 0
	}
	m, t := Max(logits), logits[target]
	sum := expSum(logits, logits)
	factor := scale / sum
	for i := range logits {
		logits[i] *= factor
	}
	logits[target] -= scale
	return Log(sum) + (m - t)
}

// Mean scales the sum of x, in the fixed tree.
func (c *CPU) Mean(dst Buffer, at int, x Buffer, n int, scale float32) {
	data(dst)[at] = Sum(data(x)[:n]) * scale
}
