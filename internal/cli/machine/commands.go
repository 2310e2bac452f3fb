// Package machine has the commands of machines: their servers, their workers and devices, what they lack, and how fast they are.
package machine

import (
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// app is the command line with the commands of this package.
type app struct{ *console.App }

// ServeCommands run servers and workers, and lead to them.
func ServeCommands(c *console.App) []*cobra.Command {
	a := &app{c}
	return []*cobra.Command{a.upCommand(), a.workerCommand(), a.envCommand()}
}

// AboutCommands tell about this machine and this program.
func AboutCommands(c *console.App) []*cobra.Command {
	a := &app{c}
	return []*cobra.Command{a.doctorCommand(), a.benchCommand(), a.versionCommand()}
}
