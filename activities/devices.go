package activities

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// Devices are what the cells of a worker train on: one cell a device.
type Devices interface {
	// Arithmetics are the numerics ids of those that cells may be in.
	Arithmetics() []string
	// Awaited names what Take waits for.
	Awaited() string
	// Take gives a device with room for a demand, and may wait for it. Done is asked when there is none at once: true ends the
	// waiting without one.
	Take(ctx context.Context, need Need, done func() (bool, error)) (*Taken, error)
}

// Need is what a cell takes of a device.
type Need struct {
	Numerics string // the id of the cell's arithmetic
	Demand   func(kernel.Batcher) kernel.Demand
}

// Taken is a device with room for a cell.
type Taken struct {
	kernel.Device
	release, lose func()
}

// Release gives the device back when a cell has ended with an error or nil. A device that is lost doesn't come back.
func (t *Taken) Release(err error) {
	if t.lose != nil && errors.Is(err, kernel.ErrDeviceLost) {
		t.lose()
		return
	}
	t.release()
}

// sharedCPU is a CPU that any number of cells share, as far as its memory goes.
type sharedCPU struct {
	threads int
	cells   atomic.Int32
	memory  *Memory
}

// SharedCPU is a CPU whose threads some cells share, as far as a memory goes. How many cells there are at once is their task
// queue's. Cells side by side on one thread each get most done; where there are fewer cells than threads, as at a study's end, each
// takes its share of all.
func SharedCPU(threads int, m *Memory) Devices { return &sharedCPU{threads: threads, memory: m} }

func (c *sharedCPU) device() kernel.CPUDevice {
	return kernel.CPUDevice{Threads: c.threads, Free: c.share}
}

// share is the threads of a cell at present.
func (c *sharedCPU) share() int { return c.threads / max(1, int(c.cells.Load())) }

func (c *sharedCPU) Arithmetics() []string { return []string{c.device().Numerics()} }

func (c *sharedCPU) Awaited() string { return "memory" }

func (c *sharedCPU) Take(ctx context.Context, need Need, done func() (bool, error)) (*Taken, error) {
	d := c.device()
	release, err := c.memory.Take(ctx, d.Bytes(need.Demand(d)), done)
	if release == nil || err != nil {
		return nil, err
	}
	c.cells.Add(1)
	return &Taken{d, func() { c.cells.Add(-1); release() }, nil}, nil
}
