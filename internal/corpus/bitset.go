package corpus

import "math/bits"

// bitset is a set of small numbers; nil is empty.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) set(i int32) { b[i/64] |= 1 << (i % 64) }

func (b bitset) has(i int32) bool { return b != nil && b[i/64]>>(i%64)&1 == 1 }

// count is how many of the numbers from low to high-1 are in the set.
func (b bitset) count(low, high int32) (n int32) {
	if b == nil {
		return 0
	}
	for ; low < high && low%64 != 0; low++ {
		if b.has(low) {
			n++
		}
	}
	for ; high-low >= 64; low += 64 {
		n += int32(bits.OnesCount64(b[low/64]))
	}
	for ; low < high; low++ {
		if b.has(low) {
			n++
		}
	}
	return n
}
