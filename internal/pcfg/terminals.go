package pcfg

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// terminals numbers the terminals of a text as they appear.
type terminals struct {
	index map[string]int
	texts []string
	lines []int    // where each appears first
	words []string // in byte order, once tokens has found that they are no integers
}

func (t *terminals) number(text string, line int) int {
	i, known := t.index[text]
	if !known {
		i = len(t.texts)
		t.index[text] = i
		t.texts = append(t.texts, text)
		t.lines = append(t.lines, line)
	}
	return i
}

// tokens gives the token ids of the numbers. Integers are token ids themselves;
// one terminal that is no integer makes words of all, with ids from 1 on.
func (t *terminals) tokens() ([]symbol, error) {
	ids := make([]symbol, len(t.texts))
	if slices.ContainsFunc(t.texts, isWord) {
		t.words = slices.Sorted(slices.Values(t.texts))
		for i, word := range t.words {
			ids[t.index[word]] = symbol(i + 1)
		}
		return ids, nil
	}
	for i, text := range t.texts {
		id, ok := tokenID(text)
		if !ok {
			return nil, &ParseError{t.lines[i], fmt.Sprintf("terminal %q is no token id, as in '17'", excerpt(text))}
		}
		ids[i] = symbol(id)
	}
	return ids, nil
}

// isWord says whether a terminal is no integer, not even one that is no token id.
func isWord(text string) bool {
	digits := strings.TrimSpace(text)
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		digits = digits[1:]
	}
	return strings.Trim(digits, "0123456789") != "" || digits == ""
}

// tokenID reads a token id in its usual form. The largest int32 is left free, so
// that ids can be shifted by one.
func tokenID(text string) (id int32, ok bool) {
	n, err := strconv.ParseInt(text, 10, 32)
	return int32(n), err == nil && n >= 0 && n != math.MaxInt32 && strconv.FormatInt(n, 10) == text
}
