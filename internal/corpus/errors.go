package corpus

import "fmt"

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
}

func (e *NoMatchError) Error() string {
	if e.Folder {
		return fmt.Sprintf("%q matches a folder and no file: %q matches all files below it", e.Pattern, e.Pattern+"/**")
	}
	return fmt.Sprintf("no file matches %q", e.Pattern)
}

// UnreadableError names a file or folder that can't be read.
type UnreadableError struct {
	Path string
	Err  error
}

func (e *UnreadableError) Error() string {
	return fmt.Sprintf("read %s: %v (make it readable, or exclude it)", e.Path, e.Err)
}

func (e *UnreadableError) Unwrap() error { return e.Err }

// TooLargeError says that the files hold more than fits.
type TooLargeError struct{ Bytes, Limit int64 }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the files hold %d bytes, more than the %d that a corpus may hold", e.Bytes, e.Limit)
}

// EmptyError says that no file holds a document.
type EmptyError struct {
	Files, Context int
}

func (e *EmptyError) Error() string {
	if e.Files == 0 {
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
