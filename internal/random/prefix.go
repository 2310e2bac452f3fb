package random

import (
	"math/bits"
	"slices"
)

// PermutationPrefix returns the first k items of Permutation(seed, purpose, n).
// Where they are few, it takes a bit for each of the n items and no more.
//
// The shuffle swaps item i, from the last down, with item j(i) below it or itself,
// and then leaves place i alone. So what a place p holds once the steps down to k
// are done came from the least i above p with j(i) = p, and came there from the
// least i above that, and so on: one pass from k up follows all k places at once.
func PermutationPrefix(seed uint64, purpose string, n, k int) []int32 {
	const few = 16
	if k > n/few || !plain(seed, purpose, n) {
		return slices.Clone(Permutation(seed, purpose, n)[:k])
	}
	order := followed(seed, purpose, n, k)
	s := At(seed, purpose, 0)
	s.seek(uint64(n - k))
	for i := k - 1; i > 0; i-- {
		j := s.Bounded(uint64(i) + 1)
		order[i], order[j] = order[j], order[i]
	}
	return order
}

// plain says whether each step of the shuffle takes one number of the stream, so
// that step i takes number n-1-i. One in 2^64/n takes another.
func plain(seed uint64, purpose string, n int) bool {
	s := At(seed, purpose, 0)
	for i := uint64(max(n, 1)); i > 1; i-- {
		if _, low := bits.Mul64(s.Uint64(), i); low < i && low < -i%i {
			return false
		}
	}
	return true
}

// followed gives what the first k places hold once the steps down to k are done.
func followed(seed uint64, purpose string, n, k int) []int32 {
	const some = 4096
	var (
		from    = make([]int32, k)         // where what place p will hold lies so far
		place   = make(map[int32]int32, k) // the other way round
		waiting = make([]uint64, n/64+1)   // whether anything lies there
		draws   [some]int32
	)
	for p := range from {
		from[p], place[int32(p)] = int32(p), int32(p)
		waiting[p/64] |= 1 << (p % 64)
	}
	for end := n - k; end > 0; end -= min(some, end) {
		first := max(0, end-some)
		drawn := draws[:end-first]
		s := At(seed, purpose, 0)
		s.seek(uint64(first))
		for d := range drawn {
			drawn[d] = int32(s.Bounded(uint64(n - first - d)))
		}
		for d, j := range slices.Backward(drawn) {
			if waiting[j/64]>>(j%64)&1 == 0 {
				continue
			}
			i := int32(n - 1 - first - d)
			if i == j {
				continue
			}
			p := place[j]
			delete(place, j)
			waiting[j/64] &^= 1 << (j % 64)
			from[p], place[i] = i, p
			waiting[i/64] |= 1 << (i % 64)
		}
	}
	return from
}
