package kernel

// CPUDevice is this machine's processor, with some threads for each cell.
type CPUDevice struct{ Threads int }

// Numerics is NumericsID.
func (d CPUDevice) Numerics() string { return NumericsID }

// Facts are none: records have the processor anyway.
func (d CPUDevice) Facts() Facts { return Facts{} }

// NewBackend makes a CPU.
func (d CPUDevice) NewBackend() (Backend, error) { return NewCPU(d.Threads), nil }

// Close does nothing.
func (d CPUDevice) Close() error { return nil }

// Bytes estimates the memory of a demand. It knows nothing of what a large model's documents take.
func (d CPUDevice) Bytes(want Demand) int64 {
	var n int64
	for _, g := range want.Groups {
		copies := int64(1)
		if g.Kind == Parameter || g.Kind == Moment { // in the snapshot
			copies = 2
		}
		for _, size := range g.Sizes {
			n += copies * int64(size)
		}
	}
	for _, g := range want.IDs {
		for _, size := range g.Sizes {
			n += int64(size)
		}
	}
	s := want.Shape
	n += s.logits() + s.head() + int64(max(1, d.Threads))*int64(s.scratch()) + s.packed()
	return 4 * n
}

// Prepare makes room for the logits of some rows, the head transposed, and the threads' rows.
func (c *CPU) Prepare(s Shape) error {
	c.logits, c.transposed = c.floats(int(s.logits())), c.floats(int(s.head()))
	for i := range c.scratch {
		c.scratch[i] = c.floats(s.scratch())
	}
	return nil
}

// logitRows bounds the rows of logits that are held at once, and logitFloats their size where rows are short: 128
// rows of 32,001 ids are 16 MB, and 512 of 256 ids half a megabyte, which stays in a processor's cache.
const (
	logitRows   = 128
	logitFloats = 1 << 17
)

func (s Shape) logits() int64 {
	rows := min(s.Rows(), max(logitRows, logitFloats/s.Vocab))
	return int64(rows) * int64(s.Vocab)
}

// head is the last product's matrix, which is transposed for its gradient.
func (s Shape) head() int64 { return int64(s.Vocab) * int64(s.Width()) }

// scratch is a thread's: the weights of a block of attention and their gradients, or a row.
func (s Shape) scratch() int { return max(2*attentionBlock*s.Time, s.Width()) }

// packed is the largest matrix of a layer, which MatMul transposes.
func (s Shape) packed() int64 { return int64(max(3*s.Width(), 2*s.Intermediate)) * int64(s.Width()) }
