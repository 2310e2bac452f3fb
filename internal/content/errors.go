package content

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// Kind is what is wrong.
type Kind string

// What can be wrong with a file.
const (
	Unreadable    Kind = "unreadable"     // the system can't open or read it
	NotAFile      Kind = "not a file"     // a folder, a device, a socket, or a pipe where none is taken
	NotCompressed Kind = "not compressed" // its name's ending says so, its content doesn't
	Truncated     Kind = "truncated"      // it ends too early
	Damaged       Kind = "damaged"        // an archive whose checksum or structure is wrong
	Trailing      Kind = "trailing"       // there is more behind the end
	Bomb          Kind = "bomb"           // an archive that decompresses to far more than it holds
	Unsupported   Kind = "unsupported"    // well-formed, as far as is known, but of a sort that isn't read
	NotText       Kind = "not text"       // text that isn't UTF-8
	TooLong       Kind = "too long"       // a line or a row longer than any is
	BadRecord     Kind = "bad record"     // a line that is no record of JSON
	NoText        Kind = "no text"        // a record without tokens and text
	BadToken      Kind = "bad token"      // what stands for a token id and can't be one
	Misuse        Kind = "misuse"         // options that make no sense: not the file's fault
)

// Error says what is wrong with a file.
type Error struct {
	Name string // of the file; "" is unknown
	Line int64  // the first is 1; 0 where there is none
	Kind Kind
	Err  error // what is wrong, and what to do
}

func (e *Error) Error() string {
	var b strings.Builder
	if e.Name != "" {
		b.WriteString(Quoted(e.Name) + ": ")
	}
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", e.Line)
	}
	b.WriteString(e.Err.Error())
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Skippable says whether an error is of one file's content or of reading it, so
// that a caller who may skip files can go on with the next. Cancellation, a file
// closed by its reader, exhausted resources and misuse are no file's fault.
func Skippable(err error) bool {
	for _, other := range []error{
		context.Canceled, context.DeadlineExceeded, os.ErrClosed, os.ErrDeadlineExceeded, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM,
	} {
		if errors.Is(err, other) {
			return false
		}
	}
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind != Misuse
}

// wrong is an error whose name the caller fills in.
func wrong(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Err: fmt.Errorf(format, args...)}
}

// named gives an error the file's name where it has none.
func named(err error, name string) error {
	if e, ok := errors.AsType[*Error](err); ok && e.Name == "" {
		e.Name = name
	}
	return err
}

// unreadable is a failure to open or read, without the path that the system adds.
func unreadable(name string, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return named(e, name)
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = fmt.Errorf("%s: %w", e.Op, e.Err)
	}
	return &Error{Name: name, Kind: Unreadable, Err: err}
}

// Quoted is a name as it is where it is plain, and as in Go where it isn't.
func Quoted(name string) string {
	if q := fmt.Sprintf("%q", name); len(q) > len(name)+2 || strings.ContainsRune(name, ' ') {
		return q
	}
	return name
}
