package kernel

import (
	"errors"
	"fmt"
)

// Ignored is the label of a position without a target.
const Ignored = -1

// Kind is what the numbers of a buffer are. A device may hold each kind in a precision and in a place of its own.
type Kind uint8

// Kinds of buffers, and of ids.
const (
	Parameter  Kind = iota // changed by Write and AdamW alone, so that a backend may keep a copy in a lower precision
	Gradient               // of parameters
	Moment                 // of AdamW
	Activation             // values of positions, and their gradients
	Statistic              // a number or two of a row: a reciprocal root mean square, a maximum and a sum
	Loss                   // of rows and of steps
	Constant               // written by the host: tables of angles, factors of a step
	Token                  // ids that Embed reads
	Label                  // ids that Loss reads
)

// Group is buffers of one kind that lie behind one another.
type Group struct {
	Kind  Kind
	Sizes []int
}

// Shape is the largest batch of the operations to come: R = Batch x Time rows of C = Heads x Size columns.
type Shape struct {
	AttentionShape
	Intermediate int // I
	Vocab        int // V
}

// Demand is all that a training run holds on a device.
type Demand struct {
	Splits []Split // of the device
	Lanes  []Shape // the largest micro-batch of each lane, the first one's the largest of all
	Groups []Group
	IDs    []Group
}

// Device is what training runs on. A worker opens it once, and makes a backend for each cell. Its methods may be called
// from any goroutine.
type Device interface {
	// Numerics identifies the arithmetic: devices of one id compute the same bits.
	Numerics() string
	Batcher
	// Bytes is the memory that a backend takes for a demand on this device: the buffers, its workspaces, and one snapshot of
	// the parameters and moments.
	Bytes(Demand) int64
	// Facts say what the device is.
	Facts() Facts
	// NewBackend makes a backend without buffers.
	NewBackend() (Backend, error)
	Close() error
}

// Batcher says in what parts a device takes a batch, and what it keeps of one.
type Batcher interface {
	// Splits are the ways in which backends of a device take a batch, one or more. Backend.Split picks one of them for each step.
	Splits(batch Shape) []Split
	// AttentionStats is how many numbers of Attention's stats make its backward twin the fastest: at least 2 for each row and
	// head, and the same for each document. Bits don't depend on them.
	AttentionStats(AttentionShape) int
}

// Split is a way to take a batch: in micro-batches, over which gradients add up. Bits don't depend on it, since chains go on where the
// last micro-batch has left them.
type Split struct {
	Documents int // of a micro-batch, from 1 to all
	Lanes     int // micro-batches that are worked on at once, each in memory of its own (Backend.MicroBatches)
}

// LaneDocuments are the documents of the largest micro-batch in each lane, where a batch is taken in any of some ways.
func LaneDocuments(splits []Split) []int {
	var most []int
	for _, s := range splits {
		most = append(most, make([]int, max(0, s.Lanes-len(most)))...)
		for lane := range s.Lanes {
			most[lane] = max(most[lane], s.Documents)
		}
	}
	return most
}

// Facts are what a record says of the device that it was made on, where that isn't the processor.
type Facts struct {
	Name    string `json:"name"`    // as the driver says, such as NVIDIA H100 80GB HBM3
	Driver  string `json:"driver"`  // the version of the driver's interface, such as 12.4
	Kernels string `json:"kernels"` // sha256 of the kernels' text
	Memory  int64  `json:"memory"`  // bytes, all of the device's
}

// Errors of devices, to be found with errors.Is.
var (
	// ErrOutOfMemory is of NewBuffers, NewIDs, Prepare and Snapshot.
	ErrOutOfMemory = errors.New("out of memory on the device")
	// ErrDeviceLost says that a device doesn't compute any more: it has fallen off its bus, or a fault of its memory or of a
	// kernel has ended its context. Nothing that was on it can be read. What ran on it goes on elsewhere.
	ErrDeviceLost = errors.New("the device is lost")
	// ErrKernelFault is an ErrDeviceLost that a kernel of ours has brought about: it would do so again.
	ErrKernelFault = fmt.Errorf("%w by a fault of a kernel", ErrDeviceLost)
)

// Buffer is an array of numbers on a backend's device, float32 to its callers. Only the backend that made it reads or writes it.
type Buffer interface {
	Len() int
	// Slice is the part [from, to) of the buffer, as a view of the same memory. It may allocate on the host: callers
	// slice once, not in every step. A matrix begins where a buffer does: at NewBuffers' parts, or at 0 of them.
	Slice(from, to int) Buffer
}

// IDs is an array of token ids or labels on a backend's device.
type IDs interface {
	Len() int
	Slice(from, to int) IDs
}

// Snapshot is a copy of buffers that is read while their backend goes on, from any one goroutine.
type Snapshot interface {
	// Read copies numbers of the i-th buffer from a place on to dst. It waits for the copy, not for what was enqueued behind it.
	Read(dst []float32, i, from int) error
	// Close lets the backend take the next one.
	Close()
}

// Step names what is replayed: operations on a batch of some documents.
type Step struct {
	Training  bool
	Documents int
}

// AttentionShape is the shape of causal attention over documents: qkv is (B,T,3C) with C = Heads x Size, and holds
// for each position all heads of q, then of k, then of v.
type AttentionShape struct {
	Batch, Time, Heads, Size int
}

// Width is C, the columns of all heads together.
func (s AttentionShape) Width() int { return s.Heads * s.Size }

// Rows is R, the positions of all documents.
func (s AttentionShape) Rows() int { return s.Batch * s.Time }

// Backend computes a model's operations on one device. Every forward operation has a backward twin, which computes
// the gradients of its inputs from the gradients of its outputs; gradients have the name of the value after a d.
//
// Operations are enqueued and may run later, in order; only Read waits for them. What goes wrong on the device is an error of
// the next Read. Arguments of an operation that vary from step to step are in buffers, so that a device can record a step once
// and replay it. Shapes are those of the buffers: R is the number of rows (positions of all documents of a batch), C the model's
// width. A buffer of the wrong size is a programming error and panics.
//
// Results are deterministic: the same operations on backends of one Numerics id give the same bits. In which order a sum is
// taken, and whether products are rounded before they are added, is each id's own promise. Outputs must not overlap
// inputs unless said otherwise.
//
// A backend is for one goroutine at a time, which may be another one for each call; it brings its own threads, and contexts
// that belong to a thread.
type Backend interface {
	// Numerics identifies the arithmetic, as its device does.
	Numerics() string
	Batcher
	// Prepare makes room for the workspaces of operations on batches of up to a shape, that of each lane; further lanes are like the last.
	// It comes once, before the first operation: no operation allocates.
	Prepare(lanes ...Shape) error
	// NewBuffers makes a group of buffers of zeros, each where the device wants it to begin. Whole is all of them with what
	// lies between them, which stays zero: groups of equal sizes are laid out alike, so that wholes fit each other.
	NewBuffers(Group) (whole Buffer, parts []Buffer, err error)
	// NewIDs makes an array of zeros, of the kind Token or Label.
	NewIDs(kind Kind, n int) (IDs, error)
	// Allocated is the bytes that the backend holds on its device.
	Allocated() int64
	// Close frees the buffers and threads of the backend.
	Close() error

	// Write and WriteIDs enqueue a copy from the host. They have read src when they return.
	Write(dst Buffer, src []float32)
	WriteIDs(dst IDs, src []int32)
	// Read waits for all operations enqueued so far and copies src. It returns what went wrong on the device.
	Read(dst []float32, src Buffer) error
	// Snapshot copies buffers as they are behind the operations enqueued so far. It doesn't wait. Backends have room for one,
	// of the parameters and the moments; the last one must be closed.
	Snapshot(of []Buffer) (Snapshot, error)
	// Copy copies src to dst, both of one length.
	Copy(dst, src Buffer)
	// Replay runs enqueue, which for one key always enqueues the same operations with the same arguments: Copy and those
	// below, nothing else of the backend. A backend may record them the first time, and replay the record afterwards
	// without calling enqueue.
	Replay(key Step, enqueue func())

	// Split picks from a device's Splits what is best for the step at hand, within Replay.
	Split([]Split) Split
	// MicroBatches runs f for each of n micro-batches of a batch, some at once, each with operations of its own. Micro-batches of one lane,
	// of so many at most, run one after another, and may have the same memory. Results are those of all micro-batches one after
	// another: what adds to gradients of parameters (EmbedBackward, NormBackward, LossBackward, and Product with the transpose of a)
	// waits for the same of the micro-batch before. So all enqueue the same operations, of as many documents or fewer.
	MicroBatches(n, lanes int, f func(o Operations, i, lane int))

	Operations // of the whole batch
	// EmbedClear zeroes the rows of dtable (V,C) that ids name, which have the gradients of the last step.
	EmbedClear(dtable Buffer, ids IDs, c int)
	// Mean is dst[0] = scale[0] times the sum of losses.
	Mean(dst, losses, scale Buffer)

	// AdamW updates parameters p and their moments m and v by the gradient g, wholes of groups of equal sizes. The factors are
	// Update.Floats.
	AdamW(p, m, v, g, factors Buffer)
}

// Operations take documents through a model, forward and backward, as Backend says.
type Operations interface {
	// Embed gives every id its row of the table: x (R,C), table (V,C).
	Embed(x, table Buffer, ids IDs)
	// EmbedBackward adds each row of dx to the row of dtable that its id names. Rows of other ids aren't touched.
	EmbedBackward(dtable, dx Buffer, ids IDs)

	// AddNorm is the residual connection with RMSNorm behind it (Zhang and Sennrich 2019, with the epsilon 1e-6 of
	// Llama): sum = x + delta, y = w * sum * rstd. All are (R,C) but w (C) and rstd (R). A nil delta is zero. Sum may
	// be x.
	AddNorm(sum, y, rstd, x, delta, w Buffer)
	// Normalize recomputes y from what AddNorm left.
	Normalize(y, sum, rstd, w Buffer)
	// NormBackward gives dsum and dw from dy. It adds to dsum where addRows is set, since the residual goes on, and to dw where
	// addWeights is set, in a further micro-batch.
	NormBackward(dsum, dw, dy, sum, rstd, w Buffer, addRows, addWeights bool)

	// Product is c = op(a) op(b), or c += op(a) op(b), with op the transpose where asked for: c (M,N), op(a) (M,K),
	// op(b) (K,N), all row-major.
	Product(c, a Buffer, transA bool, b Buffer, transB bool, m, n, k int, accumulate bool)

	// Rotate turns the queries and keys of qkv by rotary position embeddings (Su et al. 2021) in the rotate-half
	// layout: column i of a head pairs with column i + Size/2. Cos and sin are (T,Size/2). It works in place. Its
	// twin is itself with inverse set.
	Rotate(qkv, cos, sin Buffer, s AttentionShape, inverse bool)
	// Attention is causal softmax attention with scores scaled by Size^-1/2: out (B,T,C). Stats (B,Heads,T,2) takes
	// each row's maximum and reciprocal sum for the backward twin, and has room behind them for what else the device
	// keeps: it is as long as AttentionStats says, or as these are.
	Attention(out, stats, qkv Buffer, s AttentionShape)
	// AttentionBackward gives dqkv (B,T,3C) from dout, and from what Attention read and wrote.
	AttentionBackward(dqkv, dout, out, stats, qkv Buffer, s AttentionShape)

	// SwiGLU is the gated unit of Shazeer (2020): act (R,I) = silu(gate) * up, with gateUp (R,2I) holding gate, then
	// up, in each row.
	SwiGLU(act, gateUp Buffer, i int)
	// SwiGLUBackward gives dgateUp from dact, and act again.
	SwiGLUBackward(dgateUp, act, dact, gateUp Buffer, i int)

	// Loss is the cross-entropy of each row in nats, 0 where the label is Ignored: losses (R), y (R,C), w (C,V).
	// Logits are held for some rows at a time.
	Loss(losses, y, w Buffer, labels IDs)
	// LossBackward is Loss with the gradients of scale[0] times the sum of all rows' losses: dy (R,C), dw (C,V). It adds to dw
	// where accumulate is set, in a further micro-batch.
	LossBackward(losses, dy, dw, y, w Buffer, labels IDs, scale Buffer, accumulate bool)
}
