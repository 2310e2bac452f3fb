package console

import (
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/studies"
)

// CompleteSpec completes file names and ready studies.
func CompleteSpec(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return studies.Names(), cobra.ShellCompDirectiveDefault
}

// Completions are the values that flags take.
func Completions(c *cobra.Command, values map[string][]string) {
	for name, of := range values {
		_ = c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(of, cobra.ShellCompDirectiveNoFileComp))
	}
}
