package deflate

import "math"

// code counts an alphabet's symbols and holds the lengths of their codes.
type code struct {
	freq   [literalSymbols]uint32
	length [literalSymbols]uint8 // of the symbols in use
}

// builder makes code lengths as zlib's build_tree and gen_bitlen do. Codes of equal cost differ in what their lengths
// take in the block's header, so zlib's choice among equals has to be made as well: it follows from the order in which
// its heap gives nodes of equal frequency and height.
type builder struct {
	heap   [literalSymbols + 2]node // from 1
	taken  [nodes]node              // as the heap gave them
	parent [nodes]uint16
	depth  [nodes]uint8
	count  [literalLimit + 2]int  // symbols by the length of their code
	used   [literalSymbols]uint16 // symbols with a code, ascending
	nUsed  int
}

// nodes is how many numbers a tree's nodes have: first come the symbols.
const nodes = 2*literalSymbols - 1

// node packs a node's frequency, its height over its deepest leaf, and its number. The first two order the heap. A
// block has at most 2^14 symbols, so that no tree is higher than 31.
type node uint32

const (
	heightOne = 1 << 10
	freqOne   = 1 << 15
	sentinel  = node(math.MaxUint32)
)

func (n node) number() int  { return int(n % heightOne) }
func (n node) height() node { return n % freqOne / heightOne }
func (n node) freq() int    { return int(n / freqOne) }
func (n node) key() node    { return n / heightOne }

// build sets the lengths of a code, and returns the bits of all its symbols with it and with the fixed code.
func (b *builder) build(c *code, a *alphabet) (dynamic, fixed int) {
	b.collect(c, a)
	forced := b.force(c)
	n := b.merge(b.nUsed)
	dynamic, fixed, overflow := b.assign(c, a, n)
	if overflow > 0 {
		dynamic += b.shorten(c, a.limit, overflow)
	}
	for _, s := range forced { // of length 1, and never written
		if s >= 0 {
			dynamic, fixed = dynamic-1, fixed-int(a.fixed[s])
		}
	}
	return dynamic, fixed
}

// collect puts the counted symbols on the heap.
func (b *builder) collect(c *code, a *alphabet) {
	n := 0
	for s, f := range c.freq[:a.symbols] {
		if f != 0 {
			b.used[n] = uint16(s)
			n++
			b.heap[n] = node(f*freqOne) + node(s)
		}
	}
	b.nUsed = n
}

// force gives codes to symbols that aren't counted, so that there are two: the symbol after the last, or 0 after a
// last one of 2 or more.
func (b *builder) force(c *code) (forced [2]int) {
	forced = [2]int{-1, -1}
	for ; b.nUsed < 2; b.nUsed++ {
		s, at := 0, 0
		if b.nUsed == 0 || b.used[0] < 2 {
			s, at = 0, b.nUsed
			if b.nUsed > 0 {
				s = int(b.used[0]) + 1
			}
		} else {
			b.used[1] = b.used[0]
		}
		b.used[at] = uint16(s)
		b.heap[b.nUsed+1] = freqOne + node(s)
		c.freq[s] = 1
		forced[b.nUsed] = s
	}
	return forced
}

// merge joins the two least nodes of the heap until one is left, and returns how many nodes were taken.
func (b *builder) merge(n int) int {
	heap := &b.heap
	heap[n+1] = sentinel
	for k := n / 2; k > 0; k-- {
		sift(heap, k, n, heap[k])
	}
	taken, number := 0, literalSymbols
	for n > 1 {
		first, moved := heap[1], heap[n]
		heap[n] = sentinel
		n--
		sift(heap, 1, n, moved)
		second := heap[1]
		b.taken[taken], b.taken[taken+1] = first, second
		taken += 2
		b.parent[first.number()], b.parent[second.number()] = uint16(number), uint16(number)
		height := max(first.height(), second.height()) + 1
		joined := (first/freqOne+second/freqOne)*freqOne + height*heightOne + node(number)
		sift(heap, 1, n, joined)
		number++
	}
	b.taken[taken] = heap[1]
	return taken + 1
}

// sift puts v at place k of a heap of n nodes, or below. After the nodes comes a sentinel. Of equal children the right
// one moves up, and an equal parent stays, as in zlib.
func sift(heap *[literalSymbols + 2]node, k, n int, v node) {
	for j := 2 * k; j <= n; j = 2 * k {
		left, right := heap[j].key(), heap[j+1].key()
		j += 1 - int((left-right)>>31) // without a branch, which nobody can predict
		child := heap[j]
		if v.key() <= child.key() {
			break
		}
		heap[k] = child
		k = j
	}
	heap[k] = v
}

// assign gives each symbol its depth in the tree as length, up to the limit, and counts the nodes beyond it.
func (b *builder) assign(c *code, a *alphabet, n int) (dynamic, fixed, overflow int) {
	clear(b.count[:])
	b.depth[b.taken[n-1].number()] = 0
	for i := n - 2; i >= 0; i-- {
		v := b.taken[i]
		s := v.number()
		length := int(b.depth[b.parent[s]]) + 1
		if length > a.limit {
			length = a.limit
			overflow++
		}
		b.depth[s] = uint8(length)
		if s < literalSymbols {
			c.length[s] = uint8(length)
			b.count[length]++
			dynamic += v.freq() * (length + int(a.extra[s]))
			fixed += v.freq() * int(a.fixed[s])
		}
	}
	return dynamic, fixed, overflow
}

// shorten makes a code of lengths up to the limit out of one in which a number of nodes had to be cut to it, as zlib's
// gen_bitlen does. It returns the bits that this adds.
func (b *builder) shorten(c *code, limit, overflow int) (added int) {
	for ; overflow > 0; overflow -= 2 {
		length := limit - 1
		for b.count[length] == 0 {
			length--
		}
		b.count[length]--
		b.count[length+1] += 2
		b.count[limit]--
	}
	i := 0
	for length := limit; length > 0; length-- {
		for left := b.count[length]; left > 0; i++ {
			v := b.taken[i]
			if s := v.number(); s < literalSymbols {
				added += (length - int(c.length[s])) * v.freq()
				c.length[s] = uint8(length)
				left--
			}
		}
	}
	return added
}

// countLengths counts the symbols that write the lengths of a code just built, with runs made short as zlib's scan_tree
// makes them.
func (b *builder) countLengths(c, lengths *code) {
	next := 0 // the first symbol not counted yet
	used := b.used[:b.nUsed]
	for i := 0; i < len(used); {
		s := int(used[i])
		lengths.zeros(s - next)
		length, run := c.length[s], 1
		for i++; i < len(used) && int(used[i]) == s+run && c.length[used[i]] == length; i++ {
			run++
		}
		lengths.repeats(length, run)
		next = s + run
	}
}

// zeros counts the symbols of a run of symbols without a code.
func (c *code) zeros(run int) {
	for ; run > 0; run -= 138 {
		switch {
		case run < 3:
			c.freq[0] += uint32(run)
		case run <= 10:
			c.freq[repeatZero]++
		default:
			c.freq[repeatZeros]++
		}
	}
}

// repeats counts the symbols of a run of codes of one length.
func (c *code) repeats(length uint8, run int) {
	if run < 4 {
		c.freq[length] += uint32(run)
		return
	}
	c.freq[length]++
	for run--; run > 0; run -= 6 {
		if run < 3 {
			c.freq[length] += uint32(run)
		} else {
			c.freq[repeatLast]++
		}
	}
}
