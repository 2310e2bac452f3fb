// Package law has the commands that fit laws to anybody's runs, regress them on compressibility, and ask them.
package law

import (
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// app is the command line with the commands of this package.
type app struct{ *console.App }

// Commands fit laws and ask them.
func Commands(c *console.App) []*cobra.Command {
	a := &app{c}
	return []*cobra.Command{a.fitCommand(), a.regressCommand(), a.predictCommand()}
}
