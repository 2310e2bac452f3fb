package kerneltest

import (
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// wrong is a CPU whose copies are of zeros, whose gradients of norms panic, and which has no snapshots.
type wrong struct{ *kernel.CPU }

func (w wrong) Copy(dst, _ kernel.Buffer) { w.Write(dst, make([]float32, dst.Len())) }

func (w wrong) NormBackward(kernel.Buffer, kernel.Buffer, kernel.Buffer, kernel.Buffer, kernel.Buffer, kernel.Buffer, bool, bool) {
	panic("no gradients")
}

func (w wrong) Snapshot([]kernel.Buffer) (kernel.Snapshot, error) { return nil, kernel.ErrOutOfMemory }

func TestFailures(t *testing.T) {
	said := map[string]string{"memory": "copy: element 0", "norm": "panic: no gradients", "order": "sums in their order", "snapshot": "out of memory",
		"replay": "copy of the sum", "large": "panic: no gradients", "micro-batches": "panic: no gradients"}
	for _, c := range Tests() {
		if f := c.Failures(Float32, kernel.NewCPU(1)); len(f) > 0 {
			t.Errorf("%s of the CPU: %q", c.Name, f)
		}
		f := strings.Join(c.Failures(Float32, wrong{kernel.NewCPU(1)}), "\n")
		if want := said[c.Name]; (f == "") != (want == "") || !strings.Contains(f, want) {
			t.Errorf("%s says %q, want %q", c.Name, f, want)
		}
	}
}
