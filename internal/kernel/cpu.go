package kernel

import (
	"errors"
	"fmt"
	"sync/atomic"
)

// CPU computes operations on this machine's processor, in float32 with the bits of NumericsID. An operation has run
// when its method returns.
type CPU struct {
	cpuOperations            // of all threads together
	threads       int        // most of a step
	free          func() int // threads that a step may take, nil for all
	snapshot      cpuSnapshot

	shapes []Shape          // of the largest micro-batch of each lane
	lanes  []*cpuOperations // of one thread each
	turns  []counter        // of micro-batches
}

// NewCPU makes a backend of some threads; any number gives the same bits. With one thread no goroutine is started.
func NewCPU(threads int) *CPU {
	threads = max(1, threads)
	c := &CPU{threads: threads}
	c.active, c.memory, c.scratch = threads, &cpuMemory{}, make([][]float32, threads)
	if threads > 1 {
		c.team = newTeam(threads)
	}
	return c
}

// cpuOperations computes operations on some threads.
type cpuOperations struct {
	team    *team // nil with one thread
	active  int   // threads of this step
	memory  *cpuMemory
	scratch [][]float32 // of each thread
	logits  []float32   // of some rows
	tasks   tasks
	order   order // of a lane
}

// Numerics is NumericsID.
func (c *CPU) Numerics() string { return NumericsID }

// Allocated is the bytes of all buffers, of the workspaces and of the snapshot.
func (c *CPU) Allocated() int64 { return c.memory.allocated }

// Close ends the threads, and returns when they have ended. The backend and its buffers can't be used any more;
// a snapshot that is still open can be read.
func (c *CPU) Close() error {
	if c.team != nil {
		c.team.close()
		c.team = nil
	}
	c.memory.release()
	c.snapshot.free()
	return nil
}

// NewBuffers makes a group of buffers of zeros, with nothing between them.
func (c *CPU) NewBuffers(g Group) (whole Buffer, parts []Buffer, err error) {
	n := 0
	for _, size := range g.Sizes {
		if size < 0 {
			return nil, nil, fmt.Errorf("new buffers: %d elements", size)
		}
		n += size
	}
	all := &cpuBuffer{x: c.memory.floats(n)}
	if g.Kind == Parameter {
		all.group = &parameters{version: 1}
	}
	whole = all
	at := 0
	for _, size := range g.Sizes {
		parts = append(parts, whole.Slice(at, at+size))
		at += size
	}
	return whole, parts, nil
}

// NewIDs makes an array of n zeros.
func (c *CPU) NewIDs(_ Kind, n int) (IDs, error) {
	if n < 0 {
		return nil, fmt.Errorf("new ids: %d elements", n)
	}
	c.memory.allocated += 4 * int64(n)
	return &cpuIDs{make([]int32, n)}, nil
}

// Write copies src to dst.
func (c *CPU) Write(dst Buffer, src []float32) {
	copyAll(floats(dst), src)
	dst.(*cpuBuffer).changed()
}

// WriteIDs copies src to dst.
func (c *CPU) WriteIDs(dst IDs, src []int32) { copyAll(ids(dst), src) }

// Read copies src to dst. It never fails.
func (c *CPU) Read(dst []float32, src Buffer) error {
	copyAll(dst, floats(src))
	return nil
}

// Copy copies src to dst.
func (c *CPU) Copy(dst, src Buffer) { copyAll(floats(dst), floats(src)) }

// Replay calls enqueue, with as many threads as are free.
func (c *CPU) Replay(_ Step, enqueue func()) {
	if c.free != nil {
		c.active = max(1, min(c.threads, c.free()))
	}
	enqueue()
}

// Snapshot copies buffers. Its memory is kept for the next one.
func (c *CPU) Snapshot(of []Buffer) (Snapshot, error) {
	s := &c.snapshot
	if s.open.Load() {
		return nil, errors.New("snapshot: the last one is still open")
	}
	n := 0
	for _, b := range of {
		n += b.Len()
	}
	if len(s.memory) < n {
		c.memory.allocated += float * int64(n-len(s.memory))
		s.free()
		s.memory, s.release = allocate(n)
	}
	s.parts = s.parts[:0]
	s.open.Store(true)
	at := 0
	for _, b := range of {
		part := s.memory[at : at+b.Len()]
		copy(part, floats(b))
		s.parts, at = append(s.parts, part), at+b.Len()
	}
	return s, nil
}

type cpuSnapshot struct {
	memory  []float32
	release func() // or nil
	parts   [][]float32
	open    atomic.Bool
}

// free gives the memory back, unless somebody still reads it.
func (s *cpuSnapshot) free() {
	if s.release != nil && !s.open.Load() {
		s.release()
		s.release, s.memory = nil, nil
	}
}

func (s *cpuSnapshot) Read(dst []float32, i, from int) error {
	copyAll(dst, s.parts[i][from:from+len(dst)])
	return nil
}

func (s *cpuSnapshot) Close() { s.open.Store(false) }

func copyAll[T any](dst, src []T) {
	if len(dst) != len(src) {
		panic(fmt.Sprintf("kernel: copy of %d elements to %d", len(src), len(dst)))
	}
	copy(dst, src)
}

type cpuBuffer struct {
	x      []float32
	group  *parameters // that it belongs to, or nil
	panels [2]panels   // as B of products: as it stands, and transposed
}

func (b *cpuBuffer) Len() int { return len(b.x) }
func (b *cpuBuffer) Slice(from, to int) Buffer {
	return &cpuBuffer{x: b.x[from:to:to], group: b.group}
}

type cpuIDs struct{ x []int32 }

func (b *cpuIDs) Len() int               { return len(b.x) }
func (b *cpuIDs) Slice(from, to int) IDs { return &cpuIDs{b.x[from:to:to]} }

func floats(b Buffer) []float32 {
	if b == nil {
		return nil
	}
	return b.(*cpuBuffer).x
}

func ids(b IDs) []int32 { return b.(*cpuIDs).x }

const float = 4 // bytes
