package kernel

import "math"

// attentionBlock is the number of queries whose rows of the score matrix are held at once.
const attentionBlock = 64

// Attention splits over documents and heads.
func (c *CPU) Attention(out, qkv Buffer, s Heads) {
	c.split(s.Batch*s.Count, 1, func(thread, low, high int) {
		p := c.scratch(thread, attentionBlock*s.Length)
		for i := low; i < high; i++ {
			at := headOf(s, i)
			attention(data(out)[at.out:], data(qkv)[at.qkv:], s, p)
		}
	})
}

// AttentionBackward splits over documents and heads.
func (c *CPU) AttentionBackward(dqkv, dout, qkv Buffer, s Heads) {
	c.split(s.Batch*s.Count, 1, func(thread, low, high int) {
		work := c.scratch(thread, 2*attentionBlock*s.Length)
		for i := low; i < high; i++ {
			at := headOf(s, i)
			attentionBackward(data(dqkv)[at.qkv:], data(dout)[at.out:], data(qkv)[at.qkv:], s, work[:len(work)/2], work[len(work)/2:])
		}
	})
}

// headAt is where one head of one document begins in (rows,h) and in (rows,3h).
type headAt struct{ out, qkv int }

func headOf(s Heads, i int) headAt {
	document, head := i/s.Count, i%s.Count
	row := document * s.Length
	return headAt{out: row*s.Hidden() + head*s.Size, qkv: row*3*s.Hidden() + head*s.Size}
}

// attention computes one head of one document: out(T,size) = softmax(q kᵀ / sqrt(size)) v, each position over itself
// and those before. p holds a block's rows of the softmax.
func attention(out, qkv []float32, s Heads, p []float32) {
	h, k, v := s.Hidden(), qkv[s.Hidden():], qkv[2*s.Hidden():]
	for first := 0; first < s.Length; first += attentionBlock {
		last := min(first+attentionBlock, s.Length)
		attentionWeights(p, qkv, k, s, first, last)
		MatMulStrided(out[first*h:], h, p, last, false, v, 3*h, false, last-first, s.Size, last, false)
	}
}

// attentionWeights fills p(last-first, last) with the softmax of queries first to last over keys 0 to last; a weight
// of a later position is 0.
func attentionWeights(p, q, k []float32, s Heads, first, last int) {
	h := s.Hidden()
	MatMulStrided(p, last, q[first*3*h:], 3*h, false, k, 3*h, true, last-first, last, s.Size, false)
	scale := 1 / float32(math.Sqrt(float64(s.Size)))
	for i := first; i < last; i++ {
		row := p[(i-first)*last : (i-first+1)*last]
		softmax(row[:i+1], scale)
		clear(row[i+1:])
	}
}

// softmax replaces x by exp(scale·x) over its sum.
func softmax(x []float32, scale float32) {
	for i := range x {
		x[i] *= scale
	}
	inverse := 1 / expSum(x, x)
	for i := range x {
		x[i] *= inverse
	}
}

// attentionBackward computes the gradients of one head's q, k and v. The softmax is made again, block by block; keys'
// and values' gradients are chains over the queries in order.
func attentionBackward(dqkv, dout, qkv []float32, s Heads, p, dp []float32) {
	h, n := s.Hidden(), s.Length
	k, v, dk, dv := qkv[h:], qkv[2*h:], dqkv[h:], dqkv[2*h:]
	clearRows(dk, 3*h, n, s.Size)
	clearRows(dv, 3*h, n, s.Size)
	scale := 1 / float32(math.Sqrt(float64(s.Size)))
	for first := 0; first < n; first += attentionBlock {
		last := min(first+attentionBlock, n)
		rows := last - first
		attentionWeights(p, qkv, k, s, first, last)
		MatMulStrided(dv, 3*h, p, last, true, dout[first*h:], h, false, last, s.Size, rows, true)
		MatMulStrided(dp, last, dout[first*h:], h, false, v, 3*h, true, rows, last, s.Size, false)
		for i := range rows {
			softmaxBackward(dp[i*last:(i+1)*last], p[i*last:(i+1)*last], first+i+1, scale)
		}
		MatMulStrided(dqkv[first*3*h:], 3*h, dp, last, false, k, 3*h, false, rows, s.Size, last, false)
		MatMulStrided(dk, 3*h, dp, last, true, qkv[first*3*h:], 3*h, false, last, s.Size, rows, true)
	}
}

// softmaxBackward replaces dp by the gradient of the scores before scaling: scale · p · (dp - Σ p·dp) over the first n
// elements, 0 for the rest.
func softmaxBackward(dp, p []float32, n int, scale float32) {
	clear(dp[n:])
	dp, p = dp[:n], p[:n]
	d := Dot(dp, p)
	for i := range dp {
		dp[i] = float32(p[i]*(dp[i]-d)) * scale
	}
}
