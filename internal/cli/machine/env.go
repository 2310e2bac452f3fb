package machine

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
)

func (a *app) envCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "env",
		Short: "Print how a shell's programs reach the servers",
		Long: `Print the environment by which temporal, tctl, ziplaw --connect and AWS's tools reach the servers of the data folder, which run:
as commands of a POSIX shell, or with --output json as an object. Keys are named by their files, which only you can read.
Variables that name servers of elsewhere are taken out of the shell.`,
		Example: `  eval "$(ziplaw env)"
  temporal workflow list
  tctl workflow list
  ziplaw worker --connect`,
		Args: console.Exactly(0),
		RunE: func(c *cobra.Command, args []string) error {
			if a.Flags.Connect {
				return console.Usage("--connect", "leave it out", "the environment names servers already")
			}
			a.Flags.Join = true
			return a.Within(func(ctx context.Context) (*console.Session, error) { return a.OpenTo(ctx, true) }, a.env)(c, args)
		},
	}
}

func (a *app) env(_ context.Context, s *console.Session, _ []string) error {
	variables := environment(s)
	v := map[string]string{}
	for _, e := range variables {
		v[e.name] = e.value
	}
	return a.Value(v, func(w io.Writer) error {
		for _, name := range elsewhere(os.Environ(), v) {
			fmt.Fprintf(w, "unset %s\n", name)
		}
		for _, e := range variables {
			fmt.Fprintf(w, "export %s=%s\n", e.name, quoted(e.value))
		}
		return nil
	})
}

// quoted is a text as one word of a POSIX shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// shellName is a variable that a shell knows.
var shellName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// elsewhere are the variables of an environment that would lead past the servers, and that aren't set anew.
func elsewhere(env []string, set map[string]string) (names []string) {
	for _, e := range env {
		name, _, _ := strings.Cut(e, "=")
		if _, anew := set[name]; !anew && misleads(name) && shellName.MatchString(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
