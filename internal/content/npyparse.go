package content

import (
	"bytes"
	"errors"
	"math"
	"strconv"
)

// parseHeader parses the header's text, a dictionary as Python writes it:
// {'descr': '<i4', 'fortran_order': False, 'shape': (3, 4), }.
func parseHeader(text []byte) (h npyHeader, err error) {
	p := &literal{rest: text}
	seen := map[string]bool{}
	p.take('{')
	for p.err == nil && !p.comes('}') {
		key := p.text()
		p.take(':')
		switch key {
		case "descr":
			h.descr = p.descr()
		case "fortran_order":
			h.fortran = p.boolean()
		case "shape":
			h.shape = p.shape()
		default:
			p.fail()
		}
		if seen[key] {
			p.fail()
		}
		if seen[key] = true; !p.comes('}') {
			p.take(',')
		}
	}
	p.take('}')
	if p.end(); p.err != nil || len(seen) != 3 {
		return h, wrong(Unsupported, "has a header that isn't numpy's: %s", shown(text))
	}
	if h.number, err = numberOf(h.descr); err != nil {
		return h, err
	}
	return h, fits(h)
}

// fits refuses a shape whose bytes can't be counted.
func fits(h npyHeader) error {
	bytes := int64(h.number.size)
	for _, n := range h.shape {
		if n > 0 && bytes > math.MaxInt64/n {
			return wrong(Unsupported, "has a shape %s of more bytes than there can be", h.shown())
		}
		bytes *= max(n, 1)
	}
	return nil
}

// literal takes a literal of Python apart. After the first mistake it takes
// nothing any more.
type literal struct {
	rest []byte
	err  error
}

var errLiteral = errors.New("no such literal")

func (p *literal) fail() { p.err = errLiteral }

// comes says whether a byte comes next, behind spaces.
func (p *literal) comes(c byte) bool {
	p.rest = bytes.TrimLeft(p.rest, " \t\r\n")
	return len(p.rest) > 0 && p.rest[0] == c
}

func (p *literal) take(c byte) {
	if p.err != nil || !p.comes(c) {
		p.fail()
		return
	}
	p.rest = p.rest[1:]
}

// text takes a string. One with escapes is none that a header has.
func (p *literal) text() string {
	quote := byte('\'')
	if p.comes('"') {
		quote = '"'
	}
	p.take(quote)
	n := bytes.IndexByte(p.rest, quote)
	if p.err != nil || n < 0 || bytes.IndexByte(p.rest[:n], '\\') >= 0 {
		p.fail()
		return ""
	}
	text := string(p.rest[:n])
	p.rest = p.rest[n+1:]
	return text
}

// descr takes a type. The list that describes records is taken as it is: no
// number is called that.
func (p *literal) descr() string {
	if !p.comes('[') {
		return p.text()
	}
	depth := 0
	for i, c := range p.rest {
		switch c {
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				list := string(p.rest[:i+1])
				p.rest = p.rest[i+1:]
				return list
			}
		}
	}
	p.fail()
	return ""
}

func (p *literal) boolean() bool {
	p.comes(' ')
	for word, value := range map[string]bool{"True": true, "False": false} {
		if rest, ok := bytes.CutPrefix(p.rest, []byte(word)); ok {
			p.rest = rest
			return value
		}
	}
	p.fail()
	return false
}

// shape takes a tuple of numbers from 0. Python 2 wrote an L behind them.
func (p *literal) shape() (all []int64) {
	p.take('(')
	for p.err == nil && !p.comes(')') {
		digits := len(p.rest) - len(bytes.TrimLeft(p.rest, "0123456789"))
		n, err := strconv.ParseInt(string(p.rest[:digits]), 10, 64)
		if err != nil {
			p.fail()
			return nil
		}
		p.rest = bytes.TrimPrefix(p.rest[digits:], []byte("L"))
		if all = append(all, n); !p.comes(')') {
			p.take(',')
		}
	}
	p.take(')')
	return all
}

// end looks whether nothing but spaces is left.
func (p *literal) end() {
	if len(bytes.TrimSpace(p.rest)) > 0 {
		p.fail()
	}
}
