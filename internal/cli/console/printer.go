package console

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/vbauerster/mpb/v8/cwriter"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/store"
)

// Printer is the one way to speak to the user.
type Printer struct {
	Out, Err io.Writer
	JSON     bool
}

// Value prints a command's result: as JSON, or as the text that a function writes.
func (p Printer) Value(v any, text func(w io.Writer) error) error {
	w := &checkedOut{to: p.Out}
	if p.JSON {
		return w.or(asJSON(w, v))
	}
	if cwriter.New(p.Out).IsTerminal() { // which is asked how wide it is
		return text(p.Out)
	}
	return w.or(text(w))
}

func asJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// checkedOut is an output that remembers the first error of writing to it.
type checkedOut struct {
	to  io.Writer
	err error
}

func (w *checkedOut) Write(b []byte) (n int, err error) {
	if w.err != nil {
		return 0, w.err
	}
	n, w.err = w.to.Write(b)
	return n, w.err
}

// or is the error of writing, else another one.
func (w *checkedOut) or(err error) error {
	if w.err == nil {
		return err
	}
	return &ziplaw.Error{Code: ziplaw.CodeInternal, Message: fmt.Sprintf("the result can't be written to standard output: %v", w.err),
		Hint: "make room there, or send it elsewhere, and run the command again"}
}

// Note prints a line on standard error.
func (p Printer) Note(format string, args ...any) {
	fmt.Fprintf(p.Err, format+"\n", args...)
}

// Progress says on standard error what long work is at, where it is no JSON's caller that reads.
func (p Printer) Progress(format string, args ...any) {
	if !p.JSON {
		p.Note(format, args...)
	}
}

// failure prints errors: as JSON on standard output, or as text on standard error.
func (p Printer) failure(err error) {
	problems := problemsOf(err)
	if p.JSON && p.Value(newFailure(problems), nil) == nil {
		return
	}
	for _, e := range problems {
		p.problem(e)
	}
}

func (p Printer) problem(e *ziplaw.Error) {
	bare := *e
	bare.Hint = ""
	fmt.Fprintf(p.Err, "ziplaw: %s\n", bare.Error())
	if e.Hint != "" {
		fmt.Fprintf(p.Err, "        %s\n", e.Hint)
	}
}

// FailureJSON is the form of errors in JSON. Errors are all of them where there are several.
type FailureJSON struct {
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

func newFailure(problems []*ziplaw.Error) FailureJSON {
	var f FailureJSON
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

// Table prints rows in columns; the first row is the head.
func Table(w io.Writer, rows [][]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintln(t, strings.Join(r, "\t"))
	}
	return t.Flush()
}
