package machine

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/bench"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/spec"
)

// engineWork is the work that needs servers.
const engineWork = "engine"

// benchEngine measures studies on servers of their own, in a folder that goes with them.
func (a *app) benchEngine(ctx context.Context, o bench.Options, each func(bench.Row)) error {
	c := bench.Case{
		Work: fmt.Sprintf("engine study of %d cells", engineCells), Unit: "cells/s", Amount: engineCells, Threads: o.Threads,
		Ours: func() (bench.Side, error) { return a.openEngine(ctx) },
	}
	o.Rounds = min(o.Rounds, engineRounds)
	return bench.Run(ctx, []bench.Case{c}, o, each)
}

// engine is servers and a worker that run one study after another.
type engine struct {
	session *console.Session
	dir     string
	studies int
}

func (a *app) openEngine(ctx context.Context) (_ *engine, err error) {
	e := &engine{}
	if e.dir, err = os.MkdirTemp("", "ziplaw-bench-"); err != nil {
		return nil, fmt.Errorf("a folder for servers: %w", err)
	}
	own := *a
	own.Flags = console.Flags{DataDir: e.dir, Threads: a.Flags.Threads, Memory: a.Flags.Memory}
	if e.session, err = own.Open(ctx); err == nil {
		err = own.StartWorker(ctx, e.session)
	}
	if err != nil {
		e.Close()
		return nil, err
	}
	return e, nil
}

// Name is ziplaw.
func (e *engine) Name() string { return "ziplaw" }

// Close ends the servers and removes their folder.
func (e *engine) Close() {
	if e.session != nil {
		e.session.Close()
	}
	_ = os.RemoveAll(e.dir)
}

// Round runs one study, however long that takes.
func (e *engine) Round(ctx context.Context, _ time.Duration) (float64, error) {
	e.studies++
	study, err := spec.Parse([]byte(engineSpec(e.studies)))
	if err != nil {
		return 0, err
	}
	began := time.Now()
	run, err := activities.StartStudy(ctx, e.session.Client, study)
	if err != nil {
		return 0, err
	}
	end := console.Await(ctx, run)
	if end.Err != nil {
		return 0, end.Err
	}
	if r := end.Result; r.State != ziplaw.StudyDone || r.Cells.Done != engineCells || r.Cells.Reused > 0 {
		return 0, fmt.Errorf("the study ends as %s with %d of %d cells", r.State, r.Cells.Done, engineCells)
	}
	return time.Since(began).Seconds(), nil
}

const (
	engineSeeds  = 10
	engineCells  = 2 * 3 * engineSeeds // models by budgets by seeds
	engineRounds = 2                   // a study takes seconds, and its speed varies little
)

// engineSpec is a study whose cells train for a few milliseconds. Its seeds are its own, so that no cell is reused.
func engineSpec(study int) string {
	seeds := make([]string, engineSeeds)
	for i := range seeds {
		seeds[i] = fmt.Sprint(study*engineSeeds + i)
	}
	return fmt.Sprintf(`version: 1
name: engine-%d
context: 16
datasets: [{name: g, grammar: {nonterminals: 10, terminals: 150, options: 5, length: 3}}]
models: [{h: 4, layers: 1, heads: 1}, {h: 8, layers: 1, heads: 1}]
budgets: [64, 128, 256]
seeds: [%s]
recipe: {batch: 2, held_out: 2}
fit: {resamples: 20, tie: [alpha=beta]}
`, study, strings.Join(seeds, ", "))
}
