package kernel_test

import (
	"fmt"
	"testing"

	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/kernel/kerneltest"
)

func TestCPU(t *testing.T) {
	for _, threads := range []int{1, 2, 3} {
		t.Run(fmt.Sprintf("%d threads", threads), func(t *testing.T) {
			kerneltest.Run(t, func(*testing.T) kernel.Backend { return kernel.NewCPU(threads) })
		})
	}
}
