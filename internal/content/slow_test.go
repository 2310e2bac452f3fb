package content

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// slowIntegers are documents of integers, read with the standard library.
func slowIntegers(data []byte) (docs [][]int32, ok bool) {
	for line := range strings.SplitSeq(strings.TrimPrefix(string(data), "\xef\xbb\xbf"), "\n") {
		fields := strings.FieldsFunc(line, func(r rune) bool { return r < 0x80 && space(byte(r)) })
		if len(strings.TrimSpace(line)) == 0 {
			continue
		}
		var doc []int32
		for _, f := range fields {
			id, err := strconv.ParseUint(f, 10, 31)
			if err != nil {
				return docs, false
			}
			doc = append(doc, int32(id))
		}
		docs = append(docs, doc)
	}
	return docs, true
}

// slowRecords are records of JSON lines, read with the standard library.
func slowRecords(data []byte, field string) (all []Record, ok bool) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	for i, line := range bytes.Split(data, []byte("\n")) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		r, ok := slowRecord(line, field)
		if !ok {
			return all, false
		}
		r.Line = i + 1
		all = append(all, r)
	}
	return all, true
}

func slowRecord(line []byte, field string) (r Record, ok bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(line, &fields) != nil || fields == nil {
		return r, false
	}
	if tokens := fields["tokens"]; len(tokens) > 0 && tokens[0] == '[' {
		var numbers []json.Number
		if bytes.Contains(tokens, []byte{'"'}) || bytes.Contains(tokens, []byte("null")) || json.Unmarshal(tokens, &numbers) != nil {
			return r, false
		}
		for _, n := range numbers {
			id, err := strconv.ParseUint(n.String(), 10, 64)
			if err != nil || id > math.MaxInt32 {
				return r, false
			}
			r.Tokens = append(r.Tokens, int32(id))
		}
		r.IsTokens = true
		return r, true
	}
	var text *string
	if json.Unmarshal(fields[field], &text) != nil || text == nil {
		return r, false
	}
	r.Text = []byte(*text)
	return r, true
}
