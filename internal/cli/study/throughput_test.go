package study

import "testing"

// TestWiderModelsAreFaster holds that throughput grows with the width, and stays a number.
func TestWiderModelsAreFaster(t *testing.T) {
	last := 0.0
	for _, h := range []int{2, 4, 64, 2048, 65536} {
		now := throughput(h)
		if !(now > last) || now > 1e15 {
			t.Errorf("h %d: %g FLOP/s after %g", h, now, last)
		}
		last = now
	}
}
