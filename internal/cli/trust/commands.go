// Package trust has the commands that say where numbers come from, and whether they can be believed.
package trust

import (
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// app is the command line with the commands of this package.
type app struct{ *console.App }

// Commands answer for the numbers.
func Commands(c *console.App) []*cobra.Command {
	a := &app{c}
	return []*cobra.Command{a.whyCommand(), a.lineageCommand(), a.verifyCommand()}
}
