package spec

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/ziplaw/ziplaw"
)

// mostRead is how much of a source is read: enough to say how large a text is that is only too large.
const mostRead = 16 << 20

// Read reads a spec's text from a file or a pipe, which may have no end. A text that goes on is an error of code bad_spec.
func Read(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, mostRead+1))
	if err != nil {
		return nil, err
	}
	if len(b) > mostRead {
		return nil, ziplaw.BadSpec("", fmt.Sprintf("a text of at most %d bytes", maxBytes), "the spec has more than %d bytes", mostRead)
	}
	return b, nil
}

// checkUTF8 names the first byte that is no UTF-8, which encoding/json would replace and YAML's parser refuse without a place.
func checkUTF8(text []byte, language string) error {
	if utf8.Valid(text) || isUTF16(text) && language == yamlName {
		return nil
	}
	at := 0
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		at += size
	}
	e := ziplaw.BadSpec("", "save the text in UTF-8, for example with iconv -f latin1 -t utf-8", "no %s: the byte 0x%02x%s is no UTF-8",
		language, text[at], latin1(text[at]))
	e.Line = 1 + bytes.Count(text[:at], []byte("\n"))
	return e
}

// isUTF16 says whether a text says so itself. YAML may be written in it.
func isUTF16(text []byte) bool {
	return bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff"))
}

// latin1 is what a byte means in the encoding that it is most likely of.
func latin1(b byte) string {
	if b <= 0xa0 { // no letter
		return ""
	}
	return fmt.Sprintf(" (%c in Latin-1)", rune(b))
}
