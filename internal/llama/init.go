package llama

import (
	"math"

	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/random"
)

// initialDeviation is the standard deviation of initial matrices (initializer_range of LlamaConfig).
const initialDeviation = 0.02

// Initial are the parameters before training, in the order of Tensors: normal with mean 0 and deviation 0.02 for
// matrices, 1 for norms. Every row of a matrix is a random stream of its own, named by seed, tensor and row.
func (c Config) Initial(seed int64) []float32 {
	p := make([]float32, c.Params())
	for _, t := range c.Tensors() {
		x := p[t.Offset : t.Offset+t.Len()]
		if len(t.Shape) == 1 {
			for i := range x {
				x[i] = 1
			}
			continue
		}
		key, width := random.NewKey(uint64(seed), "initial-weights/"+t.Name), t.Shape[1]
		for row := range t.Shape[0] {
			normal(x[row*width:(row+1)*width], key.At(uint64(row)))
		}
	}
	return p
}

// normal fills x by the polar form of Box and Muller (1958): pairs with radius sqrt(-2 ln u) and a uniform angle.
func normal(x []float32, stream random.Stream) {
	for i := 0; i < len(x); i += 2 {
		u := 1 - stream.Float64() // in (0, 1]
		radius := initialDeviation * math.Sqrt(-2*kernel.Log64(u))
		sin, cos := kernel.SinCos64(2 * math.Pi * stream.Float64())
		x[i] = float32(radius * cos)
		if i+1 < len(x) {
			x[i+1] = float32(radius * sin)
		}
	}
}
