package content

import "bytes"

// integers reads token ids that white space separates, one document a line.
type integers struct {
	lines *lines
	*tally
}

func (i *integers) next(dst []int32) ([]int32, error) {
	for {
		line, err := i.lines.next()
		if err != nil {
			return dst, err
		}
		if blank(line) {
			continue
		}
		i.texts++
		dst, err = appendFields(dst, line)
		return dst, atLine(err, i.lines.number)
	}
}

// appendFields appends the token ids of a line.
func appendFields(dst []int32, line []byte) ([]int32, error) {
	for at := 0; ; {
		for at < len(line) && space(line[at]) {
			at++
		}
		if at == len(line) {
			return dst, nil
		}
		id, length := parseID(line[at:])
		end := at + length
		if length == 0 || end < len(line) && !space(line[end]) {
			return dst, wrong(BadToken, "column %d: %s is no token id (the tokenizer integers takes whole numbers from 0 with spaces between; bytes takes any text)",
				at+1, shown(field(line[at:])))
		}
		if id > maxID {
			return dst, wrong(BadToken, "column %d: %s is above the largest token id, %d", at+1, shown(line[at:end]), maxID)
		}
		dst, at = append(dst, int32(id)), end
	}
}

func space(b byte) bool {
	switch b {
	case ' ', '\t', '\n', '\v', '\f', '\r':
		return true
	}
	return false
}

// field is what there is before the next white space.
func field(b []byte) []byte {
	if n := bytes.IndexAny(b, " \t\n\v\f\r"); n >= 0 {
		return b[:n]
	}
	return b
}
