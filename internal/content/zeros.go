package content

// zerosWithin is how many bytes are looked at for the pattern of UTF-16.
const zerosWithin = 64 << 10

// zeros counts pairs of bytes of which one is zero, by which one, to know UTF-16
// without a mark: about all its pairs with a zero byte have it on the same
// side, with a printable character beside it.
type zeros struct {
	pairs         int
	first, second int // pairs with one zero byte, on that side, beside a printable character
	other         int // with a zero byte beside something else
	odd           bool
	last          byte // of an odd number of bytes
}

func (z *zeros) add(p []byte) {
	if z.odd && len(p) > 0 {
		z.pair(z.last, p[0])
		z.odd, p = false, p[1:]
	}
	for ; len(p) > 1; p = p[2:] {
		z.pair(p[0], p[1])
	}
	if len(p) == 1 {
		z.odd, z.last = true, p[0]
	}
}

func (z *zeros) pair(a, b byte) {
	z.pairs++
	switch {
	case a != 0 && b != 0:
	case a == 0 && printable(b):
		z.first++
	case b == 0 && printable(a):
		z.second++
	default:
		z.other++
	}
}

func printable(b byte) bool {
	return b >= ' ' && b < 0x7f || b == '\n' || b == '\r' || b == '\t'
}

// utf16 says whether the pattern is that of UTF-16: a fifth of the pairs at
// least, four at least, and hardly any of another sort.
func (z *zeros) utf16() bool {
	most, rest := max(z.first, z.second), min(z.first, z.second)+z.other
	return most >= 4 && most*5 >= z.pairs && rest*50 <= most
}
