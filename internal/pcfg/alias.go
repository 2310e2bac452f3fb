package pcfg

import "math"

// column is one column of an alias table: of its 2^64 parts, those below the
// threshold belong to its own rule, the rest to another.
type column struct {
	threshold  uint64
	own, other span
}

// aliasTable draws from weights in constant time (Vose, "A linear algorithm for
// generating random numbers with a given distribution", 1991): one of the
// columns uniformly, then one of its two rules. Weights sum to 1.
func aliasTable(weights []float64, rules []span) []column {
	n := len(weights)
	table, scaled := make([]column, n), make([]float64, n)
	var small, large []int
	for i, w := range weights {
		table[i] = column{math.MaxUint64, rules[i], rules[i]}
		if scaled[i] = w * float64(n); scaled[i] < 1 {
			small = append(small, i)
		} else {
			large = append(large, i)
		}
	}
	for len(small) > 0 && len(large) > 0 {
		i, j := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		table[i].threshold, table[i].other = uint64(scaled[i]*0x1p64), rules[j]
		if scaled[j] -= 1 - scaled[i]; scaled[j] < 1 {
			large, small = large[:len(large)-1], append(small, j)
		}
	}
	return table // what is left over in either list is 1 but for rounding
}
