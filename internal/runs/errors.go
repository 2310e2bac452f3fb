package runs

import (
	"errors"
	"fmt"
	"strings"
)

// shownProblems is how many problems an error tells.
const shownProblems = 5

// Error says what is wrong with a source, a line a problem.
type Error struct {
	Name     string   // of the source
	Problems []string // the first ones, such as: row 7, column loss: "n/a" is no number
	More     int      // problems besides those
	Err      error    // the cause, where another package found it
}

func (e *Error) Error() string {
	lines := make([]string, 0, len(e.Problems)+1)
	for _, p := range e.Problems {
		lines = append(lines, e.Name+": "+p)
	}
	if e.More > 0 {
		lines = append(lines, fmt.Sprintf("%s: and %d more", e.Name, e.More))
	}
	return strings.Join(lines, "\n")
}

func (e *Error) Unwrap() error { return e.Err }

// problems are found while a table is read: the first ones, and how many there are.
type problems struct {
	first []string
	all   int
}

func (p *problems) add(format string, args ...any) {
	if p.all++; p.all <= shownProblems {
		p.first = append(p.first, fmt.Sprintf(format, args...))
	}
}

// err is nil without problems.
func (p *problems) err() error {
	if p.all == 0 {
		return nil
	}
	return &Error{Problems: p.first, More: p.all - len(p.first)}
}

// named is an error as *Error of a source; nil for nil.
func named(name string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		e.Name = name
		return e
	}
	return &Error{Name: name, Problems: []string{err.Error()}, Err: err}
}

// quote is a text in quotes, cut where it is long.
func quote(text string) string {
	const most = 60
	if runes := []rune(text[:min(len(text), 4*most+4)]); len(runes) > most {
		text = string(runes[:most]) + "..."
	}
	return fmt.Sprintf("%q", text)
}
