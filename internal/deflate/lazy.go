package deflate

import (
	"encoding/binary"
	"math/bits"
)

// tooFar is the distance from which zlib doesn't take a match of 3 bytes, but at its fast levels.
const tooFar = 4096

// parseLazily counts the symbols that zlib's deflate_slow makes: a match is taken when the next position has no longer
// one.
func (s *Sizer) parseLazily() {
	length, distance, pending := minMatch-1, 0, false // of the match at p-1, and whether the byte there is to be counted
	next := 0
	p := 0
	for p < s.n {
		if p >= next {
			next = s.advance(p)
		}
		better, from := 0, 0
		if length < s.level.lazy {
			better, from = s.longest(p, length)
		}
		if length >= minMatch && better == 0 {
			s.block.match(length, distance)
			p += length - 1
			length, pending = minMatch-1, false
		} else {
			if pending {
				s.block.literal(s.data[p-1])
			}
			pending = true
			length, distance = max(better, minMatch-1), p-from
			p++
		}
		if s.block.symbols == blockSymbols {
			end := p
			if pending {
				end--
			}
			s.endBlock(end, false)
		}
	}
	if pending {
		s.block.literal(s.data[s.n-1])
	}
	s.endBlock(s.n, true)
}

// longest finds the match at p that zlib's longest_match finds: of those longer than best the longest, and of these the
// nearest, among as many candidates as zlib looks at. It returns its length and where it is, or 0 where there is none.
//
// All candidates of n bytes or more are in the chain of n bytes, in zlib's order. So the chain of the longest strings
// is searched first, and a chain of shorter ones only for what the one before can't have.
func (s *Sizer) longest(p, best int) (length, from int) {
	look := min(s.n-p, maxMatch)
	if look <= best {
		return 0, 0
	}
	if s.chains.ranked {
		s.budget = s.level.budget(best)
	}
	oldest := s.window.oldest(p)
	if look >= 8 {
		if length, from = s.search8(p, best, look, oldest); length > 0 || best >= 7 {
			return length, from
		}
	}
	if look >= 5 {
		if length, from = s.search5(p, best, look, oldest); length > 0 || best >= 4 {
			return length, from
		}
	}
	if look >= 4 {
		if length, from = s.search4(p, oldest); length > 0 || best >= 3 {
			return length, from
		}
	}
	return s.search3(p, oldest)
}

// search8 looks for matches of 8 bytes or more. Those longer than best are in the chain of any 8 of the bytes up to the
// first beyond best. Of the chain where best was found and that of the last 8, the one is followed whose next candidate
// is farther away; the other 8 bytes are compared first.
func (s *Sizer) search8(p, best, look, oldest int) (length, from int) {
	data, links, origin := s.data, &s.chains.links, s.chains.origin
	ranked := s.chains.ranked
	off, compared := max(best-7, 0), 0
	want := binary.LittleEndian.Uint64(data[p:])
	next := int(links[uint16(p+off)].by8) - origin - off
	for next > oldest {
		q := next
		next = int(links[uint16(q+off)].by8) - origin - off
		n := 0
		if binary.LittleEndian.Uint64(data[q+compared:]) == want {
			n = common(data, p, q, look)
		}
		if n <= best {
			if ranked && alike(data, p, q) && !s.reachable(p, q) {
				break
			}
			continue
		}
		if !s.reachable(p, q) {
			break
		}
		best, length, from = n, n, q
		if n >= s.level.nice || n == look {
			break
		}
		compared = n - 7
		if other := int(links[uint16(p+compared)].by8) - origin - compared; other < next {
			next, off, compared = other, compared, 0
		}
		want = binary.LittleEndian.Uint64(data[p+compared:])
	}
	return length, from
}

// search5 looks for matches of 5 to 7 bytes.
func (s *Sizer) search5(p, best, look, oldest int) (length, from int) {
	data, links, origin := s.data, &s.chains.links, s.chains.origin
	least := uint32(oldest + origin)
	ranked := s.chains.ranked
	most := min(look, 7)
	here := binary.LittleEndian.Uint64(data[p:])
	best = max(best, 4)
	v := links[uint16(p)].by5
	for v > least {
		q := int(v) - origin
		v = links[uint16(q)].by5
		n := min(bits.TrailingZeros64(binary.LittleEndian.Uint64(data[q:])^here)/8, most)
		if n <= best {
			if ranked && alike(data, p, q) && !s.reachable(p, q) {
				break
			}
			continue
		}
		if !s.reachable(p, q) {
			break
		}
		best, length, from = n, n, q
		if n == most {
			break
		}
	}
	return length, from
}

// search4 looks for the nearest match of 4 bytes.
func (s *Sizer) search4(p, oldest int) (length, from int) {
	data, links, origin := s.data, &s.chains.links, s.chains.origin
	least := uint32(oldest + origin)
	want := binary.LittleEndian.Uint32(data[p:])
	for v := links[uint16(p)].by4; v > least; v = links[uint16(int(v)-origin)].by4 {
		if q := int(v) - origin; binary.LittleEndian.Uint32(data[q:]) == want {
			if s.reachable(p, q) {
				return 4, q
			}
			break
		}
	}
	return 0, 0
}

// search3 looks for the nearest match of 3 bytes.
func (s *Sizer) search3(p, oldest int) (length, from int) {
	data, links, origin := s.data, &s.chains.links, s.chains.origin
	least := uint32(max(oldest, p-tooFar-1) + origin)
	want := binary.LittleEndian.Uint32(data[p:]) << 8
	for v := links[uint16(p)].by3; v > least; v = links[uint16(int(v)-origin)].by3 {
		if q := int(v) - origin; binary.LittleEndian.Uint32(data[q:])<<8 == want {
			if s.reachable(p, q) {
				return 3, q
			}
			break
		}
	}
	return 0, 0
}

// reachable says whether zlib looks at q, which has a match with p, before its limit ends the search. At the largest
// distance it looks at the first candidate only.
func (s *Sizer) reachable(p, q int) bool {
	if !s.chains.ranked {
		return true
	}
	steps := int(s.chains.ranks[uint16(p)] - s.chains.ranks[uint16(q)])
	return steps <= s.budget && (p-q < maxDistance || steps == 1)
}

// alike says whether p and q begin with the same 3 bytes.
func alike(data []byte, p, q int) bool {
	return (binary.LittleEndian.Uint32(data[p:])^binary.LittleEndian.Uint32(data[q:]))<<8 == 0
}
