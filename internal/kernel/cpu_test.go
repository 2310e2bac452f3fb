package kernel_test

import (
	"fmt"
	"runtime"
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
