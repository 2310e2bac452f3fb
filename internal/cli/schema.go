package cli

import (
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/spec"
)

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of a study's spec",
		Example: "  ziplaw schema > study.schema.json      for an editor that completes and checks specs",
		Args:    exactly(0),
		RunE: func(*cobra.Command, []string) error {
			schema := spec.Schema()
			return a.value(json.RawMessage(schema), func(w io.Writer) error {
				_, err := w.Write(schema)
				return err
			})
		},
	}
}
