package deflate

import "math/bits"

// Sizes of RFC 1951, 3.2: the alphabets and what a block begins with.
const (
	endOfBlock       = 256
	literalSymbols   = 286
	distanceSymbols  = 30
	lengthSymbols    = 19
	blockHeader      = 3         // bits: whether it is the last, and its type
	dynamicHeader    = 5 + 5 + 4 // bits: the numbers of code lengths
	storedHeader     = 4         // bytes: the length twice
	blockSymbols     = 1<<14 - 1 // zlib ends a block after as many literals and matches at memory level 8
	literalLimit     = 15        // bits of a code
	lengthCodesLimit = 7         // bits of a code of the code lengths
)

// block counts the symbols of the block that is being made.
type block struct {
	start    int // where its bytes begin in the input
	symbols  int // literals and matches
	literals code
	distance code
	lengths  code
	builder  builder
}

// reset begins a block at a position of the input.
func (b *block) reset(start int) {
	b.start, b.symbols = start, 0
	clear(b.literals.freq[:])
	clear(b.distance.freq[:distanceSymbols])
	b.literals.freq[endOfBlock] = 1
}

func (b *block) literal(c byte) {
	b.literals.freq[c]++
	b.symbols++
}

func (b *block) match(length, distance int) {
	b.literals.freq[lengthSymbol[uint8(length-minMatch)]]++
	b.distance.freq[distanceSymbol(distance)]++
	b.symbols++
}

// endBlock adds the size of the block that ends before a position, in the form zlib's _tr_flush_block takes: stored
// unless that is longer, or with fixed codes unless those are longer than the block's own.
func (s *Sizer) endBlock(end int, last bool) {
	b := &s.block
	dynamic, fixed := b.costs()
	dynamic += blockHeader
	fixed += blockHeader
	fewest := min((dynamic+7)/8, (fixed+7)/8)
	switch {
	case end-b.start+storedHeader <= fewest && b.start >= s.window.start:
		s.bits = (s.bits+blockHeader+7)&^7 + 8*(storedHeader+end-b.start)
	case (fixed+7)/8 == fewest:
		s.bits += fixed
	default:
		s.bits += dynamic
	}
	if !last {
		b.reset(end)
	}
}

// costs are the bits of the block's symbols with codes of its own, these included, and with the fixed codes.
func (b *block) costs() (dynamic, fixed int) {
	d1, f1 := b.builder.build(&b.literals, literalAlphabet)
	clear(b.lengths.freq[:lengthSymbols])
	b.builder.countLengths(&b.literals, &b.lengths)
	d2, f2 := b.builder.build(&b.distance, distanceAlphabet)
	b.builder.countLengths(&b.distance, &b.lengths)
	d3, _ := b.builder.build(&b.lengths, lengthAlphabet)
	n := lengthSymbols
	for n > 4 && b.lengths.freq[lengthOrder[n-1]] == 0 {
		n--
	}
	return d1 + d2 + d3 + 3*n + dynamicHeader, f1 + f2
}

// distanceSymbol is the symbol of a distance from 1 to 32768 (RFC 1951, 3.2.5): two for each power of 2.
func distanceSymbol(distance int) int {
	d := uint32(distance - 1)
	if d < 4 {
		return int(d)
	}
	k := bits.Len32(d) - 1
	return 2*k + int(d>>(uint(k-1)&31)&1)
}
