package pcfg

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// scanner reads the tokens of one line; rest never begins with space.
type scanner struct{ rest string }

func (s *scanner) at(c byte) bool { return s.rest != "" && s.rest[0] == c }

func (s *scanner) skip(n int) { s.rest = strings.TrimLeft(s.rest[n:], " \t\r") }

func (s *scanner) accept(word string) bool {
	found := strings.HasPrefix(s.rest, word)
	if found {
		s.skip(len(word))
	}
	return found
}

// name reads a non-terminal: NLTK's [\w/][\w/^<>-]*, in ASCII.
func (s *scanner) name() (string, error) {
	n := 0
	for n < len(s.rest) && isNameByte(s.rest[n], n == 0) && !strings.HasPrefix(s.rest[n:], "->") {
		n++
	}
	if n == 0 {
		return "", fmt.Errorf("%q: a non-terminal's name is expected", excerpt(s.rest))
	}
	name := s.rest[:n]
	s.skip(n)
	return name, nil
}

func isName(text string) bool {
	s := scanner{rest: text}
	_, err := s.name()
	return err == nil && s.rest == ""
}

func isNameByte(c byte, first bool) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '/':
		return true
	case c == '^', c == '<', c == '>', c == '-':
		return !first
	}
	return false
}

// terminal reads what is quoted.
func (s *scanner) terminal() (string, error) {
	text, _, closed := strings.Cut(s.rest[1:], s.rest[:1])
	switch {
	case !closed:
		return "", fmt.Errorf("%s: the quote isn't closed", excerpt(s.rest))
	case text == "":
		return "", errors.New("a terminal is empty: a right-hand side without symbols is empty itself, as in A -> [1]")
	case !utf8.ValidString(text):
		return "", fmt.Errorf("terminal %q is no UTF-8", excerpt(text))
	}
	s.skip(len(text) + 2)
	return text, nil
}

func (s *scanner) probability() (float64, error) {
	text, _, closed := strings.Cut(s.rest[1:], "]")
	if !closed {
		return 0, fmt.Errorf("%s: the bracket isn't closed", excerpt(s.rest))
	}
	p, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(p) || math.Signbit(p) || p > 1 {
		return 0, fmt.Errorf("[%s] is no probability from 0 to 1", excerpt(text))
	}
	s.skip(len(text) + 2)
	return p, nil
}

// excerpt keeps an error readable whatever the line holds.
func excerpt(text string) string {
	const most = 40
	if len(text) <= most {
		return text
	}
	end := most
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "..."
}
