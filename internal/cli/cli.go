// Package cli is ziplaw's command line: commands, what they print, and exit codes.
//
// It decides nothing about studies. A command reads the spec or the store, asks Temporal, and prints: text for people,
// or with --output json exactly one JSON value on standard output. Messages go to standard error through the printer;
// what servers and workers log goes to files in the data folder.
package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
)

// Program is a command line.
type Program struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Servers opens the servers of a data folder.
	Servers OpenServers
}

// Main runs the command line of ziplaw and returns the exit code.
func (p Program) Main(args []string) int {
	a := p.app("ziplaw", args)
	return a.execute(a.root(), args)
}

func (p Program) app(name string, args []string) *app {
	return &app{name: name, stdin: p.Stdin, openServers: p.Servers, printer: printer{out: p.Stdout, err: p.Stderr, json: asksForJSON(args)}}
}

func (a *app) execute(root *cobra.Command, args []string) int {
	root.SetArgs(args)
	root.SetIn(a.stdin)
	help := &checkedOut{to: a.out} // and completions: what cobra writes
	root.SetOut(help)
	root.SetErr(a.err)
	err := root.ExecuteContext(context.Background())
	if err != nil && !a.started {
		err = a.usageError(err)
	}
	return a.finish(help.or(err))
}

// app is one run of the command line.
type app struct {
	printer
	flags   flags
	name    string
	stdin   io.Reader
	started bool // the command line was understood

	openServers OpenServers
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "ziplaw",
		Short: "Scaling laws for your data, from how well it compresses",
		Long: `ziplaw measures how well data compresses, trains language models over a grid of sizes and token counts,
fits a scaling law to each data set, and regresses the laws on compressibility. Every number can be traced to the
bytes and the code that made it, and made again.`,
		Example: `  ziplaw run quick                       the quick study, from nothing to its report
  ziplaw plan study.yaml                 what a study would run, and for how long
  ziplaw measure DIR                     how well data compresses
  ziplaw fit runs.csv                    the law of anybody's runs, and how far to believe it
  ziplaw predict --data DIR --flops 1e21 how large a model, on how many tokens, for that data
  ziplaw lineage quick alpha@g20-g11     where a number comes from
  ziplaw help exit-codes                 what exit codes mean`,
	}
	a.understand(root)
	a.flags.register(root, &a.json)
	root.AddGroup(&cobra.Group{ID: groupRun, Title: "Run studies:"}, &cobra.Group{ID: groupLife, Title: "Change studies that run:"}, &cobra.Group{ID: groupLook, Title: "Look at studies:"},
		&cobra.Group{ID: groupLaw, Title: "Fit laws and ask them:"},
		&cobra.Group{ID: groupTrust, Title: "Trust the numbers:"}, &cobra.Group{ID: groupData, Title: "Measure and make data:"},
		&cobra.Group{ID: groupStore, Title: "Keep the store:"})
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add(groupRun, a.runCommand(), a.planCommand(), a.schemaCommand(), a.upCommand(), a.workerCommand(), a.envCommand())
	add(groupLife, a.pauseCommand(), a.resumeCommand(), a.retryCommand(), a.extendCommand(), a.cancelCommand())
	add(groupLook, a.statusCommand(), a.listCommand(), a.reportCommand())
	add(groupLaw, a.fitCommand(), a.regressCommand(), a.predictCommand())
	add(groupData, a.measureCommand(), a.sampleCommand(), a.grammarCommand())
	add(groupTrust, a.whyCommand(), a.lineageCommand(), a.verifyCommand())
	add(groupStore, a.dfCommand(), a.rmCommand(), a.gcCommand(), a.exportCommand(), a.importCommand())
	add("", a.doctorCommand(), a.benchCommand(), a.versionCommand(), exitCodesTopic(), specTopic())
	return root
}

// understand gives a root command what every program's has: help where there is no command, errors that are ours to print, and a
// check of the flags before anything runs.
func (a *app) understand(root *cobra.Command) {
	root.Args, root.RunE = a.unknownCommand, func(c *cobra.Command, _ []string) error { return c.Help() }
	root.SilenceErrors, root.SilenceUsage = true, true
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		a.started = true
		return a.flags.check()
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return err })
}

// Groups of commands in the help.
const (
	groupRun   = "run"
	groupLife  = "life"
	groupLook  = "look"
	groupLaw   = "law"
	groupTrust = "trust"
	groupData  = "data"
	groupStore = "store"
)

func (a *app) unknownCommand(c *cobra.Command, args []string) error {
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
func (a *app) usageError(err error) error {
	if e := ziplaw.AsError(err); e.Code != ziplaw.CodeInternal {
		return err
	}
	return &ziplaw.Error{Code: ziplaw.CodeUsage, Message: err.Error(), Hint: "see " + a.name + " help"}
}

// exactly wants so many arguments, named in the command's usage.
func exactly(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error { return checkCount(c, args, n, n) }
}

func checkCount(c *cobra.Command, args []string, least, most int) error {
	if len(args) >= least && len(args) <= most {
		return nil
	}
	what := "too many arguments"
	if len(args) < least {
		what = "an argument is missing"
	}
	return &ziplaw.Error{Code: ziplaw.CodeUsage, Message: what, Hint: "usage: " + c.UseLine()}
}
