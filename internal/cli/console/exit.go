package console

import (
	"errors"
	"fmt"

	"github.com/ziplaw/ziplaw"
)

// Exit codes.
const (
	ExitFailure     = 1
	ExitUsage       = 2
	ExitCells       = 3
	ExitTampered    = 4
	ExitIncomplete  = 5
	exitInterrupted = 130
)

// Exit ends a command with a code when everything is said.
type Exit int

func (e Exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// ErrInterrupted ends a command that the user interrupted.
var ErrInterrupted = &ziplaw.Error{Code: "interrupted", Message: "interrupted"}

// finish prints what went wrong and returns the exit code.
func (a *App) finish(err error) int {
	if err == nil {
		return 0
	}
	if code, ok := errors.AsType[Exit](err); ok {
		return int(code)
	}
	a.failure(err)
	switch ziplaw.CodeOf(err) {
	case ziplaw.CodeUsage, ziplaw.CodeBadSpec, ziplaw.CodeBadRuns:
		return ExitUsage
	case ziplaw.CodeCorruptArtifact:
		return ExitTampered
	case ErrInterrupted.Code:
		return exitInterrupted
	}
	return ExitFailure
}
