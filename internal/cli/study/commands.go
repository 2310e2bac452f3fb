// Package study has the commands that run studies, change them while they run, and look at them.
package study

import (
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// app is the command line with the commands of this package.
type app struct{ *console.App }

// RunCommands run studies.
func RunCommands(c *console.App) []*cobra.Command {
	a := &app{c}
	return []*cobra.Command{a.runCommand(), a.planCommand(), a.schemaCommand()}
}

// LifeCommands change studies that run.
func LifeCommands(c *console.App) []*cobra.Command {
	a := &app{c}
	return []*cobra.Command{a.pauseCommand(), a.resumeCommand(), a.retryCommand(), a.extendCommand(), a.cancelCommand()}
}

// LookCommands look at studies.
func LookCommands(c *console.App) []*cobra.Command {
	a := &app{c}
	return []*cobra.Command{a.statusCommand(), a.listCommand(), a.reportCommand()}
}
