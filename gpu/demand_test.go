package gpu

import (
	"slices"
	"testing"

	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/llama"
)

// demand is what training of the model takes.
func (m model) demand() kernel.Demand {
	c := llama.Config{
		Vocab: m.vocab, Hidden: m.hidden, Intermediate: m.intermediate, Layers: m.layers, Heads: m.heads, Context: m.context,
	}
	return c.Demand(m.batch, Batches{})
}

// TestModelsFitTheDevice holds the plan of memory against a device of 80 GB, less a context of the driver.
func TestModelsFitTheDevice(t *testing.T) {
	for _, m := range models {
		bytes := Bytes(m.demand())
		n := sum(m.matrices())
		if m.parameters > 0 && (float64(n) < 0.95*m.parameters || float64(n) > 1.05*m.parameters) {
			t.Errorf("%s has %d parameters", m.name, n)
		}
		t.Logf("%-12s %5.0f M parameters, %4d rows of logits, %6.2f GiB", m.name, float64(n)/1e6, logitRows(m.shape()), float64(bytes)/(1<<30))
		if bytes > 79e9 {
			t.Errorf("%s takes %d bytes", m.name, bytes)
		}
		if bytes < 28*int64(n) { // parameters, gradients and moments, and a snapshot
			t.Errorf("%s takes %d bytes, fewer than its parameters", m.name, bytes)
		}
	}
}

func TestLogitsAreBounded(t *testing.T) {
	for _, c := range []struct{ rows, vocab, want int }{
		{8192, 32001, 8192}, {16384, 32001, 8320}, {8192, 128 << 10, 2048}, {8192, 1 << 20, 256}, {8192, 4 << 20, 128}, {8192, 500, 8192}, {100, 32001, 100}, {1, 1, 1},
	} {
		s := kernel.Shape{AttentionShape: kernel.AttentionShape{Batch: 1, Time: c.rows, Heads: 1, Size: 2}, Vocab: c.vocab}
		if got := logitRows(s); got != c.want {
			t.Errorf("%d rows of %d ids: %d rows of logits, want %d", c.rows, c.vocab, got, c.want)
		}
	}
}

func TestLayoutAlignsParts(t *testing.T) {
	l := layOut([]int{5, 300, 0, 1, 64})
	if want := []int{0, 64, 384, 384, 448}; !slices.Equal(l.offsets, want) {
		t.Errorf("parts at %v, want %v", l.offsets, want)
	}
	if l.n != 512 || l.bytes() != 2048 {
		t.Errorf("%d numbers in %d bytes", l.n, l.bytes())
	}
	if empty := layOut(nil); empty.n != 0 || empty.bytes() != 0 {
		t.Errorf("nothing takes %d bytes", empty.bytes())
	}
}
