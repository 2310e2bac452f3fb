package activities

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// Devices are what the cells of a worker train on: one cell a device, all of one arithmetic.
type Devices interface {
	// Numerics identifies the arithmetic.
	Numerics() string
	// Awaited names what Take waits for.
	Awaited() string
	// Take gives a device with room for a demand, and may wait for it. Done is asked when there is none at once: true ends the
	// waiting without one.
	Take(ctx context.Context, need Need, done func() (bool, error)) (*Taken, error)
}

// Need is what a cell takes of a device.
type Need func(kernel.Batcher) kernel.Demand

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

func (c *sharedCPU) Numerics() string { return c.device().Numerics() }

func (c *sharedCPU) Awaited() string { return "memory" }

func (c *sharedCPU) Take(ctx context.Context, need Need, done func() (bool, error)) (*Taken, error) {
	d := c.device()
	release, err := c.memory.Take(ctx, d.Bytes(need(d)), done)
	if release == nil || err != nil {
		return nil, err
	}
	c.cells.Add(1)
	return &Taken{d, func() { c.cells.Add(-1); release() }, nil}, nil
}

// Pool is devices that train one cell each, all of one kind.
type Pool struct {
	numerics string
	facts    kernel.Facts
	memory   int64 // of each
	free     chan kernel.Device
	gone     chan struct{} // closed when the last device is lost

	mu   sync.Mutex
	left int
}

// NewPool is a pool of devices that have so much memory each. There is at least one.
func NewPool(memory int64, devices ...kernel.Device) *Pool {
	p := &Pool{
		numerics: devices[0].Numerics(), facts: devices[0].Facts(), memory: memory, free: make(chan kernel.Device, len(devices)), gone: make(chan struct{}),
		left: len(devices),
	}
	for _, d := range devices {
		p.free <- d
	}
	return p
}

// Facts are those of the devices: of one arithmetic, they are of one kind.
func (p *Pool) Facts() kernel.Facts { return p.facts }

// Numerics is that of the devices.
func (p *Pool) Numerics() string { return p.numerics }

// Awaited is a device.
func (p *Pool) Awaited() string { return "a device" }

// Size is the number of devices that there were at first.
func (p *Pool) Size() int { return cap(p.free) }

// Gone is closed when all devices are lost.
func (p *Pool) Gone() <-chan struct{} { return p.gone }

// lose counts a device that is lost.
func (p *Pool) lose() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left--; p.left == 0 {
		close(p.gone)
	}
}

// errNoDevice sends a cell elsewhere. A worker takes as many cells as it had devices, and so has one for each until one is lost.
var errNoDevice = fmt.Errorf("%w: no device of this worker is free", kernel.ErrDeviceLost)

// Take takes a device that is free.
func (p *Pool) Take(_ context.Context, need Need, done func() (bool, error)) (*Taken, error) {
	if finished, err := done(); err != nil || finished {
		return nil, err
	}
	select {
	case d := <-p.free:
		if n := d.Bytes(need(d)); n > p.memory {
			p.free <- d
			return nil, &MemoryError{Need: n, Limit: p.memory, Device: true}
		}
		return &Taken{d, func() { p.free <- d }, p.lose}, nil
	default:
		return nil, errNoDevice
	}
}
