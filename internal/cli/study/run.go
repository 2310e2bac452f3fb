package study

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/dataset"
	"github.com/ziplaw/ziplaw/internal/plan"
)

func (a *app) runCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "run SPEC",
		Short: "Run a study to its report, or go on with it",
		Long: `Run a study: start the servers of the data folder and a worker, or join those that run there, show progress, and
end with the tables and the report. SPEC is a file in YAML or JSON, - for standard input, or a ready study (ziplaw help
spec).

A finished study answers at once. Interrupted or killed, the same command goes on where it was, and ends in the same
numbers, bit for bit.`,
		Example: `  ziplaw run quick
  ziplaw run study.yaml --data-dir /data/ziplaw --threads 8 --memory 16GiB
  ziplaw run study.yaml --output json > result.json`,
		Args: console.Exactly(1), ValidArgsFunction: console.CompleteSpec,
		RunE: func(c *cobra.Command, args []string) error {
			ctx, stop := console.UntilSignal(c.Context())
			defer stop()
			s, err := a.readStudy(args[0])
			if err != nil {
				return err
			}
			return a.run(ctx, s)
		},
	}
}

// Show is what becomes of a finished version.
type Show func(ctx context.Context, s *console.Session, v ziplaw.StudyVersion) error

// run runs a study and shows what it found.
func (a *app) run(ctx context.Context, study ziplaw.Study) error {
	return a.runTo(ctx, study, a.showFinished)
}

// RunTo runs a study, for commands of elsewhere.
func RunTo(ctx context.Context, c *console.App, spec ziplaw.Study, end Show) error {
	return (&app{c}).runTo(ctx, spec, end)
}

// runTo runs a study. Whatever is wrong with it is found before servers start.
func (a *app) runTo(ctx context.Context, study ziplaw.Study, end Show) error {
	p, err := plan.Check(ctx, study, a.room(study))
	if err != nil {
		if shown, failed := a.runWithoutSources(ctx, study, err); shown || failed != nil {
			return failed
		}
		return console.Interrupted(ctx, err)
	}
	for _, w := range p.Warnings {
		a.Note("warning: %s", w.Message)
	}
	for joined, again := false, false; ; {
		err := a.runOnce(ctx, p, end)
		switch {
		case errors.Is(err, errOtherSources) && !again:
			a.Note("files of the study have changed since it began; its new version begins, and keeps the cells that are the same")
			if err := a.end(ctx, study.Name); err != nil {
				return err
			}
			again = true
		case errors.Is(err, errOtherSources):
			return console.Usage("SPEC", "is an environment variable in its patterns another one there?", "the worker finds other files than this process")
		case errors.Is(err, console.ErrLost):
			a.Note("the process that ran the servers doesn't answer; going on here as soon as it has ended")
			joined = true
		case joined && ziplaw.CodeOf(err) == ziplaw.CodeDataDirHeld && ctx.Err() == nil: // it is suspended
		default:
			return err
		}
	}
}

// room is what a study may take here. Nobody knows the workers of other servers, nor, before one is asked, their devices.
func (a *app) room(study ziplaw.Study) plan.Room {
	r := plan.Room{Capacity: a.Capacity, Memory: int64(a.Flags.Memory), Files: dataset.Options{Progress: a.filesProgress()}}
	if a.Flags.Connect || study.OnCUDA() {
		r.Memory = 0
	}
	return r
}

// runOnce runs the study with the servers that are there now.
func (a *app) runOnce(ctx context.Context, p *plan.Plan, end Show) error {
	s, err := a.Open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Unanswered(ctx, a.runIn(ctx, s, p, end))
}

func (a *app) runIn(ctx context.Context, s *console.Session, p *plan.Plan, end Show) error {
	v, found, err := a.settled(ctx, s, p)
	if err != nil {
		return console.Interrupted(ctx, err)
	}
	if found {
		return end(ctx, s, v)
	}
	if s.Owner() {
		if err := a.StartWorker(ctx, s); err != nil {
			return err
		}
	}
	r, err := a.follow(ctx, s, p)
	if errors.Is(err, console.ErrInterrupted) {
		a.Note("stopping: cells write a checkpoint; interrupt again to stop at once")
		a.Note("the study stays where it is: the same command goes on with it")
	}
	if err != nil {
		return err
	}
	v, found, err = activities.FinishedVersion(ctx, s.Store, p.Study.Name, r.Version)
	if err != nil {
		return err
	}
	if !found && v.Spec == "" {
		return a.showStudy(r, nil, nil)
	}
	v.Result.RunID, v.Result.WorkflowID = r.RunID, r.WorkflowID
	return end(ctx, s, v)
}

// showFinished prints a finished version and writes its report into the data folder.
func (a *app) showFinished(ctx context.Context, s *console.Session, v ziplaw.StudyVersion) error {
	files, err := WriteReport(ctx, s, v, a.ReportDir(v.Result.Study))
	if err != nil {
		return err
	}
	v.Result.Report = files.html
	return a.showFindings(v.Result)
}
