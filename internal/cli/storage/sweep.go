package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/store"
	"github.com/ziplaw/ziplaw/internal/upkeep"
)

// sweepFlags are the flags of commands that remove something from the store.
type sweepFlags struct {
	yes, dry bool
	older    age
}

func (f *sweepFlags) register(c *cobra.Command, older string) {
	c.Flags().BoolVar(&f.yes, "yes", false, "remove without asking")
	c.Flags().BoolVar(&f.dry, "dry-run", false, "only say what would be removed")
	c.Flags().Var(&f.older, "older-than", older)
}

func (a *app) gcCommand() *cobra.Command {
	f := sweepFlags{older: age(upkeep.DefaultGrace)}
	c := &cobra.Command{
		Use:   "gc",
		Short: "Remove what no study needs",
		Long: `Remove from the store what no finished study leads to, no study that runs or waits for its next run needs, and what was
written longer ago than --older-than, by the store's clock: artifacts and entries, checkpoints, claims, and uploads that nobody
finished. It says what goes, names the fitted numbers that go with it, and asks.

Studies may run meanwhile, also those of other machines and Temporal servers: whatever they use again is made young first, and nothing
young is removed. The default of a week is also how long the cells of a study are kept that no server remembers. Where a record of a
finished study is damaged, nothing says what it needs: the numbers that would lose evidence are named, and nothing is removed before
ziplaw verify STUDY --repair.`,
		Example: `  ziplaw gc
  ziplaw gc --dry-run
  ziplaw gc --yes --older-than 2d
  ziplaw gc --dry-run --output json | jq .bytes`,
		Args: console.Exactly(0),
	}
	f.register(c, "leave what was written since, such as 36h or 7d")
	c.RunE = func(c *cobra.Command, args []string) error { return a.sweeping(c, args, f, a.gc) }
	return c
}

func (a *app) rmCommand() *cobra.Command {
	f := sweepFlags{}
	c := &cobra.Command{
		Use:   "rm STUDY",
		Short: "Remove a study, with all that no other study needs",
		Long: `Remove all versions of a study from the store, what its workflows left in Temporal, and everything that no other study
needs. Cells that another study shares stay. It says how many bytes that frees, and asks. A study that runs isn't removed: cancel it
first. The report's files in the data folder stay.

Where the same store serves studies of other Temporal servers, these can't be asked what they need: name with --older-than the age, such
as 2h, from which what this study alone needs is removed. ziplaw gc removes the rest later.`,
		Example: `  ziplaw rm quick
  ziplaw rm quick --dry-run
  ziplaw rm quick --yes`,
		Args: console.Exactly(1), ValidArgsFunction: console.CompleteSpec,
	}
	f.register(c, "leave what was written since, such as 2h, for ziplaw gc (default: nothing)")
	c.RunE = func(c *cobra.Command, args []string) error { return a.sweeping(c, args, f, a.rm) }
	return c
}

// sweeping runs a command that removes something, or only says what.
func (a *app) sweeping(c *cobra.Command, args []string, f sweepFlags, run func(context.Context, *console.Session, []string, sweepFlags) error) error {
	if f.dry && f.yes {
		return console.Usage("--dry-run", "leave one of them out", "--dry-run removes nothing, and --yes does without asking")
	}
	with := a.WithSession
	if f.dry {
		with = a.Looking
	} else if _, err := a.asks(f.yes); err != nil {
		return err
	}
	return with(func(ctx context.Context, s *console.Session, args []string) error { return run(ctx, s, args, f) })(c, args)
}

func (a *app) gc(ctx context.Context, s *console.Session, _ []string, f sweepFlags) error {
	if least := s.Store.LeastGrace(); time.Duration(f.older) < least {
		return console.Usage("--older-than", "at least "+(*age)(&least).String(), "%s is too young: studies that run may need what was written since", f.older.String())
	}
	plan := func(ctx context.Context) (*upkeep.Plan, error) {
		survey, err := a.survey(ctx, s)
		if err != nil {
			return nil, err
		}
		return survey.Garbage(ctx, time.Duration(f.older))
	}
	return a.carryOut(ctx, s, f, plan, func(ctx context.Context, p *upkeep.Plan) (*upkeep.Plan, error) { return p, nil })
}

func (a *app) rm(ctx context.Context, s *console.Session, args []string, f sweepFlags) error {
	plan := func(ctx context.Context) (*upkeep.Plan, error) {
		survey, err := a.survey(ctx, s)
		if err != nil {
			return nil, err
		}
		return survey.Removal(ctx, args[0], time.Duration(f.older))
	}
	// What is young is removed, too. So those who use the store must know of the sweep before they are asked what they need.
	err := a.carryOut(ctx, s, f, plan, func(ctx context.Context, _ *upkeep.Plan) (*upkeep.Plan, error) {
		if err := s.Store.Settle(ctx); err != nil {
			return nil, err
		}
		return plan(ctx)
	})
	if err != nil || f.dry {
		return err
	}
	return forget(ctx, s, args[0])
}

// carryOut shows a plan, asks, and removes what it says, or what a function makes of it once nobody else sweeps.
func (a *app) carryOut(ctx context.Context, s *console.Session, f sweepFlags, make func(context.Context) (*upkeep.Plan, error), settle func(context.Context, *upkeep.Plan) (*upkeep.Plan, error)) error {
	p, err := make(ctx)
	if err != nil {
		return err
	}
	if f.dry {
		return a.Value(sweepJSON{Plan: p, DryRun: true}, func(w io.Writer) error { return planText(w, p, "would be removed") })
	}
	if err := intact(p); err != nil {
		return err
	}
	if p.Objects == 0 && len(p.Versions) == 0 {
		return a.Value(sweepJSON{Plan: p, Removed: &upkeep.Removed{}}, func(w io.Writer) error { return planText(w, p, "removed") })
	}
	asks, err := a.asks(f.yes)
	if err != nil {
		return err
	}
	if asks {
		if err := planText(a.Err, p, "would be removed"); err != nil {
			return err
		}
		if err := a.confirm(ctx, "Remove it?"); err != nil {
			return err
		}
	}
	return a.remove(ctx, s, p, settle)
}

func (a *app) remove(ctx context.Context, s *console.Session, p *upkeep.Plan, settle func(context.Context, *upkeep.Plan) (*upkeep.Plan, error)) error {
	var removed upkeep.Removed
	say := a.countProgress()
	err := s.Store.Sweep(ctx, sweeper(), func(ctx context.Context) (err error) {
		if p, err = settle(ctx, p); err != nil {
			return err
		}
		if err := intact(p); err != nil {
			return err
		}
		removed, err = p.Sweep(ctx, s.Store, say)
		return err
	})
	if running, ok := errors.AsType[*store.SweepRunningError](err); ok {
		return &ziplaw.Error{Code: ziplaw.CodeStore, Message: running.Error(), Hint: "wait until it is done"}
	}
	if err != nil {
		return err
	}
	return a.Value(sweepJSON{Plan: p, Removed: &removed}, func(w io.Writer) error {
		if err := planText(w, p, "removed"); err != nil || removed.Renewed == 0 {
			return err
		}
		_, err := fmt.Fprintf(w, "%s of these objects stay: they were used again or removed meanwhile\n", humanize.Comma(int64(removed.Renewed)))
		return err
	})
}

// sweeper names this process among those that sweep.
func sweeper() string {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	return fmt.Sprintf("process %d of %s", os.Getpid(), host)
}

// intact refuses a plan that was made without knowing all that is needed.
func intact(p *upkeep.Plan) error {
	if len(p.Damaged) == 0 {
		return nil
	}
	d := p.Damaged[0]
	return &ziplaw.Error{
		Code:    ziplaw.CodeCorruptArtifact,
		Message: "numbers would lose evidence that nothing leads to any more: " + d.String() + console.AndMore(len(p.Damaged)-1),
		Hint:    fmt.Sprintf("ziplaw verify %s --repair first, or ziplaw rm %s; --dry-run names all of them", d.Study, d.Study),
	}
}

// countProgress says from time to time how many objects were looked at.
func (a *app) countProgress() func(done, of int) {
	next := time.Now().Add(console.ReadingFirst)
	return func(done, of int) {
		if now := time.Now(); now.After(next) {
			next = now.Add(console.ReadingNext)
			a.Progress("%s of %s objects", humanize.Comma(int64(done)), humanize.Comma(int64(of)))
		}
	}
}

// sweepJSON is what was removed, or would be.
type sweepJSON struct {
	DryRun bool `json:"dry_run"`
	*upkeep.Plan
	// Removed is what was removed of it; null where that was only asked for.
	Removed *upkeep.Removed `json:"removed"`
}

func planText(w io.Writer, p *upkeep.Plan, removed string) error {
	what := "what nobody needs"
	if p.Study != "" {
		what = fmt.Sprintf("study %s (%d version%s)", p.Study, len(p.Versions), console.Plural(len(p.Versions)))
	}
	fmt.Fprintf(w, "%s of %s: %s in %s objects\n", capital(removed), what, bytesText(p.Amount), humanize.Comma(int64(p.Objects)))
	rows := [][]string{}
	for _, kind := range upkeep.Kinds {
		if k := p.Kinds[kind]; k.Objects > 0 {
			rows = append(rows, []string{"  " + kind, bytesText(k), humanize.Comma(int64(k.Objects))})
		}
	}
	if err := console.Table(w, rows); err != nil {
		return err
	}
	if p.Kept.Objects > 0 {
		fmt.Fprintf(w, "other studies need %s of it, which stays\n", bytesText(p.Kept))
	}
	if p.Later.Objects > 0 {
		fmt.Fprintf(w, "%s in %s objects that nobody else needs are younger and stay\n", bytesText(p.Later), humanize.Comma(int64(p.Later.Objects)))
	}
	if len(p.Lost) > 0 {
		fmt.Fprintf(w, "fitted numbers that go with it: %s\n", lostText(p.Lost))
	}
	for _, d := range p.Damaged {
		fmt.Fprintf(w, "would lose evidence: %s\n", d)
	}
	return nil
}

// mostLost is how many numbers are named.
const mostLost = 20

func lostText(all []upkeep.Lost) string {
	var names []string
	for _, l := range all[:min(mostLost, len(all))] {
		names = append(names, l.Number)
	}
	return strings.Join(names, ", ") + console.AndMore(max(0, len(all)-mostLost))
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
