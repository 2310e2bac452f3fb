package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/plan"
	"github.com/ziplaw/ziplaw/internal/state"
)

// pollInterval is how often a study is asked how far it is, and pollShare how many times longer than the asking it rests: on a
// busy machine the asking takes a while.
const (
	pollInterval = time.Second
	pollShare    = 10
)

// follow starts or joins the study's workflow and shows its progress until it ends.
func (a *app) follow(ctx context.Context, s *session, p *plan.Plan) (r ziplaw.StudyResult, err error) {
	run, err := activities.StartStudy(ctx, s.client, p.Study)
	if err != nil {
		return r, interrupted(ctx, err)
	}
	f := &follower{session: s, states: state.Source{Temporal: s.client, Store: s.store}, study: p.Study.Name, plan: p, display: newDisplay(a.err), estimate: estimator(p, a.flags.threads), started: time.Now()}
	err = f.follow(ctx, run)
	return f.result, err
}

// follow shows a study until its workflow ends, and keeps its result.
func (f *follower) follow(ctx context.Context, run client.WorkflowRun) (err error) {
	defer f.display.end()
	ended := make(chan ending, 1)
	getting, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { ended <- await(getting, run) }()
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

// ending is how a workflow ended.
type ending struct {
	result ziplaw.StudyResult
	err    error
}

// await waits for a workflow's end, through outages and pauses of the server, or of this process: after a pause every call
// that was in flight has run out of time.
func await(ctx context.Context, run client.WorkflowRun) (e ending) {
	for {
		err := run.Get(ctx, &e.result)
		if err == nil {
			return e
		}
		if passes(err) && ctx.Err() == nil {
			select {
			case <-ctx.Done():
			case <-time.After(pollInterval):
			}
			continue
		}
		e.err = activities.FromTemporal(err)
		return e
	}
}

// passes tells a server that doesn't answer now from an answer.
func passes(err error) bool {
	if isA[*temporal.WorkflowExecutionError](err) {
		return false
	}
	return errors.Is(err, context.DeadlineExceeded) || isA[*serviceerror.DeadlineExceeded](err) ||
		isA[*serviceerror.Unavailable](err) || isA[*serviceerror.ResourceExhausted](err) || isA[*serviceerror.Internal](err)
}

func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// follower shows one study.
type follower struct {
	session  *session
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

func (f *follower) until(ctx context.Context, ended <-chan ending) (ziplaw.StudyResult, error) {
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ziplaw.StudyResult{}, errInterrupted
		case <-f.session.lost():
			return ziplaw.StudyResult{}, errLost
		case e := <-ended:
			if e.err == nil {
				f.finish(e.result)
			}
			return e.result, interrupted(ctx, e.err)
		case <-tick.C:
			began := time.Now()
			f.look(ctx)
			if f.otherSources() {
				return ziplaw.StudyResult{}, errOtherSources
			}
			tick.Reset(max(pollInterval, pollShare*time.Since(began)))
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
	return f.session.servers != nil && f.plan != nil && f.plan.Version != "" && runs != "" && runs != f.plan.Version
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
	if t := f.session.trouble(); t != "" {
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
