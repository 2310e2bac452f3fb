package study

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"
	enumspb "go.temporal.io/api/enums/v1"
	"golang.org/x/sys/unix"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/state"
)

func (a *app) statusCommand() *cobra.Command {
	watch := false
	c := &cobra.Command{
		Use:   "status STUDY",
		Short: "Show how far a study is, or what it found",
		Long: `Show a study: how far it is while it runs and what waits for what, its laws when it is done, and who ended it where it has no
result. A study that was interrupted counts as running: it goes on with the next ziplaw run or ziplaw up. The exit code is that of
ziplaw run.

With --watch it is shown on standard error as ziplaw run shows it, until it ends, and then as without. The time that is left
comes with what it lies between in nine of ten cases.`,
		Example: `  ziplaw status quick
  ziplaw status quick --watch
  ziplaw status quick --output json`,
		Args: console.Exactly(1), ValidArgsFunction: console.CompleteSpec,
		RunE: func(c *cobra.Command, args []string) error {
			if !watch {
				return a.Looking(a.status)(c, args)
			}
			for {
				if err := a.Looking(a.watchStatus)(c, args); !errors.Is(err, console.ErrLost) {
					return err
				}
			}
		},
	}
	c.Flags().BoolVar(&watch, "watch", false, "show the study until it ends")
	return c
}

func (a *app) status(ctx context.Context, s *console.Session, args []string) error {
	info, err := s.States().Describe(ctx, args[0])
	if err != nil {
		return err
	}
	st, err := s.States().Of(ctx, args[0], info)
	if err != nil {
		return err
	}
	if st.Version != nil {
		return a.showDone(ctx, s, *st.Version)
	}
	if st.Live != nil && len(st.Live.Progress.DataSets) <= mostEstimated {
		if e, err := a.estimatorOf(ctx, s, args[0]); err == nil { // it is a guess, and no matter of failure
			e.Join(st.Live.Progress)
			st.Live.Left = e.Left(st.Live.Progress, st.Live.Training(), time.Now())
		}
	}
	if st.End != nil {
		if c, err := s.States().Done(ctx, args[0], st.Result.Cells); err == nil { // else it is as the study said last
			st.Result.Cells = c
		}
	}
	return a.showState(st)
}

// statusJSON is a study that has no finished version: its result so far, and where it stands.
type statusJSON struct {
	ziplaw.StudyResult
	Left  *leftJSON    `json:"left,omitempty"`
	Waits []state.Wait `json:"waits,omitempty"`
	End   *state.End   `json:"end,omitempty"`
}

// leftJSON is the time that is left, in seconds.
type leftJSON struct {
	Low    float64 `json:"low"`
	Likely float64 `json:"likely"`
	High   float64 `json:"high"`
}

func (a *app) showState(st state.Study) error {
	v := statusJSON{StudyResult: complete(st.Result), End: st.End}
	if st.Live != nil {
		v.Waits = st.Live.Waits
		if l := st.Live.Left; l.Known() {
			v.Left = &leftJSON{l.Low.Seconds(), l.Likely.Seconds(), l.High.Seconds()}
		}
	}
	err := a.Value(v, func(w io.Writer) error {
		if st.Live != nil {
			for _, line := range (view{*st.Live}).block() {
				fmt.Fprintln(w, line)
			}
		}
		if err := summary(w, st.Result); err != nil {
			return err
		}
		for _, line := range standing(st) {
			fmt.Fprintln(w, line)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return exitOf(st.Result)
}

// mostWaits is how many things that wait are shown.
const mostWaits = 8

// standing is what a study waits for, or what ended it, in lines.
func standing(st state.Study) (lines []string) {
	if e := st.End; e != nil {
		line := fmt.Sprintf("ended    %s on %s", strings.ReplaceAll(e.How, "_", " "), console.Day(e.When))
		if e.By != "" {
			line += " by " + e.By
		}
		if e.Reason != "" {
			line += ": " + console.OneLine(e.Reason)
		}
		return append(lines, line)
	}
	if st.Live == nil {
		return nil
	}
	for i, w := range st.Live.Waits {
		if i == mostWaits {
			return append(lines, fmt.Sprintf("waits    and %d more", len(st.Live.Waits)-i))
		}
		line := fmt.Sprintf("waits    %s for %s", w.Of, console.OneLine(w.String()))
		if w.Cells > 0 {
			line = fmt.Sprintf("waits    %s with %d cell%s for %s", w.Of, w.Cells, console.Plural(w.Cells), console.OneLine(w.String()))
		}
		lines = append(lines, line)
	}
	return lines
}

// watchStatus shows a study until it ends. Servers that nobody but this command would run don't bring it any further.
func (a *app) watchStatus(ctx context.Context, s *console.Session, args []string) error {
	info, err := s.States().Describe(ctx, args[0])
	if err != nil {
		return err
	}
	if info.GetStatus() != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
		return a.status(ctx, s, args)
	}
	if s.Owner() {
		a.Note("no process works on it: ziplaw run with its spec, or ziplaw up, goes on with it")
		return a.status(ctx, s, args)
	}
	f := &follower{session: s, states: s.States(), study: args[0], display: newDisplay(a.Err), started: info.GetStartTime().AsTime()}
	if f.estimate, err = a.estimatorOf(ctx, s, args[0]); err != nil {
		return err
	}
	if p, err := f.states.Progress(ctx, args[0]); err == nil {
		f.estimate.Join(p)
	}
	err = f.follow(ctx, s.Client.GetWorkflow(ctx, info.GetExecution().GetWorkflowId(), ""))
	if errors.Is(err, console.ErrLost) || errors.Is(err, console.ErrInterrupted) {
		return err
	}
	return a.status(ctx, s, args)
}

// mostEstimated is of how many data sets a look at a study says how long it takes: all of their histories are read for it.
const mostEstimated = 24

// usualVocabulary is the number of token ids of a data set that isn't sampled yet, about.
const usualVocabulary = 256

// estimatorOf watches a running study, as if this machine trained it.
func (a *app) estimatorOf(ctx context.Context, s *console.Session, study string) (*state.Estimator, error) {
	g, err := s.States().Grid(ctx, study)
	if err != nil {
		return nil, err
	}
	return state.NewEstimator(g.Study, func(set string) int { return cmp.Or(g.Vocabulary(set), usualVocabulary) }, throughput, a.Flags.Threads), nil
}

// showDone prints a finished version, with its report in the data folder where that can be written.
func (a *app) showDone(ctx context.Context, s *console.Session, v ziplaw.StudyVersion) error {
	dir := a.ReportDir(v.Result.Study)
	files, err := WriteReport(ctx, s, v, dir)
	switch {
	case err == nil:
		v.Result.Report = files.html
	case errors.Is(err, fs.ErrPermission) || errors.Is(err, unix.EROFS):
		v.Result.Report = ""
		a.Progress("no report in %s, which can't be written: ziplaw report %s --out DIR writes it elsewhere", dir, v.Result.Study)
	default:
		return err
	}
	return a.showFindings(v.Result)
}
