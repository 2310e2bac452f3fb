package cli

import (
	"context"
	"errors"
	"math"

	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
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
		Args: exactly(1), ValidArgsFunction: completeSpec,
		RunE: func(c *cobra.Command, args []string) error {
			ctx, stop := untilSignal(c.Context())
			defer stop()
			s, err := a.readStudy(args[0])
			if err != nil {
				return err
			}
			return a.run(ctx, s)
		},
	}
}

// show is what becomes of a finished version.
type show func(ctx context.Context, s *session, v ziplaw.StudyVersion) error

// run runs a study and shows what it found.
func (a *app) run(ctx context.Context, study ziplaw.Study) error {
	return a.runTo(ctx, study, a.showFinished)
}

// runTo runs a study. Whatever is wrong with it is found before servers start.
func (a *app) runTo(ctx context.Context, study ziplaw.Study, end show) error {
	p, err := plan.Check(ctx, study, a.room(study))
	if err != nil {
		if shown, failed := a.runWithoutSources(ctx, study, err); shown || failed != nil {
			return failed
		}
		return interrupted(ctx, err)
	}
	for _, w := range p.Warnings {
		a.note("warning: %s", w.Message)
	}
	for joined, again := false, false; ; {
		err := a.runOnce(ctx, p, end)
		switch {
		case errors.Is(err, errOtherSources) && !again:
			a.note("files of the study have changed since it began; its new version begins, and keeps the cells that are the same")
			if err := a.end(ctx, study.Name); err != nil {
				return err
			}
			again = true
		case errors.Is(err, errOtherSources):
			return usage("SPEC", "is an environment variable in its patterns another one there?", "the worker finds other files than this process")
		case errors.Is(err, errLost):
			a.note("the process that ran the servers doesn't answer; going on here as soon as it has ended")
			joined = true
		case joined && ziplaw.CodeOf(err) == ziplaw.CodeDataDirHeld && ctx.Err() == nil: // it is suspended
		default:
			return err
		}
	}
}

// room is what a study may take here. Nobody knows the workers of other servers, nor, before one is asked, their devices.
func (a *app) room(study ziplaw.Study) plan.Room {
	r := plan.Room{Capacity: a.capacity, Memory: int64(a.flags.memory), Files: dataset.Options{Progress: a.filesProgress()}}
	if a.flags.connect || study.OnCUDA() {
		r.Memory = 0
	}
	return r
}

// capacity is what the data folder's file system can still take. Nobody knows that of another store.
func (a *app) capacity() (int64, error) {
	if a.flags.connect {
		return math.MaxInt64, nil
	}
	return freeBytes(existing(a.flags.dataDir))
}

// errLost says that another process's servers have gone.
var errLost = errors.New("the servers have gone")

// runOnce runs the study with the servers that are there now.
func (a *app) runOnce(ctx context.Context, p *plan.Plan, end show) error {
	s, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	v, found, err := a.settled(ctx, s, p)
	if err != nil {
		return interrupted(ctx, err)
	}
	if found {
		return end(ctx, s, v)
	}
	if s.owner() {
		if err := a.startWorker(ctx, s); err != nil {
			return err
		}
	}
	r, err := a.follow(ctx, s, p)
	if errors.Is(err, errInterrupted) {
		a.note("stopping: cells write a checkpoint; interrupt again to stop at once")
		a.note("the study stays where it is: the same command goes on with it")
	}
	if err != nil {
		return err
	}
	v, found, err = activities.FinishedVersion(ctx, s.store, p.Study.Name, r.Version)
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
func (a *app) showFinished(ctx context.Context, s *session, v ziplaw.StudyVersion) error {
	files, err := a.writeReport(ctx, s, v, a.reportDir(v.Result.Study))
	if err != nil {
		return err
	}
	v.Result.Report = files.html
	return a.showFindings(v.Result)
}
