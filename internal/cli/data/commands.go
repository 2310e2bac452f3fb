// Package data has the commands that measure data, and make data of grammars.
package data

import (
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// app is the command line with the commands of this package.
type app struct{ *console.App }

// Commands measure and make data.
func Commands(c *console.App) []*cobra.Command {
	a := &app{c}
	return []*cobra.Command{a.measureCommand(), a.sampleCommand(), a.grammarCommand()}
}
