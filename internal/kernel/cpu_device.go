package kernel

// CPUDevice is this machine's processor, with some threads for each cell.
type CPUDevice struct {
	Threads int        // most of a cell
	Free    func() int // threads that a cell's next step may take, nil for all; called from the cells' goroutines
}

// Numerics is NumericsID.
func (d CPUDevice) Numerics() string { return NumericsID }

// Facts are none: records have the processor anyway.
func (d CPUDevice) Facts() Facts { return Facts{} }

// NewBackend makes a CPU.
func (d CPUDevice) NewBackend() (Backend, error) {
	c := NewCPU(d.Threads)
	c.free = d.Free
	return c, nil
}

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
	for _, lane := range want.Lanes {
		n += lane.logits()
	}
	s := want.Lanes[0]
	n += want.panels() + int64(d.threads())*(int64(s.scratch())+s.packed())
	return float * n
}

// LaneBytes is the part of Bytes that a lane takes. No memory is touched for lanes that no thread works in.
func (d CPUDevice) LaneBytes(want Demand, lane int) int64 {
	n := want.Lanes[lane].logits()
	for _, g := range want.Groups {
		if g.Kind != Activation && g.Kind != Statistic {
			continue
		}
		each := len(g.Sizes) / len(want.Lanes)
		for _, size := range g.Sizes[lane*each:][:each] {
			n += int64(size)
		}
	}
	return float * n
}

// panels is the floats of parameters packed as they stand and transposed: of all but the input embedding, which no product reads.
func (d Demand) panels() (n int64) {
	if current.tiles == nil {
		return 0
	}
	for _, g := range d.Groups {
		for _, size := range g.Sizes {
			if g.Kind == Parameter {
				n += 2 * int64(size)
			}
		}
	}
	s := d.Lanes[0]
	return max(0, n-2*int64(s.Vocab)*int64(s.Width()))
}

// Prepare makes room for the logits of some rows, and for what threads work with.
func (c *CPU) Prepare(lanes ...Shape) error {
	c.shapes = lanes
	c.logits = c.memory.floats(int(lanes[0].logits()))
	for i := range c.scratch {
		c.scratch[i] = c.memory.floats(lanes[0].scratch())
	}
	return nil
}

func (s Shape) logits() int64 {
	return int64(logitShapeOf(s.Vocab, s.Width()).floats(s.Rows()))
}

// scratch is a thread's. Attention holds the weights of a block of queries, and keys and values packed; its twin holds the weights
// of a block of keys, their gradients, and a number of each query.
func (s Shape) scratch() int {
	packed := current.tiles.packedSize(s.Time, s.Size) + current.tiles.packedSize(s.Size, s.Time)
	return max(queryBlock*rowOfScores(s.Time)+packed, 2*attentionBlock*s.Time+s.Time)
}

// packed is a product's blocks of B of a thread: none where products are not made of tiles.
func (s Shape) packed() int64 {
	if current.tiles == nil {
		return 0
	}
	return int64(min(blockK*blockN, max(3*s.Width(), 2*s.Intermediate)*blockK))
}
