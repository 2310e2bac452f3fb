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
	d, want, least := c.device(need)
	release, err := c.memory.Take(ctx, least, done)
	if release == nil || err != nil {
		return nil, err
	}
	c.cells.Add(1)
	lanes := &cellLanes{cpu: c, device: d, want: want, held: 1}
	d.Free = lanes.threads
	return &Taken{d, func() { c.cells.Add(-1); lanes.release(); release() }, nil}, nil
}

// device is one of all threads, or of fewer where a cell takes more than the whole memory even in one lane, which is the least: what a
// plan says is the need of one thread.
func (c *sharedCPU) device(need Need) (d kernel.CPUDevice, want kernel.Demand, least int64) {
	for threads := c.threads; ; threads /= 2 {
		d = kernel.CPUDevice{Threads: threads}
		want = need.Demand(d)
		if least = inOneLane(d, want); threads <= 1 || least <= c.memory.limit {
			return d, want, least
		}
	}
}

// inOneLane is the memory of a cell without its further lanes.
func inOneLane(d kernel.CPUDevice, want kernel.Demand) int64 {
	n := d.Bytes(want)
	for lane := 1; lane < len(want.Lanes); lane++ {
		n -= d.LaneBytes(want, lane)
	}
	return n
}

// cellLanes is the memory of a cell's lanes. The first one's is the cell's own; further ones' is taken when there are threads for them,
// and memory that no cell waits for, so that none begins later for the sake of another's threads. It is kept until the cell ends.
type cellLanes struct {
	cpu    *sharedCPU
	device kernel.CPUDevice
	want   kernel.Demand
	held   int   // lanes
	bytes  int64 // of those but the first
}

// threads is those that the cell's next step may take: its share of all, or fewer where there is no memory for their lanes.
func (l *cellLanes) threads() int {
	share := max(1, min(l.cpu.share(), len(l.want.Splits)))
	for share > 1 && !l.hold(l.want.Splits[share-1].Lanes) {
		share--
	}
	return share
}

// hold takes memory for some lanes, as far as there is any, and tells whether there was.
func (l *cellLanes) hold(lanes int) bool {
	for ; l.held < lanes; l.held++ {
		n := l.device.LaneBytes(l.want, l.held)
		if !l.cpu.memory.free.TryAcquire(n) {
			return false
		}
		l.bytes += n
	}
	return true
}

func (l *cellLanes) release() { l.cpu.memory.free.Release(l.bytes) }
