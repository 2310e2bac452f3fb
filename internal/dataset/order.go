package dataset

import (
	"math/bits"
	"strconv"

	"github.com/ziplaw/ziplaw/internal/random"
)

// Order is the first n training documents in the order of a training seed, out of a data set of length documents.
//
// The order is a permutation in doubling segments: documents [0,1), [1,2), [2,4), [4,8) and so on stay in their
// segment and are permuted within it. So the order of a smaller n is a prefix of that of a larger one, whatever the
// length of the data set, which a grammar doesn't have; and all seeds read the same documents where n is a power of
// two. docs/adr/0002-study-identity.md weighs the alternatives.
func Order(seed int64, n, length int) []int32 {
	order := make([]int32, 0, n)
	for low, high := 0, 1; len(order) < n && low < length; low, high = high, 2*high {
		size := min(high, length) - low
		purpose := "training-order/" + strconv.Itoa(low)
		for _, i := range random.Permutation(uint64(seed), purpose, size) {
			if len(order) == n {
				break
			}
			order = append(order, int32(low)+i)
		}
	}
	return order
}

// Ceiling is the number of documents that the first n documents of any training order lie within.
func Ceiling(n int) int {
	if n <= 1 {
		return n
	}
	return 1 << bits.Len(uint(n-1))
}
