package random

import "math/bits"

// Stream is a sequence of random numbers. Its zero value is stream 0 of the
// zero key. A Stream is for one goroutine; a copy continues on its own.
//
// Words 2b and 2b+1 of the sequence are Philox2x64-10 of the counter (b, index).
type Stream struct {
	buffer [bufferWords]uint64
	unread uint32 // words of the buffer, counted from its end, not yet handed out
	key    Key
	index  uint64
	block  uint64 // next block to compute
}

// bufferWords is two blocks: computed side by side they take little more time
// than one.
const bufferWords = 4

// Uint64 returns 64 uniform bits.
func (s *Stream) Uint64() uint64 {
	if s.unread == 0 {
		s.refill()
	}
	s.unread--
	return s.buffer[(bufferWords-1-s.unread)%bufferWords]
}

// Bounded returns a uniform integer in [0, n), without bias (Lemire, "Fast
// random integer generation in an interval", 2019). It returns 0 if n is 0.
func (s *Stream) Bounded(n uint64) uint64 {
	high, low := bits.Mul64(s.Uint64(), n)
	if low < n {
		return s.unbias(high, low, n)
	}
	return high
}

func (s *Stream) unbias(high, low, n uint64) uint64 {
	for reject := -n % n; low < reject; {
		high, low = bits.Mul64(s.Uint64(), n)
	}
	return high
}

// Float64 returns a uniform multiple of 2^-53 in [0, 1).
func (s *Stream) Float64() float64 { return float64(s.Uint64()>>11) * 0x1p-53 }

// refill stays a call, so that Uint64 is small enough to be inlined.
//
//go:noinline
func (s *Stream) refill() {
	s.buffer = pair(s.block, s.index, s.key.philox)
	s.block += bufferWords / 2
	s.unread = bufferWords
}

// seek goes to a word of the sequence.
func (s *Stream) seek(word uint64) {
	s.block, s.unread = word/2, 0
	if word%2 == 1 {
		s.Uint64()
	}
}
