package analysis

import (
	"math"
	"testing"
)

func TestEntropies(t *testing.T) {
	g := NewNGrams()
	g.Add([]int32{0, 1, 0, 1, 0, 1, 0, 1}) // after 0 always 1, after 1 always 0
	if got := g.Entropy0(); math.Abs(got-math.Ln2) > 1e-12 {
		t.Errorf("order 0: %v, want ln 2", got)
	}
	if got := g.Entropy1(); math.Abs(got) > 1e-12 {
		t.Errorf("order 1: %v, want 0", got)
	}
	g = NewNGrams()
	for _, d := range [][]int32{{0, 0}, {0, 1}, {1, 0}, {1, 1}} { // neighbours are independent, documents apart
		g.Add(d)
	}
	if got := g.Entropy1(); math.Abs(got-math.Ln2) > 1e-12 {
		t.Errorf("order 1 of independent tokens: %v, want ln 2", got)
	}
	if NewNGrams().Entropy0() != 0 || g.Distinct() != 2 {
		t.Error("nothing counted has entropy, or tokens are miscounted")
	}
}
