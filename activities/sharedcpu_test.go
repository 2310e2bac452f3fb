package activities_test

import (
	"testing"
	"time"

	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/llama"
)

// large is a cell of enough documents for many lanes.
var large = llama.Config{Vocab: 32001, Hidden: 128, Intermediate: 256, Layers: 4, Heads: 4, Context: 256}

func needOf(c llama.Config, batch int) activities.Need {
	return activities.Need{Demand: func(d kernel.Batcher) kernel.Demand { return c.Demand(batch, d) }}
}

// take takes a device, or nil where a cell would have to wait.
func take(t *testing.T, devices activities.Devices, c llama.Config) (*activities.Taken, func() int) {
	t.Helper()
	taken, err := devices.Take(t.Context(), needOf(c, 32), func() (bool, error) { return true, nil })
	if err != nil {
		t.Fatal(err)
	}
	if taken == nil {
		return nil, nil
	}
	return taken, taken.Device.(kernel.CPUDevice).Free
}

// TestSharedCPULanes holds that cells train in more lanes as far as memory that nobody waits for goes, and begin in one.
func TestSharedCPULanes(t *testing.T) {
	d := kernel.CPUDevice{Threads: 8}
	want := large.Demand(32, d)
	if len(want.Lanes) != 8 {
		t.Fatalf("%d lanes, want 8", len(want.Lanes))
	}
	all, lane := d.Bytes(want), d.LaneBytes(want, 1)
	memory := activities.NewMemory(all - 7*lane + all)
	devices := activities.SharedCPU(8, memory)

	one, threadsOfOne := take(t, devices, large)
	if got := threadsOfOne(); got != 8 {
		t.Errorf("alone, a cell has %d threads, want 8", got)
	}
	two, threadsOfTwo := take(t, devices, large)
	if two == nil {
		t.Fatal("no memory for a second cell of one lane")
	}
	if one, two := threadsOfOne(), threadsOfTwo(); one != 4 || two != 1 {
		t.Errorf("of two cells, they have %d and %d threads, want 4, and 1 for lack of memory", one, two)
	}
	if three, _ := take(t, devices, large); three != nil {
		t.Error("memory for a third cell")
	}
	one.Release(nil)
	if got := threadsOfTwo(); got != 8 {
		t.Errorf("alone again, the second cell has %d threads, want 8", got)
	}
	two.Release(nil)
	release, err := memory.Take(t.Context(), memory.Limit(), nil)
	if err != nil {
		t.Fatal(err)
	}
	release()
}

// TestSharedCPUWaiting holds that a cell takes no memory for further lanes while another cell waits to begin.
func TestSharedCPUWaiting(t *testing.T) {
	d := kernel.CPUDevice{Threads: 8}
	want := large.Demand(32, d)
	least := d.Bytes(want) - 7*d.LaneBytes(want, 1)
	memory := activities.NewMemory(2*least - 1)
	devices := activities.SharedCPU(8, memory)
	one, threads := take(t, devices, large)

	begun := make(chan *activities.Taken)
	go func() {
		second, err := devices.Take(t.Context(), needOf(large, 32), func() (bool, error) { return false, nil })
		if err != nil {
			t.Error(err)
		}
		begun <- second
	}()
	for queued := false; !queued; { // a byte is free, but not for who comes later
		release, err := memory.Take(t.Context(), 1, func() (bool, error) { queued = true; return true, nil })
		if err != nil {
			t.Fatal(err)
		}
		if release != nil {
			release()
			time.Sleep(time.Millisecond)
		}
	}
	if got := threads(); got != 1 {
		t.Errorf("while another cell waits, a cell has %d threads, want 1", got)
	}
	one.Release(nil)
	(<-begun).Release(nil)
}

// TestSharedCPUFollowsPlans holds that what a plan accepts for a memory trains in it, on any number of threads.
func TestSharedCPUFollowsPlans(t *testing.T) {
	for _, threads := range []int{1, 2, 3, 8, 64} {
		for _, batch := range []int{1, 8, 32} {
			devices := activities.SharedCPU(threads, activities.NewMemory(large.MemoryBytes(batch)))
			taken, err := devices.Take(t.Context(), needOf(large, batch), func() (bool, error) { return false, nil })
			if err != nil {
				t.Errorf("%d documents on %d threads: %v", batch, threads, err)
				continue
			}
			taken.Release(nil)
		}
	}
}
