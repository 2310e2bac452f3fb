//go:build !race

package kernel

import "testing"

// TestSlicesAllocateNothing is not for the race detector, under which a sync.Pool drops at random what it is given.
func TestSlicesAllocateNothing(t *testing.T) {
	x, y := ramp(100), make([]float32, 100)
	onEveryPath(func(p path) {
		if n := testing.AllocsPerRun(10, func() {
			expAll(y, x, Max(x), 1)
			Scale(y, y, 1/Sum(y)+Dot(x, y))
			MatMul(y, x, false, x, false, 10, 10, 10, false)
		}); n > 0 {
			t.Errorf("%s: %v allocations", p.name, n)
		}
	})
}
