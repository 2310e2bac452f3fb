package kernel_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/kernel/kerneltest"
)

func TestCPU(t *testing.T) {
	for _, threads := range []int{1, 2, 3} {
		t.Run(fmt.Sprintf("%d threads", threads), func(t *testing.T) {
			kerneltest.Run(t, kerneltest.Float32, func(*testing.T) kernel.Backend { return kernel.NewCPU(threads) })
		})
	}
}

// TestCloseEndsTheThreads, also of a backend that has just been made.
func TestCloseEndsTheThreads(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 100 {
		c := kernel.NewCPU(8)
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		if err := c.Close(); err != nil {
			t.Errorf("closed again: %v", err)
		}
	}
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) { // on their way out
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

// TestOpenSnapshotsOutliveTheBackend reads a large snapshot, which lies in memory of its own, behind the backend's end.
func TestOpenSnapshotsOutliveTheBackend(t *testing.T) {
	c := kernel.NewCPU(1)
	b, _, err := c.NewBuffers(kernel.Group{Kind: kernel.Parameter, Sizes: []int{1 << 20}})
	if err != nil {
		t.Fatal(err)
	}
	want := make([]float32, b.Len())
	for i := range want {
		want[i] = float32(i)
	}
	c.Write(b, want)
	s, err := c.Snapshot([]kernel.Buffer{b})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	got := make([]float32, len(want))
	if err := s.Read(got, 0, 0); err != nil || !slices.Equal(got, want) {
		t.Errorf("the snapshot differs: %v", err)
	}
	s.Close()
}
