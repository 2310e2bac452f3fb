package deflate

import "encoding/binary"

// chains lead from a position to the nearest earlier ones that begin with the same 8, 5, 4 or 3 bytes, or that share
// their hash. A position is held as its index in the input plus origin, which grows from input to input: what earlier
// inputs left in the tables is older than any position of this one, and no table is cleared.
type chains struct {
	origin int
	linked int  // positions before it are in the chains
	ranked bool // whether the level's limit on candidates can matter for this input

	head8, head5, head4, head3 [1 << tableBits]uint32

	links [1 << 16]link // by the low bits of the index
	ranks [1 << 16]uint32
	count [1 << tableBits]uint32
}

// link holds the nearest earlier positions in each chain.
type link struct{ by8, by5, by4, by3 uint32 }

const (
	tableBits   = 15
	batch       = 1 << 13      // positions that are linked at a time
	reach       = 2 * maxMatch // how far beyond a position links are looked at, and more
	originLimit = 1 << 30
)

func (c *chains) start(n int, l level) {
	c.linked = 0
	c.ranked = n > l.chain/4
}

func (c *chains) finish(n int) { c.origin += n }

// extend makes the next batch of positions known: it links them where all positions become candidates, as in zlib's
// deflate_slow, where an input's chains don't depend on the matches.
func (c *chains) extend(data []byte, n int, all bool) {
	from, to := c.linked, min(n, c.linked+batch)
	if to+c.origin > originLimit {
		c.rebase(from + c.origin - 1<<17)
	}
	c.linked = to
	if !all {
		return
	}
	to = min(to, n-minMatch+1)
	c.link(data, from, to)
	if c.ranked {
		c.rank(data, from, to)
	}
}

func (c *chains) link(data []byte, from, to int) {
	const multiplier, shift = 0x9e3779b97f4a7c15, 64 - tableBits
	origin := c.origin
	for i := from; i < to; i++ {
		x := binary.LittleEndian.Uint64(data[i:])
		h8, h5 := x*multiplier>>shift, x<<24*multiplier>>shift
		h4, h3 := x<<32*multiplier>>shift, x<<40*multiplier>>shift
		l := &c.links[uint16(i)]
		l.by8, l.by5, l.by4, l.by3 = c.head8[h8], c.head5[h5], c.head4[h4], c.head3[h3]
		at := uint32(i + origin)
		c.head8[h8], c.head5[h5], c.head4[h4], c.head3[h3] = at, at, at, at
	}
}

// rank numbers the positions along zlib's own chains: the difference of two positions' ranks is how many candidates
// zlib looks at to come from one to the other. Counts grow from input to input, since only differences matter.
func (c *chains) rank(data []byte, from, to int) {
	for i := from; i < to; i++ {
		h := hash3(data, i)
		c.count[h]++
		c.ranks[uint16(i)] = c.count[h]
	}
}

// hash3 is zlib's hash of three bytes at memory level 8.
func hash3(data []byte, i int) uint32 {
	b := data[i : i+3 : i+3]
	return (uint32(b[0])<<10 ^ uint32(b[1])<<5 ^ uint32(b[2])) & (1<<tableBits - 1)
}

// rebase makes all positions in the tables smaller by d; those that were smaller than d become 0, which is none.
func (c *chains) rebase(d int) {
	for _, head := range []*[1 << tableBits]uint32{&c.head8, &c.head5, &c.head4, &c.head3} {
		for i, v := range head {
			head[i] = v - min(v, uint32(d))
		}
	}
	for i := range c.links {
		l := &c.links[i]
		l.by8 -= min(l.by8, uint32(d))
		l.by5 -= min(l.by5, uint32(d))
		l.by4 -= min(l.by4, uint32(d))
		l.by3 -= min(l.by3, uint32(d))
	}
	c.origin -= d
}
