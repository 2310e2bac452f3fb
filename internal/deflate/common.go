package deflate

import (
	"encoding/binary"
	"math/bits"
)

// common is how many bytes at p and q are the same, up to most.
func common(data []byte, p, q, most int) int {
	for n := 0; n < most; n += 8 {
		x := binary.LittleEndian.Uint64(data[p+n:]) ^ binary.LittleEndian.Uint64(data[q+n:])
		if x != 0 {
			return min(n+bits.TrailingZeros64(x)/8, most)
		}
	}
	return most
}
