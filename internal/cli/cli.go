// Package cli is ziplaw's command line: commands, what they print, and exit codes.
//
// It decides nothing about studies. A command reads the spec or the store, asks Temporal, and prints: text for people,
// or with --output json exactly one JSON value on standard output. Messages go to standard error through the printer;
// what servers and workers log goes to files in the data folder.
package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/cli/data"
	"github.com/ziplaw/ziplaw/internal/cli/law"
	"github.com/ziplaw/ziplaw/internal/cli/machine"
	"github.com/ziplaw/ziplaw/internal/cli/storage"
	"github.com/ziplaw/ziplaw/internal/cli/study"
	"github.com/ziplaw/ziplaw/internal/cli/trust"
)

// Program is a command line.
type Program struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Servers opens the servers of a data folder.
	Servers console.OpenServers
}

// app is a run of a program with these streams and servers.
func (p Program) app(name string, args []string) *console.App {
	return console.NewApp(name, args, p.Stdin, p.Stdout, p.Stderr, p.Servers)
}

// Main runs the command line of ziplaw and returns the exit code.
func (p Program) Main(args []string) int {
	a := p.app("ziplaw", args)
	return a.Execute(root(a), args)
}

// root is the command ziplaw with all commands in it.
func root(a *console.App) *cobra.Command {
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
	a.Understand(root)
	a.Flags.Register(root, &a.JSON)
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
	add(groupRun, study.RunCommands(a)...)
	add(groupRun, machine.ServeCommands(a)...)
	add(groupLife, study.LifeCommands(a)...)
	add(groupLook, study.LookCommands(a)...)
	add(groupLaw, law.Commands(a)...)
	add(groupData, data.Commands(a)...)
	add(groupTrust, trust.Commands(a)...)
	add(groupStore, storage.Commands(a)...)
	add("", machine.AboutCommands(a)...)
	add("", exitCodesTopic(), specTopic())
	return root
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

// MainCUDA runs the command line of ziplaw-cuda and returns the exit code.
func (p Program) MainCUDA(args []string, cuda machine.CUDA) int {
	a := p.app(machine.CUDAProgram, args)
	return a.Execute(machine.CUDARoot(a, cuda), args)
}

// MainWorker runs the command line of ziplaw-worker and returns the exit code.
func (p Program) MainWorker(args []string) int {
	a := p.app(machine.WorkerProgram, args)
	return a.Execute(machine.WorkerRoot(a), args)
}
