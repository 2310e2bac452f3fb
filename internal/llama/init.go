package llama

import (
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/random"
)

// initialDeviation is the standard deviation of initial matrices (initializer_range of LlamaConfig).
const initialDeviation = 0.02

// initialize gives rows of a tensor before training, from the row first on: normal with mean 0 and deviation 0.02 for
// matrices, 1 for norms. Every row of a matrix is a random stream of its own, named by seed, tensor and row, so that
// processors share the rows.
func (t Tensor) initialize(x []float32, seed int64, first int) {
	if len(t.Shape) == 1 {
		for i := range x {
			x[i] = 1
		}
		return
	}
	key, width := random.NewKey(uint64(seed), "initial-weights/"+t.Name), t.width()
	share := max(leastShare, len(x)/runtime.GOMAXPROCS(0)) / width
	var work sync.WaitGroup
	for at := range slices.Chunk(x, max(1, share)*width) {
		from := first
		first += len(at) / width
		work.Go(func() {
			for i := 0; i < len(at); i += width {
				normal(at[i:i+width], key.At(uint64(from+i/width)))
			}
		})
	}
	work.Wait()
}

// leastShare is the fewest numbers that are worth a goroutine, about 0.8 ms of work.
const leastShare = 1 << 14

// initialize writes the parameters before training, some rows at a time.
func (m *model) initialize(seed int64) {
	x := make([]float32, 0, pieceFloats)
	for i, t := range m.config.Tensors() {
		width, rows := t.width(), t.Len()/t.width()
		step := max(1, pieceFloats/width)
		for first := 0; first < rows; first += step {
			n := width * min(step, rows-first)
			x = slices.Grow(x[:0], n)[:n]
			t.initialize(x, seed, first)
			m.backend.Write(m.params[i].Slice(first*width, first*width+n), x)
		}
	}
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
