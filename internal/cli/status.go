package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/ziplaw/ziplaw"
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
		RunE: a.looking(a.status),
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
		return a.showDone(ctx, s, *st.version)
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

// showDone prints a finished version, with its report in the data folder where that can be written.
func (a *app) showDone(ctx context.Context, s *session, v ziplaw.StudyVersion) error {
	dir := a.reportDir(v.Result.Study)
	files, err := a.writeReport(ctx, s, v, dir)
	switch {
	case err == nil:
		v.Result.Report = files.html
	case errors.Is(err, fs.ErrPermission) || errors.Is(err, unix.EROFS):
		v.Result.Report = ""
		a.progress("no report in %s, which can't be written: ziplaw report %s --out DIR writes it elsewhere", dir, v.Result.Study)
	default:
		return err
	}
	return a.showFindings(v.Result)
}
