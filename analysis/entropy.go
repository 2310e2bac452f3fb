package analysis

import (
	"maps"
	"math"
	"slices"
)

// NGrams counts tokens, and pairs of neighbours within documents.
type NGrams struct {
	ones   map[int32]int64
	firsts map[int32]int64 // of pairs
	pairs  map[[2]int32]int64
}

// NewNGrams counts nothing yet.
func NewNGrams() *NGrams {
	return &NGrams{ones: map[int32]int64{}, firsts: map[int32]int64{}, pairs: map[[2]int32]int64{}}
}

// Add counts a document.
func (g *NGrams) Add(doc []int32) {
	for i, id := range doc {
		g.ones[id]++
		if i > 0 {
			g.firsts[doc[i-1]]++
			g.pairs[[2]int32{doc[i-1], id}]++
		}
	}
}

// Distinct is the number of different tokens.
func (g *NGrams) Distinct() int { return len(g.ones) }

// Entropy0 is the plug-in entropy of a token, in nats: -Σ p ln p over the tokens' frequencies. It is biased downwards
// where tokens are few.
func (g *NGrams) Entropy0() float64 { return entropy(g.ones) }

// Entropy1 is the plug-in entropy of a token given the one before it in its document, in nats: that of pairs less that
// of their first tokens.
func (g *NGrams) Entropy1() float64 { return entropy(g.pairs) - entropy(g.firsts) }

// entropy sums in the order of the counts, so that the order of a map shows nowhere.
func entropy[K comparable](counts map[K]int64) float64 {
	var total, sum float64
	for _, n := range slices.Sorted(maps.Values(counts)) {
		total += float64(n)
		sum += float64(n) * math.Log(float64(n))
	}
	if total == 0 {
		return 0
	}
	return math.Log(total) - sum/total
}
