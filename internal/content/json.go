package content

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// checkJSON says where a line's JSON is wrong.
func checkJSON(line []byte) error {
	if json.Valid(line) {
		return nil
	}
	var raw json.RawMessage
	err := json.Unmarshal(line, &raw)
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	switch {
	case !ok:
		return wrong(BadRecord, "is no JSON: %w", err)
	case strings.HasPrefix(syntax.Error(), "unexpected end"):
		return wrong(BadRecord, "its JSON ends too early (one record is one line)")
	}
	return wrong(BadRecord, "is no JSON: column %d: %w", syntax.Offset, err)
}

// object walks through the fields of an object whose JSON is known to be valid.
type object struct{ rest []byte }

// next is the next field: its name as it is written, with quotes, and its value.
func (o *object) next() (name, value []byte, ok bool) {
	o.rest = skipSpace(o.rest)[1:] // behind { or ,
	if o.rest = skipSpace(o.rest); len(o.rest) == 0 || o.rest[0] != '"' {
		return nil, nil, false
	}
	n := stringEnd(o.rest)
	name, o.rest = o.rest[:n], skipSpace(o.rest[n:])
	o.rest = skipSpace(o.rest[1:]) // behind :
	n = valueEnd(o.rest)
	value, o.rest = o.rest[:n], skipSpace(o.rest[n:])
	return name, value, true
}

func skipSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t' || b[0] == '\r' || b[0] == '\n') {
		b = b[1:]
	}
	return b
}

// stringEnd is how long the string at the start is.
func stringEnd(b []byte) int {
	for i := 1; ; {
		n := bytes.IndexByte(b[i:], '"')
		end := i + n
		slashes := 0
		for slashes < n && b[end-1-slashes] == '\\' {
			slashes++
		}
		if i = end + 1; slashes%2 == 0 {
			return i
		}
	}
}

// valueEnd is how long the value at the start is.
func valueEnd(b []byte) int {
	depth := 0
	for i := 0; i < len(b); {
		switch b[i] {
		case '"':
			i += stringEnd(b[i:])
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		default:
			i += plainEnd(b[i:], depth)
		}
		if depth == 0 {
			return i
		}
	}
	return len(b)
}

// plainEnd is how long what is no string, object or array is at the start;
// within an object or array it takes what lies between as well.
func plainEnd(b []byte, depth int) int {
	for i, c := range b {
		switch c {
		case '"', '{', '[', '}', ']':
			return i
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
		}
	}
	return len(b)
}

// appendString appends what a valid JSON string stands for. Bytes that aren't
// UTF-8 stay as they are.
func appendString(dst, quoted []byte) []byte {
	b := quoted[1 : len(quoted)-1]
	for {
		i := bytes.IndexByte(b, '\\')
		if i < 0 {
			return append(dst, b...)
		}
		dst, b = append(dst, b[:i]...), b[i+1:]
		dst, b = appendEscape(dst, b)
	}
}

// appendEscape appends what the escape at the start, whose backslash is gone, stands for.
func appendEscape(dst, b []byte) (_, rest []byte) {
	switch b[0] {
	case 'b':
		return append(dst, '\b'), b[1:]
	case 'f':
		return append(dst, '\f'), b[1:]
	case 'n':
		return append(dst, '\n'), b[1:]
	case 'r':
		return append(dst, '\r'), b[1:]
	case 't':
		return append(dst, '\t'), b[1:]
	case 'u':
		return appendUnicode(dst, b[1:])
	}
	return append(dst, b[0]), b[1:]
}

// appendUnicode appends the character of four hex digits, or of two such escapes
// where it takes two. Half a pair stands for the replacement character.
func appendUnicode(dst, b []byte) (_, rest []byte) {
	r, b := hex(b), b[4:]
	if utf16.IsSurrogate(r) && len(b) >= 6 && b[0] == '\\' && b[1] == 'u' {
		if both := utf16.DecodeRune(r, hex(b[2:])); both != utf8.RuneError {
			return utf8.AppendRune(dst, both), b[6:]
		}
	}
	return utf8.AppendRune(dst, r), b // of a surrogate: utf8.RuneError
}

// hex is the number of four hex digits.
func hex(b []byte) rune {
	digits := binary.BigEndian.Uint32(b)
	digits = digits&0x0f0f0f0f + 9*(digits>>6&0x01010101)
	digits = digits>>4&0x00f000f0 | digits&0x000f000f
	return rune(digits>>8&0xff00 | digits&0xff)
}
