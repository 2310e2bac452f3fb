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
	f := &follower{session: s, plan: p, display: newDisplay(a.err), estimate: newEstimator(p, a.flags.threads), started: time.Now()}
	defer f.display.end()
	ended := make(chan ending, 1)
	getting, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { ended <- await(getting, run) }()
	return f.until(ctx, ended)
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
	plan     *plan.Plan
	display  display
	estimate *estimator
	started  time.Time
	last     view

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
	runs := f.last.progress.Version
	return f.session.servers != nil && f.plan.Version != "" && runs != "" && runs != f.plan.Version
}

// mostUnanswered is how many looks in a row may go without an answer before that is said.
const mostUnanswered = 5

// look shows the study as it is. Without an answer it shows what it saw last, and says why after a while.
func (f *follower) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	v, now := f.last, time.Now()
	p, err := f.session.progress(ctx, f.plan.Study.Name)
	if err == nil {
		v = f.session.now(ctx, p)
		v.left = f.estimate.left(p, v.cells, now)
		f.unanswered = 0
	} else {
		f.unanswered++
	}
	if err != nil {
		v.trouble = ""
	}
	if t := f.session.trouble(); t != "" {
		v.trouble = t
	}
	if v.trouble == "" && f.unanswered >= mostUnanswered {
		v.trouble = fmt.Sprintf("no answer from Temporal or its workers: %v", err)
	}
	if err != nil && v.trouble == "" {
		return
	}
	v.elapsed = now.Sub(f.started)
	f.last = v
	f.display.show(v)
}

// finish shows the end, which no query may have seen.
func (f *follower) finish(r ziplaw.StudyResult) {
	v := f.last
	v.trouble = ""
	v.cells, v.failing, v.left, v.elapsed = nil, nil, 0, time.Since(f.started)
	v.progress.Study, v.progress.Phase, v.progress.Cells = r.Study, r.Phase, r.Cells
	for i := range v.progress.DataSets {
		d := &v.progress.DataSets[i]
		d.Phase = ziplaw.PhaseDone
	}
	f.display.show(v)
}
