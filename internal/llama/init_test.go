package llama

import (
	"math"
	"slices"
	"testing"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// TestInitialWeights holds mean and deviation within four standard errors, and norms at 1.
func TestInitialWeights(t *testing.T) {
	c := Config{Vocab: 501, Hidden: 64, Intermediate: 128, Layers: 1, Heads: 1, Context: 8}
	p := initial(t, c, 3)
	for _, tensor := range c.Tensors() {
		x := p[tensor.Offset : tensor.Offset+tensor.Len()]
		var sum, squares float64
		for _, v := range x {
			sum += float64(v)
			squares += float64(v) * float64(v)
		}
		n := float64(len(x))
		mean, deviation := sum/n, math.Sqrt(squares/n)
		if len(tensor.Shape) == 1 {
			if mean != 1 || deviation != 1 {
				t.Errorf("%s: not all 1", tensor.Name)
			}
			continue
		}
		if math.Abs(mean) > 4*0.02/math.Sqrt(n) || math.Abs(deviation-0.02) > 4*0.02/math.Sqrt(2*n) {
			t.Errorf("%s: mean %g, deviation %g", tensor.Name, mean, deviation)
		}
		if far := slices.Max(x); n > 10000 && (far < 3*0.02 || far > 6*0.02) {
			t.Errorf("%s: the largest of %g is %g deviations", tensor.Name, n, far/0.02)
		}
	}
	if slices.Equal(p, initial(t, c, 4)) || !slices.Equal(p, initial(t, c, 3)) {
		t.Error("the weights aren't those of the seed")
	}
}

// initial are all parameters of a model before its first step.
func initial(t *testing.T, c Config, seed int64) []float32 {
	t.Helper()
	backend := kernel.NewCPU(1)
	m, err := newModel(c, backend, 1)
	if err != nil {
		t.Fatal(err)
	}
	m.initialize(seed)
	return readAll(t, backend, m.params)
}

// readAll reads buffers one behind the other.
func readAll(t *testing.T, b kernel.Backend, buffers []kernel.Buffer) []float32 {
	t.Helper()
	var all []float32
	for _, buffer := range buffers {
		x := make([]float32, buffer.Len())
		if err := b.Read(x, buffer); err != nil {
			t.Fatal(err)
		}
		all = append(all, x...)
	}
	return all
}
