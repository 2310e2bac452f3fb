package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
)

// Exit codes.
const (
	exitFailure     = 1
	exitUsage       = 2
	exitCells       = 3
	exitTampered    = 4
	exitIncomplete  = 5
	exitInterrupted = 130
)

// exit ends a command with a code when everything is said.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// errInterrupted ends a command that the user interrupted.
var errInterrupted = &ziplaw.Error{Code: "interrupted", Message: "interrupted"}

// finish prints what went wrong and returns the exit code.
func (a *app) finish(err error) int {
	if err == nil {
		return 0
	}
	if code, ok := errors.AsType[exit](err); ok {
		return int(code)
	}
	a.failure(err)
	switch ziplaw.CodeOf(err) {
	case ziplaw.CodeUsage, ziplaw.CodeBadSpec, ziplaw.CodeBadRuns:
		return exitUsage
	case ziplaw.CodeCorruptArtifact:
		return exitTampered
	case errInterrupted.Code:
		return exitInterrupted
	}
	return exitFailure
}

// exitOf is the exit of a command that shows a study: by the study's state.
func exitOf(r ziplaw.StudyResult) error {
	switch {
	case r.State == ziplaw.StudyFailed || r.State == ziplaw.StudyCanceled:
		return exit(exitFailure)
	case r.State == ziplaw.StudyDone && r.Cells.Failed > 0:
		return exit(exitCells)
	}
	return nil
}

func exitCodesTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "What exit codes mean",
		Long: `Exit codes:

    0  good
    1  another failure: the study failed or was cancelled, there is no such study, a server can't be reached
    2  the spec, the command line or a table of runs says something that can't be; nothing was run
    3  the study is done, but some of its cells failed; they run again with the next ziplaw run
    4  ziplaw verify: something in the store is not what its digest says
    5  ziplaw verify: something is missing from the store
  130  interrupted (Ctrl-C or SIGTERM): the study stays where it is, and the same command goes on with it

A diverged cell is a result, not a failure. With --output json an error is one value on standard output:
{"error":{"code","field","message","hint"}}, and where there are several, all of them under "errors".`,
	}
}
