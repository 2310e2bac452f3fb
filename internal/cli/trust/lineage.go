package trust

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/lineage"
)

func (a *app) lineageCommand() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "lineage STUDY NODE",
		Short: "Trace a number of a finished study to its cells, data, seeds, spec and code",
		Long: `Print the tree from a number of a study's newest finished version to the records, artifacts, seeds and code that made
it. NODE is one of

  alpha@DATASET                   a fitted parameter: E, A, B, alpha or beta
  H@DATASET                       the compressibility of a data set
  alpha/slope, alpha/intercept    the regression of a parameter on H; also of lnA, lnB, A0 and B0
  loss@CELL                       a cell's validation loss
  CELL                            a cell: its id, with or without the study, or the beginning of its key
  sha256:...                      an artifact, by the beginning of its id
  regression, joint, law, report  their records

Where many nodes of a kind stand side by side the tree shows the first ones, and all of them with --all. The JSON form
has them all, as nodes and edges; an edge leads from what was made to what it was made from.`,
		Example: `  ziplaw lineage quick alpha@g20-g11
  ziplaw lineage quick beta/slope
  ziplaw lineage quick loss@g20-g11/h32-l1/D524288/s1
  ziplaw lineage quick alpha@g20-g11 --output json | jq -r '.nodes[] | select(.kind == "cell") | .label'`,
		Args: console.Exactly(2), ValidArgsFunction: console.CompleteSpec,
		RunE: a.Looking(func(ctx context.Context, s *console.Session, args []string) error {
			return a.lineage(ctx, s, args[0], args[1], all)
		}),
	}
	c.Flags().BoolVar(&all, "all", false, "show every node of the tree")
	return c
}

func (a *app) lineage(ctx context.Context, s *console.Session, study, node string, all bool) error {
	v, err := s.States().Finished(ctx, study)
	if err != nil {
		return err
	}
	opened, err := lineage.Open(ctx, s.Store, v)
	if err != nil {
		return err
	}
	g, err := opened.Lineage(ctx, node)
	if err != nil {
		return err
	}
	return a.Value(g, func(w io.Writer) error {
		_, err := fmt.Fprint(w, g.Tree(all))
		return err
	})
}
