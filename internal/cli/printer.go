package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/store"
)

// printer is the one way to speak to the user.
type printer struct {
	out, err io.Writer
	json     bool
}

// value prints a command's result: as JSON, or as the text that a function writes.
func (p printer) value(v any, text func(w io.Writer) error) error {
	if !p.json {
		return text(p.out)
	}
	enc := json.NewEncoder(p.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// note prints a line on standard error.
func (p printer) note(format string, args ...any) {
	fmt.Fprintf(p.err, format+"\n", args...)
}

// progress says on standard error what long work is at, where it is no JSON's caller that reads.
func (p printer) progress(format string, args ...any) {
	if !p.json {
		p.note(format, args...)
	}
}

// failure prints errors: as JSON on standard output, or as text on standard error.
func (p printer) failure(err error) {
	problems := problemsOf(err)
	if p.json {
		_ = p.value(newFailure(problems), nil)
		return
	}
	for _, e := range problems {
		p.problem(e)
	}
}

func (p printer) problem(e *ziplaw.Error) {
	bare := *e
	bare.Hint = ""
	fmt.Fprintf(p.err, "ziplaw: %s\n", bare.Error())
	if e.Hint != "" {
		fmt.Fprintf(p.err, "        %s\n", e.Hint)
	}
}

// failureJSON is the form of errors in JSON. Errors are all of them where there are several.
type failureJSON struct {
	Error  problemJSON   `json:"error"`
	Errors []problemJSON `json:"errors,omitempty"`
}

type problemJSON struct {
	Code    string `json:"code"`
	Field   string `json:"field"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
	Line    int    `json:"line,omitempty"`
}

func newFailure(problems []*ziplaw.Error) failureJSON {
	var f failureJSON
	for _, e := range problems {
		f.Errors = append(f.Errors, problemJSON{Code: e.Code, Field: e.Field, Message: e.Message, Hint: e.Hint, Line: e.Line})
	}
	f.Error = f.Errors[0]
	if len(problems) == 1 {
		f.Errors = nil
	}
	return f
}

// problemsOf takes joined errors apart. There is always one.
func problemsOf(err error) []*ziplaw.Error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // only a join itself is taken apart
		var all []*ziplaw.Error
		for _, e := range joined.Unwrap() {
			all = append(all, problemsOf(e)...)
		}
		if len(all) > 0 {
			return all
		}
	}
	return []*ziplaw.Error{problemOf(err)}
}

// problemOf is an error as users see it. What the store can't do or refuses has a code of its own.
func problemOf(err error) *ziplaw.Error {
	e := ziplaw.AsError(err)
	if failed, ofStore := store.Failure(err); ofStore && e.Code == ziplaw.CodeInternal {
		e = &ziplaw.Error{Code: ziplaw.CodeStore, Message: err.Error(), Hint: "ziplaw doctor looks at the store; try again when it answers"}
		if failed.Class == store.Refused {
			e.Hint = "the store refuses the request itself: see what its message says"
		}
	}
	return e
}

// table prints rows in columns; the first row is the head.
func table(w io.Writer, rows [][]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintln(t, strings.Join(r, "\t"))
	}
	return t.Flush()
}
