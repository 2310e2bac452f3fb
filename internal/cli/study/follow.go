package study

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/plan"
	"github.com/ziplaw/ziplaw/internal/state"
)

// pollShare is how many times longer than its asking a look at a study rests: on a busy machine the asking takes a while.
const pollShare = 10

// follow starts or joins the study's workflow and shows its progress until it ends.
func (a *app) follow(ctx context.Context, s *console.Session, p *plan.Plan) (r ziplaw.StudyResult, err error) {
	run, err := activities.StartStudy(ctx, s.Client, p.Study)
	if err != nil {
		return r, console.Interrupted(ctx, err)
	}
	f := &follower{session: s, states: state.Source{Temporal: s.Client, Store: s.Store}, study: p.Study.Name, plan: p, display: newDisplay(a.Err), estimate: estimator(p, a.Flags.Threads), started: time.Now()}
	err = f.follow(ctx, run)
	return f.result, err
}

// follow shows a study until its workflow ends, and keeps its result.
func (f *follower) follow(ctx context.Context, run client.WorkflowRun) (err error) {
	defer f.display.end()
	ended := make(chan console.Ending, 1)
	getting, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { ended <- console.Await(getting, run) }()
	f.result, err = f.until(ctx, ended)
	return err
}

// estimator watches a planned study on threads of this machine.
func estimator(p *plan.Plan, threads int) *state.Estimator {
	vocabularies := map[string]int{}
	for _, d := range p.DataSets {
		vocabularies[d.Name] = d.Vocabulary
	}
	return state.NewEstimator(p.Study, func(set string) int { return vocabularies[set] }, throughput, threads)
}

// follower shows one study.
type follower struct {
	session  *console.Session
	states   state.Source
	study    string
	plan     *plan.Plan // nil where nothing was planned here
	display  display
	estimate *state.Estimator
	started  time.Time
	last     view
	result   ziplaw.StudyResult

	unanswered int // looks in a row
}

func (f *follower) until(ctx context.Context, ended <-chan console.Ending) (ziplaw.StudyResult, error) {
	tick := time.NewTicker(console.PollInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ziplaw.StudyResult{}, console.ErrInterrupted
		case <-f.session.Lost():
			return ziplaw.StudyResult{}, console.ErrLost
		case e := <-ended:
			if e.Err == nil {
				f.finish(e.Result)
			}
			return e.Result, console.Interrupted(ctx, e.Err)
		case <-tick.C:
			began := time.Now()
			f.look(ctx)
			if f.otherSources() {
				return ziplaw.StudyResult{}, errOtherSources
			}
			tick.Reset(max(console.PollInterval, pollShare*time.Since(began)))
		}
	}
}

// errOtherSources says that the study that runs is of other files than those that are here now.
var errOtherSources = errors.New("the running study is of other files")

// otherSources compares the version that runs with the one that was planned here, on the machine that the study runs on.
func (f *follower) otherSources() bool {
	runs := f.last.Progress.Version
	if f.last.Progress.Extended > 0 { // by somebody, who has compared them
		return false
	}
	return f.session.Servers != nil && f.plan != nil && f.plan.Version != "" && runs != "" && runs != f.plan.Version
}

// mostUnanswered is how many looks in a row may go without an answer before that is said.
const mostUnanswered = 5

// look shows the study as it is. Without an answer it shows what it saw last, and says why after a while.
func (f *follower) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	v, now := f.last, time.Now()
	p, err := f.states.Progress(ctx, f.study)
	if err == nil {
		v = view{f.states.Now(ctx, p)}
		v.Left = f.estimate.Left(v.Progress, v.Training(), now)
		f.unanswered = 0
	} else {
		f.unanswered++
	}
	if err != nil {
		v.Trouble = ""
	}
	if t := f.session.Trouble(); t != "" {
		v.Trouble = t
	}
	if v.Trouble == "" && f.unanswered >= mostUnanswered {
		v.Trouble = fmt.Sprintf("no answer from Temporal or its workers: %v", err)
	}
	if err != nil && v.Trouble == "" {
		return
	}
	v.Elapsed = now.Sub(f.started)
	f.last = v
	f.display.show(v)
}

// finish shows the end, which no query may have seen.
func (f *follower) finish(r ziplaw.StudyResult) {
	v := f.last
	v.Trouble = ""
	v.Work, v.Waits, v.Left, v.Elapsed = nil, nil, state.Left{}, time.Since(f.started)
	v.Progress.Study, v.Progress.Phase, v.Progress.Cells = r.Study, r.Phase, r.Cells
	for i := range v.Progress.DataSets {
		d := &v.Progress.DataSets[i]
		d.Phase = ziplaw.PhaseDone
	}
	f.display.show(v)
}
