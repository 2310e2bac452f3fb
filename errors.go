package ziplaw

import (
	"errors"
	"fmt"
)

// Error codes, as they stand in JSON output and in Temporal's error types.
const (
	CodeBadSpec         = "bad_spec"         // the spec says something that can't be
	CodeUsage           = "usage"            // the command line does
	CodeBadRuns         = "bad_runs"         // a table of runs does, or no law can be fitted to it
	CodeStudyRunning    = "study_running"    // another version of the study runs under its name
	CodeNotRunning      = "not_running"      // the study has ended, and only a running one can do that
	CodeNotFound        = "not_found"        // no such study, cell or node
	CodeCorruptArtifact = "corrupt_artifact" // an artifact's bytes are not what its name says
	CodeSourcesChanged  = "sources_changed"  // files of a data set are others than when the study began
	CodeDiverged        = "diverged"         // a cell's loss left the finite numbers, or the data's range
	CodeNoProgress      = "no_progress"      // a cell's attempts end without getting further
	CodeCanceled        = "canceled"         // somebody cancelled or terminated it
	CodeDataDirHeld     = "data_dir_held"    // another process holds the data folder and doesn't answer
	CodeStore           = "store"            // the S3 server doesn't answer, or refuses
	CodeInternal        = "internal"
)

// Error is an error that a user can act on.
type Error struct {
	Code    string `json:"code"`
	Field   string `json:"field,omitempty"` // path into the spec, such as datasets[0].grammar.length
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"` // what would be right
	Line    int    `json:"line,omitempty"` // of the spec's text, from 1, where known
}

// Error is the line, the field, the message and the hint in one line.
func (e *Error) Error() string {
	text := e.Message
	if e.Field != "" {
		text = e.Field + ": " + text
	}
	if e.Line > 0 {
		text = fmt.Sprintf("line %d: %s", e.Line, text)
	}
	if e.Hint != "" {
		text += " (" + e.Hint + ")"
	}
	return text
}

// BadSpec is an error of the spec at a field.
func BadSpec(field, hint, format string, args ...any) *Error {
	return &Error{Code: CodeBadSpec, Field: field, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// AsError finds the Error in err's chain, or wraps err as an internal one. It is nil only for nil.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Code: CodeInternal, Message: err.Error()}
}

// CodeOf is the code of err's Error, or empty for nil.
func CodeOf(err error) string {
	if err == nil {
		return ""
	}
	return AsError(err).Code
}
