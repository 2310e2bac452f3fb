package activities

import (
	"context"
	"sync/atomic"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

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

// share is the threads of a cell at present.
func (c *sharedCPU) share() int { return c.threads / max(1, int(c.cells.Load())) }

func (c *sharedCPU) Arithmetics() []string { return []string{kernel.CPUDevice{}.Numerics()} }

func (c *sharedCPU) Awaited() string { return "memory" }

func (c *sharedCPU) Take(ctx context.Context, need Need, done func() (bool, error)) (*Taken, error) {
	d, want := c.device(need)
	lane := d.LaneBytes(want)
	least := d.Bytes(want) - int64(want.Lanes-1)*lane
	release, err := c.memory.Take(ctx, least, done)
	if release == nil || err != nil {
		return nil, err
	}
	c.cells.Add(1)
	lanes := &cellLanes{cpu: c, bytes: lane, most: want.Lanes, held: 1}
	d.Free = lanes.threads
	return &Taken{d, func() { c.cells.Add(-1); lanes.release(); release() }, nil}, nil
}

// device is one of all threads, or of fewer where a cell of one lane takes more than the whole memory: what a plan says is the need of
// one thread.
func (c *sharedCPU) device(need Need) (kernel.CPUDevice, kernel.Demand) {
	for threads := c.threads; ; threads /= 2 {
		d := kernel.CPUDevice{Threads: threads}
		want := need.Demand(d)
		if threads <= 1 || d.Bytes(want)-int64(want.Lanes-1)*d.LaneBytes(want) <= c.memory.limit {
			return d, want
		}
	}
}

// cellLanes is the memory of a cell's lanes. The first one's is the cell's own; further ones are taken when there are threads for
// them, and memory that no cell waits for, so that none trains later for the sake of another's threads. They are kept until the cell
// ends.
type cellLanes struct {
	cpu        *sharedCPU
	bytes      int64 // of a lane
	most, held int
}

// threads is those that the cell's next step may take. A cell of one lane shares each operation out among any number.
func (l *cellLanes) threads() int {
	share := l.cpu.share()
	if l.most == 1 {
		return share
	}
	for l.held < min(share, l.most) && l.cpu.memory.free.TryAcquire(l.bytes) {
		l.held++
	}
	return min(share, l.held)
}

func (l *cellLanes) release() { l.cpu.memory.free.Release(int64(l.held-1) * l.bytes) }
