package verify

import (
	"math"
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	nan, negative := float32(math.NaN()), math.Float32frombits(0xffc00001)
	if d := compare([]float32{1, nan}, []float32{1, negative}); d.n != 0 {
		t.Errorf("equal numbers, and two that aren't, differ: %s", d)
	}
	next := math.Nextafter32(2, 3)
	d := compare([]float32{1, next, 0, 5}, []float32{1, 2, float32(math.Copysign(0, -1)), 5.000002})
	if d.n != 3 || d.first != 1 || d.ulps != 4 {
		t.Errorf("got %+v", d)
	}
	for _, c := range []struct {
		a, b float32
		want uint64
	}{{0, float32(math.Copysign(0, -1)), 0}, {math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 2}, {2, next, 1}, {nan, 1, math.MaxUint32}} {
		if got := ulps(c.a, c.b); got != c.want {
			t.Errorf("%g and %g are %d ulps apart, want %d", c.a, c.b, got, c.want)
		}
	}
	if d := compare([]float32{1}, nil); d.n == 0 || !strings.Contains(d.String(), "differ") {
		t.Errorf("results of two lengths: %s", d)
	}
}
