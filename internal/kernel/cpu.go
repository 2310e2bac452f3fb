package kernel

import (
	"fmt"
	"sync"
)

// CPU computes operations on this machine's processor, in float32 with the bits of NumericsID. An operation has run
// when its method returns.
type CPU struct {
	threads    int
	allocated  int64
	parts      chan part
	workers    sync.WaitGroup
	pending    sync.WaitGroup
	scratch    [][]float32 // of each thread
	transposed []float32   // a matrix
	tasks      tasks
}

// NewCPU makes a backend of some threads; any number gives the same bits. With one thread no goroutine is started.
func NewCPU(threads int) *CPU {
	c := &CPU{threads: max(1, threads)}
	c.scratch = make([][]float32, c.threads)
	if c.threads > 1 {
		parts := make(chan part, c.threads)
		c.parts = parts
		for range c.threads - 1 {
			c.workers.Go(func() { c.work(parts) })
		}
	}
	return c
}

// Numerics is NumericsID.
func (c *CPU) Numerics() string { return NumericsID }

// Allocated is the bytes of all buffers and of the threads' scratch.
func (c *CPU) Allocated() int64 { return c.allocated }

// Close ends the threads, and returns when they have ended. The backend can't be used any more.
func (c *CPU) Close() error {
	if c.parts != nil {
		close(c.parts)
		c.parts = nil
		c.workers.Wait()
	}
	return nil
}

// NewBuffer makes a buffer of n zeros.
func (c *CPU) NewBuffer(n int) (Buffer, error) {
	if n < 0 {
		return nil, fmt.Errorf("new buffer: %d elements", n)
	}
	c.allocated += 4 * int64(n)
	return &cpuBuffer{make([]float32, n)}, nil
}

// NewIDs makes an array of n zeros.
func (c *CPU) NewIDs(n int) (IDs, error) {
	if n < 0 {
		return nil, fmt.Errorf("new ids: %d elements", n)
	}
	c.allocated += 4 * int64(n)
	return &cpuIDs{make([]int32, n)}, nil
}

// Write copies src to dst.
func (c *CPU) Write(dst Buffer, src []float32) { copyAll(floats(dst), src) }

// WriteIDs copies src to dst.
func (c *CPU) WriteIDs(dst IDs, src []int32) { copyAll(ids(dst), src) }

// Read copies src to dst. It never fails.
func (c *CPU) Read(dst []float32, src Buffer) error {
	copyAll(dst, floats(src))
	return nil
}

// Copy copies src to dst.
func (c *CPU) Copy(dst, src Buffer) { copyAll(floats(dst), floats(src)) }

// Replay calls enqueue.
func (c *CPU) Replay(_ int, enqueue func()) { enqueue() }

func copyAll[T any](dst, src []T) {
	if len(dst) != len(src) {
		panic(fmt.Sprintf("kernel: copy of %d elements to %d", len(src), len(dst)))
	}
	copy(dst, src)
}

type cpuBuffer struct{ x []float32 }

func (b *cpuBuffer) Len() int                  { return len(b.x) }
func (b *cpuBuffer) Slice(from, to int) Buffer { return &cpuBuffer{b.x[from:to:to]} }

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
