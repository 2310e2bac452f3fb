package storage

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/vbauerster/mpb/v8/cwriter"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// asks says whether somebody can be asked before something is removed, and an error where nobody can and nobody has agreed.
func (a *app) asks(yes bool) (bool, error) {
	switch {
	case yes:
		return false, nil
	case !a.JSON && isTerminal(a.Stdin):
		return true, nil
	}
	return false, &ziplaw.Error{Code: ziplaw.CodeUsage, Field: "--yes", Message: "there is no terminal to ask on",
		Hint: "--yes removes without asking, and --dry-run only says what would go"}
}

// errDeclined ends a command that somebody has said no to.
var errDeclined = console.Exit(console.ExitFailure)

// confirm asks a question on the terminal. What isn't yes is no, and ends the command.
func (a *app) confirm(ctx context.Context, question string) error {
	fmt.Fprintf(a.Err, "%s [y/N] ", question)
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(a.Stdin).ReadString('\n')
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case <-ctx.Done():
		a.Note("")
		return console.ErrInterrupted
	case line := <-answer:
		if line == "y" || line == "yes" {
			return nil
		}
		a.Note("nothing is removed")
		return errDeclined
	}
}

// isTerminal says whether somebody types what is read.
func isTerminal(r any) bool {
	f, ok := r.(*os.File)
	return ok && cwriter.New(f).IsTerminal()
}
