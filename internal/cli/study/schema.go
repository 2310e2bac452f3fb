package study

import (
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/spec"
)

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [study|law]",
		Short: "Print the JSON Schema of a study's spec, or of a law file",
		Example: `  ziplaw schema > study.schema.json      for an editor that completes and checks specs
  ziplaw schema law                      the form of what ziplaw predict --law reads`,
		Args: func(c *cobra.Command, args []string) error { return console.CheckCount(c, args, 0, 1) }, ValidArgs: []string{"study", "law"},
		RunE: func(_ *cobra.Command, args []string) error {
			schema := spec.Schema()
			switch {
			case len(args) == 1 && args[0] == "law":
				schema = spec.LawSchema()
			case len(args) == 1 && args[0] != "study":
				return console.Usage("schema", "study or law", "there is no schema of %q", args[0])
			}
			return a.Value(json.RawMessage(schema), func(w io.Writer) error {
				_, err := w.Write(schema)
				return err
			})
		},
	}
}
