package corpus

import (
	"fmt"

	"github.com/ziplaw/ziplaw/internal/content"
)

// OptionError says that an option makes no sense.
type OptionError struct{ Message string }

func (e *OptionError) Error() string { return e.Message }

// PatternError says that a pattern's syntax is wrong.
type PatternError struct {
	Pattern string
	Back    bool // it leads back from a wildcard
}

func (e *PatternError) Error() string {
	if e.Back {
		return fmt.Sprintf("%q leads back by .. from a wildcard, which may stand for several folders", e.Pattern)
	}
	return fmt.Sprintf("%q is no pattern of files: a bracket or brace isn't closed", e.Pattern)
}

// VariableError says that a pattern's environment variable has no value.
type VariableError struct {
	Pattern, Name string
	Err           error
}

func (e *VariableError) Error() string {
	return fmt.Sprintf("environment variable %s of %q: %v", e.Name, e.Pattern, e.Err)
}

func (e *VariableError) Unwrap() error { return e.Err }

// RelativeError says that a pattern is relative, and that there is no folder which it could be relative to.
type RelativeError struct{ Pattern, Expanded string }

func (e *RelativeError) Error() string {
	if e.Expanded != e.Pattern {
		return fmt.Sprintf("%q is %q, a relative path: the variable must hold an absolute one", e.Pattern, e.Expanded)
	}
	return fmt.Sprintf("%q is a relative path, and there is no spec file whose folder it could be relative to: write an absolute one", e.Pattern)
}

// NoMatchError says that no file matches an include pattern.
type NoMatchError struct {
	Pattern string
	Folder  bool // a folder does
	Odd     bool // something does that is neither a file nor a folder
}

func (e *NoMatchError) Error() string {
	if e.Folder {
		return fmt.Sprintf("%q matches a folder and no file: %q matches all files below it", e.Pattern, e.Pattern+"/**")
	}
	if e.Odd {
		return fmt.Sprintf("%q matches a pipe, a socket or a device, and no file", e.Pattern)
	}
	return fmt.Sprintf("no file matches %q", e.Pattern)
}

// UnreadableError names a file or folder that can't be read.
type UnreadableError struct {
	Path string
	Err  error
}

func (e *UnreadableError) Error() string {
	return fmt.Sprintf("read %s: %v", e.Path, e.Err)
}

func (e *UnreadableError) Unwrap() error { return e.Err }

// BadFileError names a file whose content is wrong.
type BadFileError struct {
	Path string
	Err  error
}

func (e *BadFileError) Error() string {
	return fmt.Sprintf("read %s: %v", content.Quoted(e.Path), e.Err)
}

func (e *BadFileError) Unwrap() error { return e.Err }

// ChangedError names a file that has changed while it was read.
type ChangedError struct {
	Path string
	Err  error // nil where it can be read, and is another
}

func (e *ChangedError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s has changed while it was read: %v", content.Quoted(e.Path), e.Err)
	}
	return content.Quoted(e.Path) + " has changed while it was read"
}

func (e *ChangedError) Unwrap() error { return e.Err }

// RoomError says that the machine has no place for the documents that are cut from the files.
type RoomError struct{ Err error }

func (e *RoomError) Error() string {
	return fmt.Sprintf("temporary file of documents: %v (TMPDIR names another folder)", e.Err)
}

func (e *RoomError) Unwrap() error { return e.Err }

// TooLargeError says that the files hold more documents than can be numbered.
type TooLargeError struct{ Windows, Limit int64 }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the files hold %d documents, more than the %d that can be numbered: take a longer context or fewer files", e.Windows, e.Limit)
}

// EmptyError says that no file holds a document.
type EmptyError struct {
	Files, Skipped, Context int
}

func (e *EmptyError) Error() string {
	switch {
	case e.Files == 0 && e.Skipped > 0:
		return fmt.Sprintf("%d of the files or folders can't be read and are skipped, and no other file is left", e.Skipped)
	case e.Files == 0:
		return "the exclude patterns leave no file"
	}
	return fmt.Sprintf("none of %d files holds %d tokens, one document", e.Files, e.Context)
}

// TooSmallError says that the files hold too few documents.
type TooSmallError struct {
	Windows        int // documents that there are
	HeldOut, Train int // documents that there must be
	Context        int
}

// LargestD is the largest token budget that the documents beside the held-out
// ones allow, in tokens; 0 where none is left.
func (e *TooSmallError) LargestD() int64 {
	return int64(max(e.Windows-e.HeldOut, 0)) * int64(e.Context)
}

func (e *TooSmallError) Error() string {
	return fmt.Sprintf("the files hold %d documents of %d tokens, and %d to hold out with %d to train on are needed: the largest D possible is %d",
		e.Windows, e.Context, e.HeldOut, e.Train, e.LargestD())
}
