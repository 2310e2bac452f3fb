package random

import (
	"fmt"
	"math"
)

// Permutation returns a uniform permutation of 0..n-1: Fisher and Yates's
// shuffle from the last place down, drawing from stream 0 of (seed, purpose).
// It panics where n does not fit an int32.
func Permutation(seed uint64, purpose string, n int) []int32 {
	if n < 0 || n > math.MaxInt32 {
		panic(fmt.Sprintf("random: permutation of %d items", n))
	}
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	stream := At(seed, purpose, 0)
	for i := n - 1; i > 0; i-- {
		j := stream.Bounded(uint64(i) + 1)
		order[i], order[j] = order[j], order[i]
	}
	return order
}
