package random

import "math/bits"

// Constants of Philox2x64 (Salmon et al. 2011, table 2): the multiplier, and
// the golden ratio as the key's Weyl increment.
const (
	multiplier = 0xD2B74407B1CE6E93
	weyl       = 0x9E3779B97F4A7C15
	rounds     = 10
)

// philox applies Philox2x64-10 to one counter: the plain form that pair is
// tested against.
func philox(counter [2]uint64, key uint64) [2]uint64 {
	for range rounds {
		high, low := bits.Mul64(multiplier, counter[0])
		counter = [2]uint64{high ^ key ^ counter[1], low}
		key += weyl
	}
	return counter
}

// pair computes the counters (b, index) and (b+1, index), interleaved so that a
// processor works on both at once.
func pair(b, index, key uint64) [bufferWords]uint64 {
	a0, a1, b0, b1 := b, index, b+1, index
	for range rounds {
		aHigh, aLow := bits.Mul64(multiplier, a0)
		bHigh, bLow := bits.Mul64(multiplier, b0)
		a0, a1 = aHigh^key^a1, aLow
		b0, b1 = bHigh^key^b1, bLow
		key += weyl
	}
	return [bufferWords]uint64{a0, a1, b0, b1}
}
