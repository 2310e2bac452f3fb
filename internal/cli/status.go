package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

func (a *app) statusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status STUDY",
		Short: "Show how far a study is, or what it found",
		Long: `Show a study: how far it is while it runs, its laws when it is done. A study that was interrupted counts as
running: it goes on with the next ziplaw run or ziplaw up. The exit code is that of ziplaw run.`,
		Example: `  ziplaw status quick
  ziplaw status quick --output json`,
		Args: exactly(1), ValidArgsFunction: completeSpec,
		RunE: a.withSession(a.status),
	}
}

func (a *app) status(ctx context.Context, s *session, args []string) error {
	info, err := s.describe(ctx, args[0])
	if err != nil {
		return err
	}
	st, err := s.state(ctx, args[0], info)
	if err != nil {
		return err
	}
	if st.version != nil {
		return a.showFinished(ctx, s, *st.version)
	}
	return a.showStudy(st.result, func(w io.Writer) error {
		if st.live == nil {
			return nil
		}
		for _, line := range st.live.block() {
			fmt.Fprintln(w, line)
		}
		return nil
	}, nil)
}
