package activities

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// Pool is devices that train one cell each, all of one kind.
type Pool struct {
	arithmetics []string
	facts       kernel.Facts
	memory      int64 // of each
	free        chan Faces
	gone        chan struct{} // closed when the last device is lost

	mu   sync.Mutex
	left int
}

// Faces are one device in each of its arithmetics. One of them is used at a time.
type Faces []kernel.Device

func (f Faces) arithmetics() (ids []string) {
	for _, d := range f {
		ids = append(ids, d.Numerics())
	}
	return ids
}

// NewPool is a pool of devices that have so much memory each, and the same arithmetics. There is at least one.
func NewPool(memory int64, devices ...Faces) *Pool {
	p := &Pool{
		arithmetics: devices[0].arithmetics(), facts: devices[0][0].Facts(), memory: memory,
		free: make(chan Faces, len(devices)), gone: make(chan struct{}), left: len(devices),
	}
	for _, d := range devices {
		p.free <- d
	}
	return p
}

// Facts are those of the devices: of one arithmetic, they are of one kind.
func (p *Pool) Facts() kernel.Facts { return p.facts }

// Arithmetics are those of each device.
func (p *Pool) Arithmetics() []string { return p.arithmetics }

// InPrecision is the id of the arithmetic that has a precision.
func (p *Pool) InPrecision(precision string) (numerics string, found bool) {
	for _, id := range p.arithmetics {
		if ziplaw.PrecisionOf(id) == precision {
			return id, true
		}
	}
	return "", false
}

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

// errNoDevice sends a cell elsewhere.
var errNoDevice = fmt.Errorf("%w: no device of this worker is free", kernel.ErrDeviceLost)

// freeWait is how long a cell waits for a device. Each arithmetic has a queue of its own, of which a worker takes as many cells as it
// had devices: cells of one wait for those of another, and then go back to their queue, where another worker may take them.
const freeWait = time.Minute

// Take takes a device that is free, or waits some time for one.
func (p *Pool) Take(ctx context.Context, need Need, done func() (bool, error)) (*Taken, error) {
	if finished, err := done(); err != nil || finished {
		return nil, err
	}
	faces, err := p.wait(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.Index(faces.arithmetics(), need.Numerics)
	if i < 0 {
		p.free <- faces
		return nil, fmt.Errorf("no device of this worker has the arithmetic %s", need.Numerics)
	}
	d := faces[i]
	if n := d.Bytes(need.Demand(d)); n > p.memory {
		p.free <- faces
		return nil, &MemoryError{Need: n, Limit: p.memory, Device: true}
	}
	return &Taken{d, func() { p.free <- faces }, p.lose}, nil
}

func (p *Pool) wait(ctx context.Context) (Faces, error) {
	late := time.NewTimer(freeWait)
	defer late.Stop()
	select {
	case f := <-p.free:
		return f, nil
	case <-p.gone:
		return nil, errNoDevice
	case <-late.C:
		return nil, errNoDevice
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
