package deflate

// alphabet is what is fixed of a code.
type alphabet struct {
	symbols int
	limit   int // bits of a code
	extra   [literalSymbols]uint8
	fixed   [literalSymbols]uint8 // bits with the fixed codes, extra ones included
}

var (
	literalAlphabet  = newLiteralAlphabet()
	distanceAlphabet = newDistanceAlphabet()
	lengthAlphabet   = newLengthAlphabet()

	lengthSymbol = newLengthSymbols()
)

// The codes of code lengths (RFC 1951, 3.2.7).
const (
	repeatLast  = 16 // 3 to 6 times
	repeatZero  = 17 // 3 to 10 times
	repeatZeros = 18 // 11 to 138 times
)

// lengthOrder is the order in which a block has the lengths of the codes of code lengths.
var lengthOrder = [lengthSymbols]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

func newLiteralAlphabet() *alphabet {
	a := &alphabet{symbols: literalSymbols, limit: literalLimit}
	for s := range a.fixed {
		switch {
		case s < 144:
			a.fixed[s] = 8
		case s < 256:
			a.fixed[s] = 9
		case s < 280:
			a.fixed[s] = 7
		default:
			a.fixed[s] = 8
		}
		if s >= 265 && s < 285 {
			a.extra[s] = uint8(s-261) / 4
		}
		a.fixed[s] += a.extra[s]
	}
	return a
}

func newDistanceAlphabet() *alphabet {
	a := &alphabet{symbols: distanceSymbols, limit: literalLimit}
	for s := range distanceSymbols {
		a.extra[s] = uint8(max(s/2-1, 0))
		a.fixed[s] = 5 + a.extra[s]
	}
	return a
}

func newLengthAlphabet() *alphabet {
	a := &alphabet{symbols: lengthSymbols, limit: lengthCodesLimit}
	a.extra[repeatLast], a.extra[repeatZero], a.extra[repeatZeros] = 2, 3, 7
	return a
}

// newLengthSymbols has the symbol of each length from 3 to 258 (RFC 1951, 3.2.5).
func newLengthSymbols() (table [256]uint16) {
	length := 0
	for s := endOfBlock + 1; s < literalSymbols-1; s++ {
		for range 1 << literalAlphabet.extra[s] {
			table[min(length, 255)] = uint16(s)
			length++
		}
	}
	table[255] = literalSymbols - 1
	return table
}
