package regression

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/combin"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/random"
)

// holm adjusts the p-values of the law's five parameters for their number (Holm 1979).
func holm(all []ziplaw.Regression) {
	var tested []int
	for i, r := range all {
		if slices.Contains(ziplaw.Parameters, r.Parameter) && r.PValue != nil {
			tested = append(tested, i)
		}
	}
	slices.SortStableFunc(tested, func(a, b int) int { return cmp.Compare(*all[a].PValue, *all[b].PValue) })
	least := 0.0
	for rank, i := range tested {
		least = max(least, min(1, float64(len(tested)-rank)**all[i].PValue))
		p := least
		all[i].Holm = &p
	}
}

// Permutations of up to mostOrdered data sets are all tried; of more, shuffles are drawn.
const (
	mostOrdered = 7
	shuffles    = 10_000
)

// permutation is the share of the orders of H among the values whose slope is at least as great as theirs in size; nil below
// four values.
func permutation(h, x []float64) *float64 {
	if len(h) < 4 {
		return nil
	}
	observed := math.Abs(cross(h, x)) * (1 - 1e-12) // the same order again has the same slope, whatever the rounding
	var count, total float64
	try := func(order []int) {
		shuffled := make([]float64, len(h))
		for i, at := range order {
			shuffled[i] = h[at]
		}
		total++
		if math.Abs(cross(shuffled, x)) >= observed {
			count++
		}
	}
	if len(h) <= mostOrdered {
		for _, order := range combin.Permutations(len(h), len(h)) {
			try(order)
		}
		p := count / total
		return &p
	}
	for r := range shuffles {
		try(shuffle(len(h), uint64(r)))
	}
	p := (count + 1) / (total + 1)
	return &p
}

func shuffle(n int, index uint64) []int {
	s := random.At(1, "permutation of H", index)
	order := make([]int, n)
	for i := range order {
		j := int(s.Bounded(uint64(i + 1)))
		order[i], order[j] = order[j], i
	}
	return order
}

// cross is the sum of products about the means: the slope but for a factor that no order changes.
func cross(h, x []float64) float64 {
	var meanH, meanX, sum float64
	for i := range h {
		meanH += h[i] / float64(len(h))
		meanX += x[i] / float64(len(x))
	}
	for i := range h {
		sum += float64((h[i] - meanH) * (x[i] - meanX))
	}
	return sum
}
