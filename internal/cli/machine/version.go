package machine

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version, and what its arithmetic is called",
		Example: "  ziplaw version --output json",
		Args:    console.Exactly(0),
		RunE: func(*cobra.Command, []string) error {
			v := versionJSON{Code: console.Code(), Numerics: kernel.NumericsID, Spec: ziplaw.SpecVersion}
			return a.Value(v, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "ziplaw %s (%s)\n%s %s/%s, %s\nnumerics %s, spec version %d\n",
					v.Version, v.Revision, v.Go, v.OS, v.Arch, v.Device, v.Numerics, v.Spec)
				return err
			})
		},
	}
}

type versionJSON struct {
	ziplaw.Code
	Numerics string `json:"numerics"`
	Spec     int    `json:"spec"`
}
