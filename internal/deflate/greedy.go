package deflate

// parseGreedily counts the symbols that zlib's deflate_fast makes: every match is taken, and only the positions of
// short ones become candidates.
func (s *Sizer) parseGreedily() {
	next := 0
	for p := 0; p < s.n; {
		if p >= next {
			next = s.advance(p)
		}
		length, from := s.insertAndSearch(p)
		if length < minMatch {
			s.block.literal(s.data[p])
			p++
		} else {
			s.block.match(length, p-from)
			end := p + length
			if length <= s.level.insert && s.n-end >= minMatch {
				for p++; p < end; p++ {
					s.insert(p)
				}
			}
			p = end
		}
		if s.block.symbols == blockSymbols {
			s.endBlock(p, false)
		}
	}
	s.endBlock(s.n, true)
}

// insert makes p the nearest candidate of its hash.
func (s *Sizer) insert(p int) {
	h := hash3(s.data, p)
	s.chains.links[uint16(p)].by3 = s.chains.head3[h]
	s.chains.head3[h] = uint32(p + s.chains.origin)
}

// insertAndSearch inserts p and finds the longest match there, of these the nearest, among the level's number of
// candidates. At the largest distance only the first candidate counts.
func (s *Sizer) insertAndSearch(p int) (best, from int) {
	look := min(s.n-p, maxMatch)
	if look < minMatch {
		return 0, 0
	}
	s.insert(p)
	c := &s.chains
	nice := min(s.level.nice, look)
	oldest := uint32(s.window.oldest(p) + c.origin)
	best = minMatch - 1
	v := c.links[uint16(p)].by3
	for tries := 0; tries < s.level.chain && v > oldest; tries++ {
		q := int(v) - c.origin
		if tries > 0 && p-q >= maxDistance {
			break
		}
		if s.data[q+best] == s.data[p+best] {
			if n := common(s.data, p, q, look); n > best {
				best, from = n, q
				if n >= nice {
					break
				}
			}
		}
		v = c.links[uint16(q)].by3
	}
	return best, from
}
