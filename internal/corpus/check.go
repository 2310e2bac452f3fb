package corpus

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/ziplaw/ziplaw/internal/content"
)

// check refuses options that no files could meet.
func (o Options) check() error {
	switch {
	case o.Tokenizer != Bytes:
		return &OptionError{fmt.Sprintf("tokenizer %q: it is %q", o.Tokenizer, Bytes)}
	case o.Context < 2:
		return &OptionError{fmt.Sprintf("context of %d tokens: it is at least 2", o.Context)}
	case o.HeldOut < 0 || o.Train < 0:
		return &OptionError{fmt.Sprintf("%d documents to hold out, %d to train on: none is below 0", o.HeldOut, o.Train)}
	case len(o.Include) == 0:
		return &OptionError{"no pattern of files"}
	}
	return nil
}

// enough says whether there are as many documents as the options ask for.
func (o Options) enough(s Summary) error {
	if s.Windows == 0 {
		return &EmptyError{Files: len(s.Files), Skipped: len(s.Skipped), Context: o.Context}
	}
	if need := max(o.Train, 1); s.Windows < o.HeldOut+need {
		return &TooSmallError{Windows: s.Windows, HeldOut: o.HeldOut, Train: need, Context: o.Context}
	}
	return nil
}

// unreadable names a path once: an error of the file system has it as well.
func unreadable(path string, err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	return &UnreadableError{Path: path, Err: err}
}

// badFile says what an error of reading a file means. Its error names the path once.
func badFile(path string, err error) error {
	e, ok := errors.AsType[*content.Error](err)
	if !ok || !content.Skippable(err) {
		return err
	}
	if e.Kind == content.Unreadable {
		return unreadable(path, e.Err)
	}
	return &BadFileError{Path: path, Err: &content.Error{Line: e.Line, Kind: e.Kind, Err: e.Err}}
}

// skippable says whether an error is of one file or folder.
func skippable(err error) bool {
	switch err.(type) { //nolint:errorlint // as badFile and unreadable make them
	case *UnreadableError, *BadFileError:
		return true
	}
	return false
}
