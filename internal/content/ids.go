package content

import (
	"bytes"
	"math"
)

// maxID is the largest token id.
const maxID = math.MaxInt32

// appendArray appends the token ids of a valid JSON array.
func appendArray(dst []int32, array []byte) ([]int32, error) {
	b := skipSpace(array[1:])
	for n := 1; b[0] != ']'; n++ {
		id, length := parseID(b)
		rest := skipSpace(b[length:])
		if length == 0 || rest[0] != ',' && rest[0] != ']' {
			return dst, wrong(BadToken, `"tokens": number %d is %s, and no token id`, n, shown(b[:valueEnd(b)]))
		}
		if id > maxID {
			return dst, wrong(BadToken, `"tokens": number %d is %s, above the largest token id, %d`, n, shown(b[:length]), maxID)
		}
		dst = append(dst, int32(id))
		if b = rest; b[0] == ',' {
			b = skipSpace(b[1:])
		}
	}
	return dst, nil
}

// appendPlain appends the token ids of a line that holds them and nothing else,
// {"tokens":[1,2]}, which is most of those that hold any. It says whether the
// line is one; all others, the bad ones too, are read with more care.
func appendPlain(dst []int32, line []byte) (_ []int32, ok bool) {
	b, ok := bytes.CutPrefix(line, []byte(`{"tokens":`))
	if b = skipSpace(b); !ok || len(b) == 0 || b[0] != '[' {
		return dst, false
	}
	for b[0] != ']' { // but [ or a comma
		b = skipSpace(b[1:])
		id, length := parseID(b)
		if length == 0 || length > 1 && b[0] == '0' || id > maxID {
			return dst, false
		}
		dst = append(dst, int32(id))
		if b = skipSpace(b[length:]); len(b) == 0 || b[0] != ',' && b[0] != ']' {
			return dst, false
		}
	}
	b = skipSpace(b[1:])
	return dst, len(b) > 0 && b[0] == '}' && len(skipSpace(b[1:])) == 0
}

// parseID parses the digits at the start; one above maxID stands for all such.
func parseID(b []byte) (id int64, length int) {
	for length < len(b) && b[length]-'0' <= 9 {
		if id = id*10 + int64(b[length]-'0'); id > maxID {
			id = maxID + 1
		}
		length++
	}
	return id, length
}

// shown is the start of something wrong.
func shown(b []byte) string {
	const longest = 40
	if len(b) > longest {
		return Quoted(string(b[:longest])) + "…"
	}
	return Quoted(string(b))
}
