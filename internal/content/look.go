package content

import (
	"bytes"
	"unicode/utf8"
)

// Look is what is noticed of text while it is read. The zero Look has seen
// nothing.
type Look struct {
	Bytes       int64
	BOM         string // the byte order mark at the start: "UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE" or ""
	UTF16       bool   // by its mark, or by where the zero bytes of the first 64 KiB are
	NUL         bool   // there is a zero byte
	NULAt       int64  // offset of the first
	InvalidUTF8 bool
	InvalidAt   int64 // offset of the first byte that isn't UTF-8
	CRLF        int64 // line ends of that sort

	head   [4]byte // the first bytes
	cut    [utf8.UTFMax]byte
	cutLen int  // bytes of a rune of which the rest comes in the next call
	cr     bool // the last byte was a carriage return
	zeros  zeros
}

// Add looks at the next bytes.
func (l *Look) Add(p []byte) {
	if len(p) == 0 {
		return
	}
	l.addStart(p)
	l.addZero(p)
	l.addLineEnds(p)
	l.addUTF8(p)
	l.Bytes += int64(len(p))
}

// Done says whether the text ends within a rune, which makes it invalid UTF-8.
// It is called at the end.
func (l *Look) Done() bool {
	if l.cutLen == 0 || l.InvalidUTF8 {
		return false
	}
	l.invalid(l.Bytes - int64(l.cutLen))
	return true
}

// Text says whether all that was seen is UTF-8 without a zero byte.
func (l Look) Text() bool { return l.Kind() == "" }

// notUTF8 is the kind of text in an old encoding, or with a mistake.
const notUTF8 = "text that isn't UTF-8"

// Kind names what was seen where it isn't good text, and is "" where it is.
func (l Look) Kind() string {
	switch {
	case l.BOM == "UTF-32LE" || l.BOM == "UTF-32BE":
		return "UTF-32 text"
	case l.UTF16:
		return "UTF-16 text"
	case l.NUL:
		return "binary"
	case l.InvalidUTF8:
		return notUTF8
	}
	return ""
}

// At is the offset of the first byte that isn't good text. It has a meaning
// where Kind isn't "".
func (l Look) At() int64 {
	switch {
	case l.NUL && l.InvalidUTF8:
		return min(l.NULAt, l.InvalidAt)
	case l.NUL:
		return l.NULAt
	}
	return l.InvalidAt
}

// addStart looks for a byte order mark and for UTF-16.
func (l *Look) addStart(p []byte) {
	if l.Bytes >= zerosWithin {
		return
	}
	if l.Bytes < int64(len(l.head)) {
		copy(l.head[l.Bytes:], p)
		l.BOM = bomOf(l.head[:min(int64(len(l.head)), l.Bytes+int64(len(p)))])
	}
	l.zeros.add(p[:min(int64(len(p)), zerosWithin-l.Bytes)])
	l.UTF16 = l.BOM == "UTF-16LE" || l.BOM == "UTF-16BE" || l.BOM == "" && l.zeros.utf16()
}

func bomOf(head []byte) string {
	for _, b := range []struct{ mark, name string }{
		{"\xef\xbb\xbf", "UTF-8"}, {"\xff\xfe\x00\x00", "UTF-32LE"}, {"\x00\x00\xfe\xff", "UTF-32BE"}, {"\xff\xfe", "UTF-16LE"}, {"\xfe\xff", "UTF-16BE"},
	} {
		if bytes.HasPrefix(head, []byte(b.mark)) {
			return b.name
		}
	}
	return ""
}

func (l *Look) addZero(p []byte) {
	if l.NUL {
		return
	}
	if i := bytes.IndexByte(p, 0); i >= 0 {
		l.NUL, l.NULAt = true, l.Bytes+int64(i)
	}
}

func (l *Look) addLineEnds(p []byte) {
	if l.cr && p[0] == '\n' {
		l.CRLF++
	}
	l.CRLF += int64(bytes.Count(p, []byte("\r\n")))
	l.cr = p[len(p)-1] == '\r'
}

func (l *Look) addUTF8(p []byte) {
	if l.InvalidUTF8 {
		return
	}
	taken := l.completeRune(p)
	if l.InvalidUTF8 || l.cutLen > 0 {
		return
	}
	whole := taken + wholeRunes(p[taken:])
	if !utf8.Valid(p[taken:whole]) {
		l.invalid(l.Bytes + int64(taken+firstInvalid(p[taken:whole])))
		return
	}
	l.cutLen = copy(l.cut[:], p[whole:])
}

// completeRune goes on with the rune that was cut, and says how many bytes it takes.
func (l *Look) completeRune(p []byte) (taken int) {
	if l.cutLen == 0 {
		return 0
	}
	start := l.Bytes - int64(l.cutLen)
	for !utf8.FullRune(l.cut[:l.cutLen]) {
		if taken == len(p) {
			return taken
		}
		l.cut[l.cutLen] = p[taken]
		l.cutLen++
		taken++
	}
	if r, size := utf8.DecodeRune(l.cut[:l.cutLen]); r == utf8.RuneError && size == 1 {
		l.invalid(start)
	}
	l.cutLen = 0
	return taken
}

func (l *Look) invalid(at int64) { l.InvalidUTF8, l.InvalidAt = true, at }

// wholeRunes is how many bytes there are before a rune that the end cuts.
func wholeRunes(p []byte) int {
	for n := len(p) - 1; n >= 0 && n > len(p)-utf8.UTFMax; n-- {
		if utf8.RuneStart(p[n]) {
			if utf8.FullRune(p[n:]) {
				break
			}
			return n
		}
	}
	return len(p)
}

// firstInvalid is the offset of the first byte that isn't UTF-8, where there is one.
func firstInvalid(p []byte) (at int) {
	for at < len(p) {
		r, size := utf8.DecodeRune(p[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}

// Notices are what is noticed of the text that nobody may have wanted, in words.
func (l Look) Notices() (all []string) {
	if kind := l.Kind(); kind != "" {
		return []string{kind}
	}
	if l.BOM != "" {
		all = append(all, "a byte-order mark")
	}
	if l.CRLF > 0 {
		all = append(all, "CRLF line ends")
	}
	return all
}
