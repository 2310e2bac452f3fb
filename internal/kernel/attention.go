package kernel

// attentionBlock is the number of keys whose scores are held at once in the backward pass. In the forward pass, it is that of queries
// which read the values up to the last one's: so they skip most of the masked half. It changes no bit: the weights behind a query
// are 0.
const attentionBlock = 32

// queryBlock is the number of queries whose scores are held at once in the forward pass.
const queryBlock = 64

// keptTime is the longest document whose weights are kept for the backward pass, which otherwise computes them again: their memory grows
// with its square.
const keptTime = 512

// AttentionStats implements Batcher: the weights of short documents are behind the statistics.
func (CPUDevice) AttentionStats(s AttentionShape) int {
	return s.Batch * s.Heads * (2*s.Time + s.keptWeights())
}

// AttentionStats implements Batcher.
func (c *CPU) AttentionStats(s AttentionShape) int { return CPUDevice{}.AttentionStats(s) }

// keptWeights is the number of a head's weights that are kept.
func (s AttentionShape) keptWeights() int {
	if s.Time > keptTime {
		return 0
	}
	return s.weightsFrom(s.Time + attentionBlock - 1)
}

// weightsFrom is where those of the block of keys begin that a key is in. Before it are the blocks of the keys before, each with a row of a
// whole block for every query from its first key on.
func (s AttentionShape) weightsFrom(key int) int {
	blocks := key / attentionBlock
	return attentionBlock * (blocks*s.Time - attentionBlock*blocks*(blocks-1)/2)
}

// kept are the statistics of the i-th of all heads, and its weights: nil where the buffer has no room for them.
func (s AttentionShape) kept(all []float32, i int) (stats, weights []float32) {
	heads := s.Batch * s.Heads
	stats, weights = all[2*s.Time*i:2*s.Time*(i+1)], all[2*s.Time*heads:]
	n := s.keptWeights()
	if n == 0 || len(weights) < heads*n {
		return stats, nil
	}
	return stats, weights[n*i : n*(i+1)]
}

// rowOfScores is how long the rows of some scores are: whole steps of 16, for functions that go over them in steps.
func rowOfScores(n int) int { return (n + lanes - 1) / lanes * lanes }

// Attention implements Backend. Threads share documents and heads.
func (c *cpuOperations) Attention(out, stats, qkv Buffer, s AttentionShape) {
	t := &c.tasks.attention
	*t = attentionForward{floats(out), floats(stats), floats(qkv), s, c.scratch}
	c.split(t, s.Batch*s.Heads, 1)
}

// AttentionBackward implements Backend.
func (c *cpuOperations) AttentionBackward(dqkv, dout, out, stats, qkv Buffer, s AttentionShape) {
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
	stats   []float32 // (B,Heads,T,2): maximum and reciprocal sum; then the weights that are kept
	qkv     []float32 // (B,T,3C)
	shape   AttentionShape
	scratch [][]float32 // of each thread
}

func (a *attentionForward) part(thread, from, to int) {
	for i := from; i < to; i++ {
		out, q := a.shape.head(i)
		stats, kept := a.shape.kept(a.stats, i)
		attend(a.out[out:], stats, kept, a.qkv[q:], a.shape, a.scratch[thread])
	}
}

// attend is attention of one head over one document: out (T,Size) and qkv have row strides C and 3C. Keys and values are packed
// once for all blocks of queries.
func attend(out, stats, kept, qkv []float32, s AttentionShape, scratch []float32) {
	c, scale, tiles := s.Width(), s.scoreScale(), current.tiles
	product := spaces.Get().(*space)
	defer spaces.Put(product)
	keys, scratch := tiles.packInto(scratch, right{x: qkv[c:], stride: 3 * c, transposed: true}, s.Size, s.Time)
	values, scratch := tiles.packInto(scratch, right{x: qkv[2*c:], stride: 3 * c}, s.Time, s.Size)
	for t := 0; t < s.Time; t += queryBlock {
		end := min(t+queryBlock, s.Time) // of queries and of keys
		rows, columns := end-t, rowOfScores(end)
		weights, queries := scratch[:rows*columns], left{x: qkv[t*3*c:], stride: 3 * c}
		if t > 0 {
			product.multiply(weights, columns, queries, keys, rows, t, s.Size, false)
		}
		product.seen(weights[t:], columns, queries, keys.from(t), rows, rows, s.Size)
		current.softmax(weights, stats[2*t:2*end], rows, columns, t+1, scale)
		if kept != nil {
			s.keep(kept, weights, t, rows, columns)
		}
		for from := t; from < end; from += attentionBlock {
			to := min(from+attentionBlock, end)
			product.multiply(out[from*c:], c, left{x: weights[(from-t)*columns:], stride: columns}, values, to-from, s.Size, to, false)
		}
	}
}

// keep copies the weights of some queries from the t-th on, whose rows have a number of columns, to where attendBackward reads them.
func (s AttentionShape) keep(kept, weights []float32, t, rows, columns int) {
	for key := 0; key < t+rows; key += attentionBlock {
		first := max(t, key) // query that sees a key of the block
		to, from := kept[s.weightsFrom(key)+(first-key)*attentionBlock:], weights[(first-t)*columns+key:]
		for i := range t + rows - first {
			if rest := columns - key; rest < attentionBlock {
				copy(to[i*attentionBlock:], from[i*columns:][:rest])
			} else {
				*(*[attentionBlock]float32)(to[i*attentionBlock:]) = *(*[attentionBlock]float32)(from[i*columns:])
			}
		}
	}
}

type attentionBackward struct {
	dqkv             []float32 // (B,T,3C)
	dout, out, stats []float32 // (B,T,C), (B,T,C), and what attentionForward left
	qkv              []float32 // (B,T,3C)
	shape            AttentionShape
	scratch          [][]float32 // of each thread
}

func (a *attentionBackward) part(thread, from, to int) {
	for i := from; i < to; i++ {
		out, q := a.shape.head(i)
		stats, kept := a.shape.kept(a.stats, i)
		attendBackward(a.dqkv[q:], a.dout[out:], a.out[out:], stats, kept, a.qkv[q:], a.shape, a.scratch[thread])
	}
}

// attendBackward is the twin of attend, with a block of keys at a time, and all queries that see any of them. It computes their
// weights p again where they aren't kept, then their gradient dp = dout vᵀ, that of the scores ds = p (dp - dout·out) Size^-1/2, and those of v, k and q.
// Rows of p and dp are those of a whole block. Each element of the gradient of q is one chain over all keys.
func attendBackward(dqkv, dout, out, stats, kept, qkv []float32, s AttentionShape, scratch []float32) {
	c, scale := s.Width(), s.scoreScale()
	product := spaces.Get().(*space)
	defer spaces.Put(product)
	d, scratch := scratch[:s.Time], scratch[s.Time:]
	current.dots(d, dout, out, s.Size, c)
	for t := 0; t < s.Time; t += attentionBlock {
		keys, queries := min(attentionBlock, s.Time-t), s.Time-t
		p, dp := scratch[:queries*attentionBlock], scratch[queries*attentionBlock:2*queries*attentionBlock]
		q, k, v := qkv[t*3*c:], qkv[t*3*c+c:], qkv[t*3*c+2*c:]
		dq, dk, dv, do := dqkv[t*3*c:], dqkv[t*3*c+c:], dqkv[t*3*c+2*c:], dout[t*c:]
		if kept != nil {
			p = kept[s.weightsFrom(t):]
		} else {
			product.seen(p, attentionBlock, left{x: q, stride: 3 * c}, right{x: k, stride: 3 * c, transposed: true}, queries, keys, s.Size)
			current.scoreWeights(p, stats[2*t:], queries, scale)
		}
		product.seen(dp, attentionBlock, left{x: do, stride: c}, right{x: v, stride: 3 * c, transposed: true}, queries, keys, s.Size)
		current.scoreGradients(dp, p, d[t:], queries, scale)
		weights, gradients := left{x: p, stride: attentionBlock}, left{x: dp, stride: attentionBlock}
		product.multiply(dq, 3*c, gradients, right{x: k, stride: 3 * c}, queries, s.Size, keys, t > 0)
		weights.transposed, gradients.transposed = true, true
		product.multiply(dv, 3*c, weights, right{x: do, stride: c}, keys, s.Size, queries, false)
		product.multiply(dk, 3*c, gradients, right{x: q, stride: 3 * c}, keys, s.Size, queries, false)
	}
}

// seen is the product of queries and keys that begin at the same place. Of the keys of a panel it computes the queries from the first
// key on: those before don't see them.
func (s *space) seen(scores []float32, stride int, queries left, keys right, m, n, size int) {
	width := attentionBlock
	if current.tiles != nil {
		width = current.tiles.columns
	}
	for j := 0; j < n; j += width {
		from := queries
		from.x = queries.x[j*queries.stride:]
		s.multiply(scores[j*stride+j:], stride, from, keys.from(j), m-j, min(width, n-j), size, false)
	}
}

// scoreWeightsPortable turns scores p of rows of queries and a block of keys into weights with the bits of the forward pass. The first
// query sees the first key, each further one a key more; for other keys p becomes 0. Stats are a query's maximum and reciprocal sum.
func scoreWeightsPortable(p, stats []float32, rows int, scale float32) {
	for i := range rows {
		p := p[i*attentionBlock:][:attentionBlock]
		top, inverse, n := stats[2*i], stats[2*i+1], min(i+1, attentionBlock)
		for j := range n {
			p[j] = Exp(float32((p[j]-top)*scale)) * inverse
		}
		clear(p[n:])
	}
}

// scoreGradientsPortable turns the gradients dp of the weights p of rows of queries and a block of keys into those of the scores:
// p (dp - d) scale, and 0 for keys that a query doesn't see.
func scoreGradientsPortable(dp, p, d []float32, rows int, scale float32) {
	for i := range rows {
		p, dp := p[i*attentionBlock:][:attentionBlock], dp[i*attentionBlock:][:attentionBlock]
		n := min(i+1, attentionBlock)
		for j := range n {
			dp[j] = float32(p[j]*(dp[j]-d[i])) * scale
		}
		clear(dp[n:])
	}
}
