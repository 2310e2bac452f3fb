// Package deflate measures how many bytes zlib's deflate makes of an input, without writing them.
//
// The size is zlib 1.2.13's to the byte, for raw deflate (RFC 1951) with a window of 32 KiB, memory level 8 and the
// default strategy, where the whole input is known. What decides the size is reproduced: which matches zlib finds and
// takes (deflate.c), where it ends a block, and the code lengths it gives to symbols (trees.c).
package deflate

import (
	"fmt"
	"math"
)

// Sizer measures inputs at one level. It is for one goroutine; it keeps its tables between inputs.
type Sizer struct {
	level level
	data  []byte // the input and padding zeros
	n     int    // bytes of input

	window window
	chains chains
	block  block
	budget int // candidates that zlib looks at in the search under way
	bits   int // of the blocks so far
}

// padding is how far loads of 8 bytes reach beyond the input.
const padding = 8

// NewSizer makes a Sizer for a compression level from 1 to 9.
func NewSizer(level int) (*Sizer, error) {
	if level < 1 || level >= len(levels) {
		return nil, fmt.Errorf("deflate: level %d is not from 1 to 9", level)
	}
	return &Sizer{level: levels[level]}, nil
}

// Size is the number of bytes of the raw deflate stream of raw, without zlib's or gzip's wrapper.
func (s *Sizer) Size(raw []byte) int {
	s.n = len(raw)
	s.data = append(append(s.data[:0], raw...), make([]byte, padding)...)
	s.bits = 0
	s.window = newWindow(s.n)
	s.chains.start(s.n, s.level)
	s.block.reset(0)
	if s.level.lazy > 0 {
		s.parseLazily()
	} else {
		s.parseGreedily()
	}
	s.chains.finish(s.n)
	return (s.bits + 7) / 8
}

// advance prepares the tables for position p, and says at which position it is due again.
func (s *Sizer) advance(p int) int {
	next := s.window.slide(p, s.n)
	if s.chains.linked < s.n {
		if p+reach > s.chains.linked {
			s.chains.extend(s.data, s.n, s.level.lazy > 0)
		}
		next = min(next, s.chains.linked-reach+1)
	}
	return next
}

// window is the part of the input that zlib holds in memory, 64 KiB at most. Its first byte is never part of a match,
// since position 0 ends a chain.
type window struct{ start, end int }

const (
	windowSize   = 1 << 15
	maxMatch     = 258
	minMatch     = 3
	minLookahead = maxMatch + minMatch + 1
	maxDistance  = windowSize - minLookahead
)

func newWindow(n int) window { return window{0, min(n, 2*windowSize)} }

// slide moves the window where zlib's fill_window does at position p, and says at which position it may move next.
func (w *window) slide(p, n int) int {
	if p >= w.slidesAt() {
		w.start += windowSize
		w.end = min(n, w.start+2*windowSize)
	}
	if w.end == n && n < w.start+windowSize+maxDistance {
		return math.MaxInt
	}
	return w.slidesAt()
}

// slidesAt is the first position with too few bytes before the window's end and a full lower half behind it.
func (w *window) slidesAt() int {
	return max(w.end-minLookahead+1, w.start+windowSize+maxDistance)
}

// oldest is the position before the first that a match at p may start at.
func (w *window) oldest(p int) int { return max(w.start, p-maxDistance-1) }
