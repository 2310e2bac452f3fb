// Package console is what the commands of ziplaw share: flags, the printer, exit codes, and the session with the servers that a
// command works on. It knows no command.
package console

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
)

// NewApp is a run of a program by its name, with its arguments and its servers.
func NewApp(name string, args []string, stdin io.Reader, stdout, stderr io.Writer, servers OpenServers) *App {
	return &App{name: name, Stdin: stdin, openServers: servers, Printer: Printer{Out: stdout, Err: stderr, JSON: asksForJSON(args)}}
}

// Execute runs the command of root that the arguments name, prints what went wrong, and returns the exit code.
func (a *App) Execute(root *cobra.Command, args []string) int {
	root.SetArgs(args)
	root.SetIn(a.Stdin)
	help := &checkedOut{to: a.Out} // and completions: what cobra writes
	root.SetOut(help)
	root.SetErr(a.Err)
	err := root.ExecuteContext(context.Background())
	if err != nil && !a.started {
		err = a.usageError(err)
	}
	return a.finish(help.or(err))
}

// App is one run of the command line.
type App struct {
	Printer
	Flags Flags
	Stdin io.Reader

	name        string
	started     bool // the command line was understood
	openServers OpenServers
}

// Understand gives a root command what every program's has: help where there is no command, errors that are ours to print, and a
// check of the flags before anything runs.
func (a *App) Understand(root *cobra.Command) {
	root.Args, root.RunE = a.UnknownCommand, func(c *cobra.Command, _ []string) error { return c.Help() }
	root.SilenceErrors, root.SilenceUsage = true, true
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		a.started = true
		return a.Flags.check()
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return err })
}

// UnknownCommand refuses arguments of a command that only has others below it, with the one that is probably meant.
func (a *App) UnknownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	e := &ziplaw.Error{Code: ziplaw.CodeUsage, Message: fmt.Sprintf("unknown command %q", args[0]), Hint: "see " + a.name + " help"}
	c.SuggestionsMinimumDistance = 2
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		e.Hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return e
}

// asksForJSON looks for --output json before flags are parsed, so that errors of parsing are in JSON too.
func asksForJSON(args []string) bool {
	i := slices.Index(args, "--output")
	return slices.Contains(args, "--output=json") || i >= 0 && i+1 < len(args) && args[i+1] == "json"
}

// usageError makes an error of cobra's parsing one of ours.
func (a *App) usageError(err error) error {
	if e := ziplaw.AsError(err); e.Code != ziplaw.CodeInternal {
		return err
	}
	return &ziplaw.Error{Code: ziplaw.CodeUsage, Message: err.Error(), Hint: "see " + a.name + " help"}
}

// Exactly wants so many arguments, named in the command's usage.
func Exactly(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error { return CheckCount(c, args, n, n) }
}

// CheckCount wants from least to most arguments, named in the command's usage.
func CheckCount(c *cobra.Command, args []string, least, most int) error {
	if len(args) >= least && len(args) <= most {
		return nil
	}
	what := "too many arguments"
	if len(args) < least {
		what = "an argument is missing"
	}
	return &ziplaw.Error{Code: ziplaw.CodeUsage, Message: what, Hint: "usage: " + c.UseLine()}
}
