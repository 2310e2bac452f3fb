package kernel

// attentionBlock is the number of queries whose scores are held at once. A block computes the scores of all keys up
// to its last query, and so skips most of the masked half. It changes no bit: the weights behind a query are 0.
const attentionBlock = 32

// Attention implements Backend. Threads share documents and heads.
func (c *CPU) Attention(out, stats, qkv Buffer, s AttentionShape) {
	t := &c.tasks.attention
	*t = attentionForward{floats(out), floats(stats), floats(qkv), s, c.scratch}
	c.split(t, s.Batch*s.Heads, 1)
}

// AttentionBackward implements Backend.
func (c *CPU) AttentionBackward(dqkv, dout, out, stats, qkv Buffer, s AttentionShape) {
	t := &c.tasks.attentionBackward
	*t = attentionBackward{floats(dqkv), floats(dout), floats(out), floats(stats), floats(qkv), s, c.scratch}
	c.split(t, s.Batch*s.Heads, 1)
}

// scoreScale is Size^-1/2.
func (s AttentionShape) scoreScale() float32 { return 1 / sqrt(float32(s.Size)) }

// head gives where the i-th of all heads begins in (B,T,C) and in q of (B,T,3C).
func (s AttentionShape) head(i int) (out, qkv int) {
	first, column := i/s.Heads*s.Time, i%s.Heads*s.Size
	return first*s.Width() + column, first*3*s.Width() + column
}

type attentionForward struct {
	out     []float32 // (B,T,C)
	stats   []float32 // (B,Heads,T,2): maximum and reciprocal sum
	qkv     []float32 // (B,T,3C)
	shape   AttentionShape
	scratch [][]float32 // (attentionBlock,T) of each thread
}

func (a *attentionForward) part(thread, from, to int) {
	for i := from; i < to; i++ {
		out, q := a.shape.head(i)
		stats := a.stats[2*a.shape.Time*i : 2*a.shape.Time*(i+1)]
		attend(a.out[out:], stats, a.qkv[q:], a.shape, a.scratch[thread])
	}
}

// attend is attention of one head over one document: out (T,Size) and qkv have row strides C and 3C.
func attend(out, stats, qkv []float32, s AttentionShape, weights []float32) {
	c, scale := s.Width(), s.scoreScale()
	k, v := qkv[c:], qkv[2*c:]
	for t := 0; t < s.Time; t += attentionBlock {
		end := min(t+attentionBlock, s.Time) // of queries and of keys
		rows := end - t
		MatMulStrided(weights, end, qkv[t*3*c:], 3*c, false, k, 3*c, true, rows, end, s.Size, false)
		for i := range rows {
			row := weights[i*end : (i+1)*end]
			seen := row[:t+i+1]
			top := Max(seen)
			inverse := 1 / expSum(seen, seen, top, scale)
			Scale(seen, seen, inverse)
			clear(row[t+i+1:])
			stats[2*(t+i)], stats[2*(t+i)+1] = top, inverse
		}
		MatMulStrided(out[t*c:], c, weights, end, false, v, 3*c, false, rows, s.Size, end, false)
	}
}

type attentionBackward struct {
	dqkv             []float32 // (B,T,3C)
	dout, out, stats []float32 // (B,T,C), (B,T,C), (B,Heads,T,2)
	qkv              []float32 // (B,T,3C)
	shape            AttentionShape
	scratch          [][]float32 // (2,attentionBlock,T) of each thread
}

func (a *attentionBackward) part(thread, from, to int) {
	for i := from; i < to; i++ {
		out, q := a.shape.head(i)
		stats := a.stats[2*a.shape.Time*i : 2*a.shape.Time*(i+1)]
		attendBackward(a.dqkv[q:], a.dout[out:], a.out[out:], stats, a.qkv[q:], a.shape, a.scratch[thread])
	}
}

// attendBackward is the twin of attend. It computes the weights p of a block of queries again, then their gradient
// dp = dout vᵀ, that of the scores ds = p (dp - dout·out) Size^-1/2, and those of v, q and k. Each element of the
// gradients of k and v is one chain over all queries.
func attendBackward(dqkv, dout, out, stats, qkv []float32, s AttentionShape, scratch []float32) {
	c, scale := s.Width(), s.scoreScale()
	k, v, dk, dv := qkv[c:], qkv[2*c:], dqkv[c:], dqkv[2*c:]
	clearRows(dk, 3*c, s.Time, s.Size)
	clearRows(dv, 3*c, s.Time, s.Size)
	for t := 0; t < s.Time; t += attentionBlock {
		end := min(t+attentionBlock, s.Time)
		rows := end - t
		p, dp := scratch[:rows*end], scratch[rows*end:2*rows*end]
		q, dq, do := qkv[t*3*c:], dqkv[t*3*c:], dout[t*c:]
		MatMulStrided(p, end, q, 3*c, false, k, 3*c, true, rows, end, s.Size, false)
		for i := range rows {
			row := p[i*end : (i+1)*end]
			attentionWeights(row, t+i+1, stats[2*(t+i):], scale)
		}
		MatMulStrided(dv, 3*c, p, end, true, do, c, false, end, s.Size, rows, true)
		MatMulStrided(dp, end, do, c, false, v, 3*c, true, rows, end, s.Size, false)
		for i := range rows {
			at := (t + i) * c
			d := Dot(dout[at:at+s.Size], out[at:at+s.Size])
			scoreGradient(dp[i*end:(i+1)*end], p[i*end:(i+1)*end], t+i+1, d, scale)
		}
		MatMulStrided(dq, 3*c, dp, end, false, k, 3*c, false, rows, s.Size, end, false)
		MatMulStrided(dk, 3*c, dp, end, true, q, 3*c, false, end, s.Size, rows, true)
	}
}

// attentionWeights turns a row of scores into weights again, with the bits of the forward pass: 0 from n on.
func attentionWeights(row []float32, n int, stats []float32, scale float32) {
	top, inverse := stats[0], stats[1]
	ExpAll(row, row[:n], top, scale)
	Scale(row, row[:n], inverse)
	clear(row[n:])
}

// scoreGradient replaces the gradient of the weights in row by that of the scores: p (dp - d) scale, 0 from n on.
func scoreGradient(row, p []float32, n int, d, scale float32) {
	p = p[:n]
	for i, dp := range row[:n] {
		row[i] = float32(p[i]*(dp-d)) * scale
	}
	clear(row[n:])
}
