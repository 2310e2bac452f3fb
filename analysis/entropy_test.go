package analysis

import (
	"math"
	"math/rand/v2"
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

// TestTablesAndMaps: entropies don't depend on whether ids are counted in tables or in maps, nor on who counted them.
func TestTablesAndMaps(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, top := range []int{3, 300, mostDense, mostDense + 500} {
		all, parts, shifted := NewNGrams(), []*NGrams{NewNGrams(), NewNGrams()}, NewNGrams()
		for i := range 200 {
			doc, high := make([]int32, 50), make([]int32, 50)
			for k := range doc {
				doc[k] = int32(r.IntN(top) * (1 + i%2) / 2)
				high[k] = doc[k] + 1<<20
			}
			all.Add(doc)
			parts[i%3%2].Add(doc)
			shifted.Add(high)
		}
		parts[1].Merge(parts[0])
		for name, g := range map[string]*NGrams{"merged": parts[1], "shifted": shifted} {
			if g.Entropy0() != all.Entropy0() || g.Entropy1() != all.Entropy1() || g.Distinct() != all.Distinct() {
				t.Errorf("ids below %d, %s: %v, %v, %d; want %v, %v, %d", top, name, g.Entropy0(), g.Entropy1(), g.Distinct(), all.Entropy0(), all.Entropy1(), all.Distinct())
			}
		}
	}
}
