package verify

import (
	"fmt"
	"math"
)

// difference is how two results of one operation differ.
type difference struct {
	n, of     int // numbers that differ, and all
	first     int // index
	got, want float32
	ulps      uint64  // the largest distance, in steps from one float32 to the next
	relative  float64 // the largest difference relative to the wanted number
}

// compare compares bits. Numbers that aren't are equal.
func compare(got, want []float32) difference {
	d := difference{of: len(want), first: -1}
	if len(got) != len(want) {
		return difference{n: max(len(got), len(want)), of: len(want)}
	}
	for i := range want {
		if bits(got[i]) == bits(want[i]) {
			continue
		}
		if d.n++; d.n == 1 {
			d.first, d.got, d.want = i, got[i], want[i]
		}
		d.ulps = max(d.ulps, ulps(got[i], want[i]))
		d.relative = max(d.relative, relative(got[i], want[i]))
	}
	return d
}

func (d difference) String() string {
	if d.n == 0 {
		return fmt.Sprintf("%d numbers are equal", d.of)
	}
	return fmt.Sprintf("%d of %d numbers differ, the first at %d: %g (%08x), not %g (%08x); at most %d ulps, %.2g relative",
		d.n, d.of, d.first, d.got, math.Float32bits(d.got), d.want, math.Float32bits(d.want), d.ulps, d.relative)
}

// ulps counts the numbers between two.
func ulps(a, b float32) uint64 {
	if a != a || b != b {
		return math.MaxUint32
	}
	x, y := place(a), place(b)
	if x < y {
		x, y = y, x
	}
	return uint64(x - y)
}

// place numbers the floats in their order, with both zeros at 0.
func place(x float32) int64 {
	b := math.Float32bits(x)
	if b>>31 == 1 {
		return -int64(b &^ (1 << 31))
	}
	return int64(b)
}

func relative(got, want float32) float64 {
	if got == want { // zeros of two signs
		return 0
	}
	d := math.Abs(float64(got)-float64(want)) / math.Abs(float64(want))
	if d != d {
		return math.MaxFloat32 // JSON has no infinities
	}
	return min(d, math.MaxFloat32)
}
