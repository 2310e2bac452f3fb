package analysis

import (
	"maps"
	"math"
	"slices"
)

// mostDense is how many ids have a table of all pairs, of 8 bytes each: 32 MiB.
const mostDense = 2048

// NGrams counts tokens, and pairs of neighbours within documents. It is for one goroutine: others count for themselves,
// and Merge adds them up.
type NGrams struct {
	ones  map[int32]int64
	pairs map[uint64]int64
	// Of ids below size, which grows as they come, counts are in tables: a token's, and a pair's at first*size + second.
	size       int
	one, dense []int64
}

// NewNGrams counts nothing yet.
func NewNGrams() *NGrams { return &NGrams{ones: map[int32]int64{}, pairs: map[uint64]int64{}} }

// Add counts a document of ids, none below 0.
func (g *NGrams) Add(doc []int32) {
	if len(doc) == 0 {
		return
	}
	if top := slices.Max(doc); int(top) < mostDense {
		g.grow(int(top) + 1)
		g.addDense(doc)
		return
	}
	for i, id := range doc {
		g.ones[id]++
		if i > 0 {
			g.pairs[pairOf(doc[i-1], id)]++
		}
	}
}

func pairOf(first, second int32) uint64 { return uint64(uint32(first))<<32 | uint64(uint32(second)) }

func (g *NGrams) addDense(doc []int32) {
	size := g.size
	last := int(doc[0])
	g.one[last]++
	for _, id := range doc[1:] {
		g.one[id]++
		g.dense[last*size+int(id)]++
		last = int(id)
	}
}

// grow makes the tables large enough for ids below n.
func (g *NGrams) grow(n int) {
	if n <= g.size {
		return
	}
	size := min(max(n, 2*g.size, 256), mostDense)
	one, dense := make([]int64, size), make([]int64, size*size)
	copy(one, g.one)
	for first := range g.size {
		copy(dense[first*size:], g.dense[first*g.size:(first+1)*g.size])
	}
	g.size, g.one, g.dense = size, one, dense
}

// Merge adds the counts of another.
func (g *NGrams) Merge(o *NGrams) {
	for id, n := range o.ones {
		g.ones[id] += n
	}
	for pair, n := range o.pairs {
		g.pairs[pair] += n
	}
	g.grow(o.size)
	for first := range o.size {
		g.one[first] += o.one[first]
		for second, n := range o.dense[first*o.size : (first+1)*o.size] {
			g.dense[first*g.size+second] += n
		}
	}
}

// counts are those of the tokens, of the tokens that have a neighbour behind them, and of the pairs, in any order.
func (g *NGrams) counts() (ones, firsts, pairs []int64) {
	if len(g.ones) > 0 {
		return g.sparse()
	}
	for first, n := range g.one {
		var sum int64
		for _, k := range g.dense[first*g.size : (first+1)*g.size] {
			if k > 0 {
				pairs = append(pairs, k)
				sum += k
			}
		}
		if n > 0 {
			ones = append(ones, n)
		}
		if sum > 0 {
			firsts = append(firsts, sum)
		}
	}
	return ones, firsts, pairs
}

// sparse are the counts where some ids have no place in the tables.
func (g *NGrams) sparse() (ones, firsts, pairs []int64) {
	one, first, pair := maps.Clone(g.ones), map[int32]int64{}, maps.Clone(g.pairs)
	for id, n := range g.one {
		if n > 0 {
			one[int32(id)] += n
		}
	}
	for at, n := range g.dense {
		if n > 0 {
			pair[pairOf(int32(at/g.size), int32(at%g.size))] += n
		}
	}
	for p, n := range pair {
		first[int32(p>>32)] += n
	}
	return slices.Collect(maps.Values(one)), slices.Collect(maps.Values(first)), slices.Collect(maps.Values(pair))
}

// Distinct is the number of different tokens.
func (g *NGrams) Distinct() int {
	ones, _, _ := g.counts()
	return len(ones)
}

// Entropy0 is the plug-in entropy of a token, in nats: -Σ p ln p over the tokens' frequencies. It is biased downwards
// where tokens are few.
func (g *NGrams) Entropy0() float64 {
	ones, _, _ := g.counts()
	return entropy(ones)
}

// Entropy1 is the plug-in entropy of a token given the one before it in its document, in nats: that of pairs less that
// of their first tokens.
func (g *NGrams) Entropy1() float64 {
	_, firsts, pairs := g.counts()
	return entropy(pairs) - entropy(firsts)
}

// entropy sums in ascending order of the counts, whatever order they come in.
func entropy(counts []int64) float64 {
	var total, sum float64
	slices.Sort(counts)
	for _, n := range counts {
		total += float64(n)
		sum += float64(n) * math.Log(float64(n))
	}
	if total == 0 {
		return 0
	}
	return math.Log(total) - sum/total
}
