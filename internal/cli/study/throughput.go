package study

import "github.com/ziplaw/ziplaw/internal/kernel"

// throughput is the FLOP/s that one core reaches in training a model of width h, by internal/kernel's way of
// computing. The curve is peak h/(h+half).
func throughput(h int) float64 {
	s := speeds[kernel.Path()]
	if s.peak == 0 {
		s = speeds["portable"]
	}
	return s.peak * float64(h) / (float64(h) + s.half)
}

// speed is a curve of FLOP/s over the width: half of the peak is reached at width half.
type speed struct{ peak, half float64 }

// speeds are from training steps (ziplaw bench train) on one core of an AMD EPYC, and for avx512 of an Intel Xeon; that of neon is a
// guess. Other processors differ by a factor of about two.
var speeds = map[string]speed{
	"avx512":   {75e9, 25},
	"avx2":     {65e9, 20},
	"neon":     {40e9, 30},
	"portable": {0.3e9, 1},
}
