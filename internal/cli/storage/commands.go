// Package storage has the commands that keep the store.
package storage

import (
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// app is the command line with the commands of this package.
type app struct{ *console.App }

// Commands keep the store.
func Commands(c *console.App) []*cobra.Command {
	a := &app{c}
	return []*cobra.Command{a.dfCommand(), a.rmCommand(), a.gcCommand(), a.exportCommand(), a.importCommand()}
}
