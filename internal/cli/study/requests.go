package study

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/plan"
	"github.com/ziplaw/ziplaw/workflows"
)

func (a *app) pauseCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "pause STUDY",
		Short: "Hold a running study: its cells write checkpoints and end",
		Long: `Hold a running study. Its cells write checkpoints and let go of their cores and memory, and nothing begins until ziplaw
resume. The pause holds through restarts of workers and servers. The command returns when no cell runs any more.`,
		Example: `  ziplaw pause quick
  ziplaw pause quick --connect`,
		Args: console.Exactly(1), ValidArgsFunction: console.CompleteSpec,
		RunE: a.WithSession(a.requests(workflows.PauseRequest)),
	}
}

func (a *app) resumeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "resume STUDY",
		Short: "Go on with a study that was paused",
		Long: `End the pause of a study. Its cells go on at the steps of their checkpoints as soon as a worker is free: one of ziplaw up,
ziplaw run or ziplaw worker.`,
		Example: "  ziplaw resume quick",
		Args:    console.Exactly(1), ValidArgsFunction: console.CompleteSpec,
		RunE: a.WithSession(a.requests(workflows.ResumeRequest)),
	}
}

func (a *app) retryCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "retry STUDY [CELL...]",
		Short: "Run failed cells again",
		Long: `Run the failed cells of a study again, or those that are named. A running study takes them among its others, and a data set
whose law was fitted without them is fitted again. Of a study that has ended, all failed cells run in a new run, to its report.`,
		Example: `  ziplaw retry quick
  ziplaw retry quick quick/g20-g11/h4-l1/D16384/s1`,
		Args: func(c *cobra.Command, args []string) error { return console.CheckCount(c, args, 1, 1<<20) }, ValidArgsFunction: console.CompleteSpec,
		RunE: func(c *cobra.Command, args []string) error {
			return console.UntilInterrupted(c, func(ctx context.Context) error { return a.retry(ctx, args[0], args[1:]) })
		},
	}
}

func (a *app) extendCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "extend SPEC",
		Short: "Make a running study larger",
		Long: `Give a running study a larger spec of its name: more data sets, models, budgets or seeds. What runs goes on, and the further
cells are added behind the others. A spec that lacks cells of the study is refused, with what would be lost. Of a study that has
ended, it is ziplaw run, which keeps what is done.`,
		Example: "  ziplaw extend larger.yaml",
		Args:    console.Exactly(1), ValidArgsFunction: console.CompleteSpec,
		RunE: func(c *cobra.Command, args []string) error {
			study, err := a.readStudy(args[0])
			if err != nil {
				return err
			}
			ctx, stop := console.UntilSignal(c.Context())
			defer stop()
			if _, err := plan.Check(ctx, study, a.room(study)); err != nil {
				return console.Interrupted(ctx, err)
			}
			return console.Interrupted(ctx, a.extend(ctx, study))
		},
	}
}

func (a *app) cancelCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "cancel STUDY",
		Short: "End a running study; its cells write checkpoints",
		Long: `End a running study. Its cells write checkpoints first; the command returns when it has ended. What is done is kept, and ziplaw
run goes on with it. It is the cancellation of Temporal, which temporal workflow cancel asks for as well.`,
		Example: "  ziplaw cancel quick",
		Args:    console.Exactly(1), ValidArgsFunction: console.CompleteSpec,
		RunE: a.WithSession(a.cancel),
	}
}

// retry asks a running study, or runs the one that has ended again.
func (a *app) retry(ctx context.Context, name string, cells []string) error {
	study, ended := ziplaw.Study{}, false
	err := a.inSession(ctx, func(s *console.Session) error {
		before, unknown := s.States().Progress(ctx, name)
		p, err := ask(ctx, s, name, workflows.RetryRequest, workflows.RetryArgs{Cells: cells})
		if ended = ziplaw.CodeOf(err) == ziplaw.CodeNotRunning; ended {
			study, err = lastSpec(ctx, s, name)
			return err
		}
		if err := cmp.Or(err, unknown); err != nil {
			return err
		}
		return a.answer(p, retryText(before, len(cells) > 0))
	})
	if err != nil || !ended {
		return err
	}
	return a.run(ctx, study)
}

// extend asks a running study, or runs the one that has ended. Where nobody else works, it works on the study to its end.
func (a *app) extend(ctx context.Context, study ziplaw.Study) error {
	owner := false
	err := a.inSession(ctx, func(s *console.Session) error {
		if owner = s.Owner(); owner {
			if err := a.StartWorker(ctx, s); err != nil {
				return err
			}
			p, err := ask(ctx, s, study.Name, workflows.ExtendRequest, study)
			if err == nil {
				a.Note("%s", answerText(workflows.ExtendRequest, p))
			}
			return err
		}
		return a.request(ctx, s, study.Name, workflows.ExtendRequest, study)
	})
	switch code := ziplaw.CodeOf(err); {
	case code == ziplaw.CodeNotRunning, code == ziplaw.CodeNotFound, err == nil && owner:
		return a.run(ctx, study)
	}
	return err
}

// inSession does something with the servers.
func (a *app) inSession(ctx context.Context, do func(*console.Session) error) error {
	s, err := a.Open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	return do(s)
}

// answerPatience is how long a request waits for an answer: the cells' checkpoints are on their way meanwhile.
const answerPatience = 2 * time.Minute

// requests is a command that asks the study it names.
func (a *app) requests(name string) console.SessionFunc {
	return func(ctx context.Context, s *console.Session, args []string) error {
		return a.request(ctx, s, args[0], name)
	}
}

// request asks a running study for something, and prints how it stands then.
func (a *app) request(ctx context.Context, s *console.Session, study, name string, args ...any) error {
	p, err := ask(ctx, s, study, name, args...)
	if err != nil {
		return err
	}
	return a.answer(p, answerText(name, p))
}

// answer prints how a study stands behind a request, or a line that says it.
func (a *app) answer(p workflows.Progress, text string) error {
	return a.Value(p, func(w io.Writer) error {
		_, err := fmt.Fprintln(w, text)
		return err
	})
}

// ask sends a request to a running study and waits for its answer.
func ask(ctx context.Context, s *console.Session, study, name string, args ...any) (p workflows.Progress, err error) {
	if s.Owner() { // workflows answer without a worker that trains
		if err := s.AnswerQueries(); err != nil {
			return p, err
		}
	}
	asking, cancel := context.WithTimeout(ctx, answerPatience)
	defer cancel()
	h, err := s.Client.UpdateWorkflow(asking, client.UpdateWorkflowOptions{
		WorkflowID: ziplaw.WorkflowID(study), UpdateName: name, Args: args, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = h.Get(asking, &p)
	}
	switch {
	case err == nil:
		return p, nil
	case console.IsA[*serviceerror.NotFound](err):
		return p, notRunning(ctx, s, study)
	case ctx.Err() != nil:
		return p, console.ErrInterrupted
	case errors.Is(err, context.DeadlineExceeded) || console.IsA[*serviceerror.DeadlineExceeded](err) || console.IsA[*client.WorkflowUpdateServiceTimeoutOrCanceledError](err):
		return p, &ziplaw.Error{
			Code: ziplaw.CodeInternal, Message: fmt.Sprintf("study %s doesn't answer: no worker takes its workflow", study), Hint: "start one: ziplaw up, or ziplaw worker",
		}
	}
	return p, activities.FromTemporal(err)
}

// answerText says what a request has done.
func answerText(name string, p workflows.Progress) string {
	c := p.Cells
	switch name {
	case workflows.PauseRequest:
		return fmt.Sprintf("%s is paused with %d of %d cells finished: ziplaw resume %s goes on", p.Study, c.Finished(), c.Total, p.Study)
	case workflows.ResumeRequest:
		return fmt.Sprintf("%s goes on with %d of %d cells finished", p.Study, c.Finished(), c.Total)
	}
	return fmt.Sprintf("%s has %d cells in %d data sets now, and %d of them are finished", p.Study, c.Total, len(p.DataSets), c.Finished())
}

// retryText says what runs again of a study as it stood before.
func retryText(p workflows.Progress, named bool) string {
	dataSets := 0
	for _, d := range p.DataSets {
		if d.Phase == ziplaw.PhaseFailed {
			dataSets++
		}
	}
	switch {
	case p.Cells.Failed == 0 && dataSets == 0:
		return fmt.Sprintf("no cell of %s has failed: nothing runs again", p.Study)
	case named:
		return fmt.Sprintf("%s runs again what has failed of the cells that are named", p.Study)
	case dataSets > 0:
		return fmt.Sprintf("%s runs its failed cells again, %d, and its failed data sets, %d", p.Study, p.Cells.Failed, dataSets)
	}
	return fmt.Sprintf("%s runs its failed cells again: %d", p.Study, p.Cells.Failed)
}

// notRunning is the error of a request to a study that has ended, or that there never was.
func notRunning(ctx context.Context, s *console.Session, study string) error {
	info, err := s.States().Describe(ctx, study)
	if err != nil {
		return err
	}
	if info == nil {
		if _, err := s.States().Believed(ctx, study); err != nil {
			return err
		}
	}
	return &ziplaw.Error{Code: ziplaw.CodeNotRunning, Message: fmt.Sprintf("study %s has ended", study), Hint: "ziplaw status " + study + " shows how"}
}

// lastSpec is the spec of a study that has ended.
func lastSpec(ctx context.Context, s *console.Session, study string) (ziplaw.Study, error) {
	spec, err := s.States().Spec(ctx, study)
	if !console.IsA[*serviceerror.NotFound](err) {
		return spec, err
	}
	v, err := s.States().Believed(ctx, study) // Temporal has forgotten it
	if err != nil {
		return spec, err
	}
	err = s.Store.GetJSON(ctx, v.Spec, &spec)
	return spec, err
}

// cancel ends a study and waits for its end.
func (a *app) cancel(ctx context.Context, s *console.Session, args []string) error {
	study := args[0]
	info, err := s.States().Describe(ctx, study)
	if err != nil {
		return err
	}
	if info.GetStatus() != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
		return notRunning(ctx, s, study)
	}
	if s.Owner() {
		if err := s.AnswerQueries(); err != nil {
			return err
		}
	}
	if err := s.Client.CancelWorkflow(ctx, ziplaw.WorkflowID(study), ""); err != nil {
		return err
	}
	e := console.Await(ctx, s.Client.GetWorkflow(ctx, ziplaw.WorkflowID(study), ""))
	if ctx.Err() != nil {
		return console.ErrInterrupted
	}
	r := ziplaw.StudyResult{Study: study, State: ziplaw.StudyCanceled, WorkflowID: ziplaw.WorkflowID(study), RunID: info.GetExecution().GetRunId()}
	if e.Err == nil { // it was done before it heard of it
		r = e.Result
	} else if ziplaw.CodeOf(e.Err) != ziplaw.CodeCanceled {
		return e.Err
	}
	return a.Value(complete(r), func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s is %s; what is done is kept, and ziplaw run goes on with it\n", study, r.State)
		return err
	})
}
