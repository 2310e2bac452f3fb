package kernel

// Ignored is the label of a position without a target.
const Ignored = -1

// Buffer is an array of float32 on a backend's device. Only the backend that made it reads or writes it.
type Buffer interface {
	Len() int
	// Slice is the part [from, to) of the buffer, as a view of the same memory. It may allocate on the host: callers
	// slice once, not in every step.
	Slice(from, to int) Buffer
}

// IDs is an array of token ids or labels on a backend's device.
type IDs interface {
	Len() int
	Slice(from, to int) IDs
}

// AttentionShape is the shape of causal attention over documents: qkv is (B,T,3C) with C = Heads x Size, and holds
// for each position all heads of q, then of k, then of v.
type AttentionShape struct {
	Batch, Time, Heads, Size int
}

// Width is C, the columns of all heads together.
func (s AttentionShape) Width() int { return s.Heads * s.Size }

// Backend computes a model's operations on one device. Every forward operation has a backward twin, which computes
// the gradients of its inputs from the gradients of its outputs; gradients have the name of the value after a d.
//
// Operations are enqueued and may run later, in order; only Read waits for them. Arguments of an operation that vary
// from step to step are in buffers, so that a device can record a step once and replay it. Shapes are those of the
// buffers: R is the number of rows (positions of all documents of a batch), C the model's width. A buffer of the
// wrong size is a programming error and panics.
//
// Results are deterministic: the same operations on the same backend give the same bits. Outputs must not overlap
// inputs unless said otherwise. A Backend is for one goroutine at a time; it may use several threads of its own.
type Backend interface {
	// Numerics identifies the arithmetic: backends of one id compute the same bits.
	Numerics() string
	// NewBuffer and NewIDs make arrays of zeros. They fail where the device's memory is exhausted.
	NewBuffer(n int) (Buffer, error)
	NewIDs(n int) (IDs, error)
	// Allocated is the bytes that the backend holds on its device.
	Allocated() int64
	// Close frees the buffers and threads of the backend.
	Close() error

	Write(dst Buffer, src []float32)
	WriteIDs(dst IDs, src []int32)
	// Read waits for all operations enqueued so far and copies src. It returns what went wrong on the device.
	Read(dst []float32, src Buffer) error
	// Copy copies src to dst, both of one length.
	Copy(dst, src Buffer)
	// Replay runs enqueue, which for one key always enqueues the same operations with the same arguments and doesn't
	// Read. A backend may record them the first time, and replay the record afterwards without calling enqueue.
	Replay(key int, enqueue func())

	// Embed gives every id its row of the table: x (R,C), table (V,C).
	Embed(x, table Buffer, ids IDs)
	// EmbedBackward adds each row of dx to the row of dtable that its id names, in the order of the rows. Rows of
	// other ids aren't touched.
	EmbedBackward(dtable, dx Buffer, ids IDs)
	// EmbedClear zeroes the rows of dtable (V,C) that ids name, which have the gradients of the last step.
	EmbedClear(dtable Buffer, ids IDs, c int)

	// AddNorm is the residual connection with RMSNorm behind it (Zhang and Sennrich 2019, with the epsilon 1e-6 of
	// Llama): sum = x + delta, y = w * sum * rstd. All are (R,C) but w (C) and rstd (R). A nil delta is zero. Sum may
	// be x.
	AddNorm(sum, y, rstd, x, delta, w Buffer)
	// Normalize recomputes y from what AddNorm left.
	Normalize(y, sum, rstd, w Buffer)
	// NormBackward gives dsum and dw from dy; it adds to dsum where accumulate is set, since the residual goes on.
	NormBackward(dsum, dw, dy, sum, rstd, w Buffer, accumulate bool)

	// Product is c = op(a) op(b), or c += op(a) op(b), with op the transpose where asked for: c (M,N), op(a) (M,K),
	// op(b) (K,N), all row-major. Every element of c is one chain over K in index order.
	Product(c, a Buffer, transA bool, b Buffer, transB bool, m, n, k int, accumulate bool)

	// Rotate turns the queries and keys of qkv by rotary position embeddings (Su et al. 2021) in the rotate-half
	// layout: column i of a head pairs with column i + Size/2. Cos and sin are (T,Size/2). It works in place. Its
	// twin is itself with inverse set.
	Rotate(qkv, cos, sin Buffer, s AttentionShape, inverse bool)
	// Attention is causal softmax attention with scores scaled by Size^-1/2: out (B,T,C). Stats (B,Heads,T,2) takes
	// each row's maximum and reciprocal sum for the backward twin.
	Attention(out, stats, qkv Buffer, s AttentionShape)
	// AttentionBackward gives dqkv (B,T,3C) from dout, and from what Attention read and wrote.
	AttentionBackward(dqkv, dout, out, stats, qkv Buffer, s AttentionShape)

	// SwiGLU is the gated unit of Shazeer (2020): act (R,I) = silu(gate) * up, with gateUp (R,2I) holding gate, then
	// up, in each row.
	SwiGLU(act, gateUp Buffer, i int)
	// SwiGLUBackward gives dgateUp from dact, and act again.
	SwiGLUBackward(dgateUp, act, dact, gateUp Buffer, i int)

	// Loss is the cross-entropy of each row in nats, 0 where the label is Ignored: losses (R), y (R,C), w (C,V).
	// Logits are held in scratch only, which has room for one row of V or more.
	Loss(losses, y, w Buffer, labels IDs, scratch Buffer)
	// LossBackward is Loss with the gradients of scale[0] times the sum of all rows' losses: dy (R,C), dw (C,V).
	LossBackward(losses, dy, dw, y, w Buffer, labels IDs, scale, scratch Buffer)
	// Mean is dst[0] = scale[0] times the sum of losses.
	Mean(dst, losses, scale Buffer)

	// AdamW updates parameters p and their moments m and v by the gradient g. The factors are Update.Floats.
	AdamW(p, m, v, g, factors Buffer)
}
