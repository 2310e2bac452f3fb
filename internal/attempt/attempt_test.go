package attempt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/store"
)

// A fake store and a fake trainer, in a bubble of synctest, whose clock runs only while everybody waits: what takes hours of
// an outage takes no time here. The real store is held to the same contract by its conformance suite.

var errSlowDown = errors.New("503 SlowDown")

type place struct {
	token int64
	step  int
}

// fakeStore keeps checkpoints in a map.
type fakeStore struct {
	mu          sync.Mutex
	checkpoints map[place]string
	token       int64
	holder      string // who has the claim; empty where nobody
	lost        chan struct{}
	claims      int // calls of Claim

	// down makes calls fail: by the name of the method.
	down map[string]error
	// slow is how long a checkpoint travels.
	slow time.Duration
}

func newFakeStore() *fakeStore {
	return &fakeStore{checkpoints: map[place]string{}, lost: make(chan struct{}), down: map[string]error{}}
}

func (f *fakeStore) fails(method string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.down[method]
}

func (f *fakeStore) Claim(_ context.Context, _ ziplaw.Key, owner string, _ time.Duration) (Claim, string, error) {
	if err := f.fails("claim"); err != nil {
		return nil, "", err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.claims++
	if f.holder != "" {
		return nil, f.holder, nil
	}
	f.token++
	f.holder = owner
	return fakeClaim{f, f.token}, owner, nil
}

type fakeClaim struct {
	store *fakeStore
	token int64
}

func (c fakeClaim) Token() int64 { return c.token }

func (c fakeClaim) Keep(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-c.store.lost:
		return store.ErrClaimLost
	}
}

func (c fakeClaim) Release(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	c.store.mu.Lock()
	defer c.store.mu.Unlock()
	c.store.holder = ""
	return nil
}

func (f *fakeStore) Resume(_ context.Context, _ ziplaw.Key, take func(store.Checkpoint) bool) error {
	if err := f.fails("resume"); err != nil {
		return err
	}
	for _, p := range f.places() {
		if take(store.Checkpoint{Token: p.token, Step: p.step, Data: strings.NewReader(f.checkpoints[p]), Size: int64(len(f.checkpoints[p]))}) {
			return nil
		}
	}
	return nil
}

// places are by descending step.
func (f *fakeStore) places() []place {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.SortedFunc(maps.Keys(f.checkpoints), func(a, b place) int { return b.step - a.step })
}

func (f *fakeStore) PutCheckpoint(ctx context.Context, _ ziplaw.Key, token int64, step int, data io.Reader, size int64) error {
	if err := f.fails("put"); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(f.slow):
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	b, err := io.ReadAll(io.LimitReader(data, size))
	if err != nil {
		return err
	}
	f.checkpoints[place{token, step}] = string(b)
	return nil
}

func (f *fakeStore) DeleteCheckpoints(_ context.Context, _ ziplaw.Key, token int64, step, keep int) error {
	if err := f.fails("delete"); err != nil {
		return err
	}
	for _, p := range f.places() {
		if p.token > token || p.step > step {
			continue
		}
		if keep--; keep < 0 {
			f.mu.Lock()
			delete(f.checkpoints, p)
			f.mu.Unlock()
		}
	}
	return nil
}

// steps are those of the checkpoints that are there.
func (f *fakeStore) steps() string {
	var all []string
	for _, p := range f.places() {
		all = append(all, fmt.Sprintf("%d/%d", p.token, p.step))
	}
	return strings.Join(all, " ")
}

// fakeTrainer takes a second a step. Its state is its number of steps.
type fakeTrainer struct {
	steps, done int
	from        int
	open        bool  // a snapshot is
	fails       error // at the end
}

func (t *fakeTrainer) Steps() int { return t.steps }
func (t *fakeTrainer) Done() int  { return t.done }

func (t *fakeTrainer) Run(ctx context.Context, every int, after func(int, float64) error) error {
	for t.done < t.steps {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(time.Second):
		}
		if t.done++; t.done%every == 0 {
			if err := after(t.done, 1); err != nil {
				return err
			}
		}
	}
	return t.fails
}

func (t *fakeTrainer) Snapshot() (Snapshot, error) {
	if t.open {
		return nil, errors.New("the last snapshot is open")
	}
	t.open = true
	return &fakeSnapshot{strconv.Itoa(t.done), t}, nil
}

type fakeSnapshot struct {
	data string
	of   *fakeTrainer
}

func (s *fakeSnapshot) Size() int64       { return int64(len(s.data)) }
func (s *fakeSnapshot) Reader() io.Reader { return strings.NewReader(s.data) }
func (s *fakeSnapshot) Close()            { s.of.open = false }

func (t *fakeTrainer) Restore(r io.Reader, _ int64) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	step, err := strconv.Atoi(string(b))
	if err == nil {
		t.done, t.from = step, step
	}
	return err
}

// fakeCell counts what is asked of it.
type fakeCell struct {
	trainer   *fakeTrainer
	trained   bool
	published int
	resumed   *ziplaw.Resumed
	finished  bool
	refuses   error // of Publish
}

func (c *fakeCell) Finished(context.Context) (bool, error) { return c.finished, nil }

func (c *fakeCell) Trainer(context.Context) (Trainer, error) {
	c.trained = true
	return c.trainer, nil
}

func (c *fakeCell) Publish(ctx context.Context, ended error, resumed *ziplaw.Resumed) error {
	if err := errors.Join(ended, c.refuses, ctx.Err()); err != nil {
		return err
	}
	if t := c.trainer; t.done != t.steps {
		return fmt.Errorf("published at step %d", t.done)
	}
	c.published++
	c.resumed = resumed
	return nil
}

const steps = 3600 // an hour

func newCell() *fakeCell { return &fakeCell{trainer: &fakeTrainer{steps: steps}} }

func on(f *fakeStore) Attempt {
	return Attempt{
		Store: f, Key: "key", Owner: "me", TTL: 15 * time.Second, Poll: time.Second, Every: 30 * time.Second, Keep: 2, Sync: 1,
		Waiting: func(string) {}, Training: func() {}, Progress: func(int, int, float64, int) {},
	}
}

func TestTrainsToTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, cell := newFakeStore(), newCell()
		most := 0
		a := on(f)
		a.Progress = func(done, of int, _ float64, checkpoint int) {
			most = max(most, len(f.places()))
			if of != steps || checkpoint > done || done-checkpoint > 32 {
				t.Errorf("step %d of %d with a checkpoint at %d", done, of, checkpoint)
			}
		}
		if err := a.Train(t.Context(), t.Context(), cell); err != nil || cell.published != 1 || cell.resumed != nil {
			t.Errorf("%v, published %d times, from %+v", err, cell.published, cell.resumed)
		}
		if f.steps() != "" || f.holder != "" || most > 3 {
			t.Errorf("left behind: checkpoints %s, claim %q; at most %d checkpoints", f.steps(), f.holder, most)
		}
	})
}

func TestFinishedIsTrainedNoMore(t *testing.T) {
	cell := newCell()
	cell.finished = true
	if err := on(newFakeStore()).Train(t.Context(), t.Context(), cell); err != nil || cell.trained || cell.published > 0 {
		t.Errorf("%v, %+v", err, cell)
	}
}

// TestEveryEndSavesTheLastState: whoever ends the training, and however long the last state travels.
func TestEveryEndSavesTheLastState(t *testing.T) {
	stops := errors.New("the worker stops")
	for name, c := range map[string]struct {
		end  func(*fakeStore, context.CancelCauseFunc)
		want error
		slow time.Duration
	}{
		"a stop":                     {func(_ *fakeStore, cancel context.CancelCauseFunc) { cancel(stops) }, stops, 0},
		"a stop with slow uploads":   {func(_ *fakeStore, cancel context.CancelCauseFunc) { cancel(stops) }, stops, 10 * time.Minute},
		"the loss of the claim":      {func(f *fakeStore, _ context.CancelCauseFunc) { close(f.lost) }, store.ErrClaimLost, 0},
		"a loss with slow uploads":   {func(f *fakeStore, _ context.CancelCauseFunc) { close(f.lost) }, store.ErrClaimLost, time.Minute},
		"the loss of the task":       {func(_ *fakeStore, cancel context.CancelCauseFunc) { cancel(context.DeadlineExceeded) }, context.DeadlineExceeded, 0},
		"a stop while one is sent":   {func(_ *fakeStore, cancel context.CancelCauseFunc) { cancel(stops) }, stops, 45 * time.Second},
		"a cancellation of the cell": {func(_ *fakeStore, cancel context.CancelCauseFunc) { cancel(context.Canceled) }, context.Canceled, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, cell := newFakeStore(), newCell()
				f.slow = c.slow
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				go func() {
					time.Sleep(1000*time.Second + time.Millisecond)
					c.end(f, cancel)
				}()
				err := on(f).Train(ctx, t.Context(), cell)
				if !errors.Is(err, c.want) || cell.published > 0 {
					t.Errorf("%v, published %d times", err, cell.published)
				}
				if got := f.places(); len(got) == 0 || got[0].step != 1000 {
					t.Errorf("checkpoints %s, want the newest at step 1000", f.steps())
				}
				again := newCell()
				f.holder, f.lost = "", make(chan struct{})
				if err := on(f).Train(t.Context(), t.Context(), again); err != nil || again.trainer.from != 1000 || again.resumed.Step != 1000 || again.published != 1 {
					t.Errorf("again: %v, from step %d", err, again.trainer.from)
				}
			})
		})
	}
}

// TestForeignCheckpointsHideNothing: a checkpoint that no trainer here takes stays, and those that this attempt writes below
// it are gone on from. This is how a newer program's checkpoints, or those of another run, look.
func TestForeignCheckpointsHideNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeStore()
		f.checkpoints[place{1, 3000}], f.token = "of another format", 1
		for kill, want := range []int{0, 500, 1000} {
			cell := newCell()
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Second+time.Millisecond)
			if err := on(f).Train(ctx, t.Context(), cell); !errors.Is(err, context.DeadlineExceeded) || cell.trainer.from != want {
				t.Errorf("attempt %d: %v, from step %d, want %d; checkpoints %s", kill, err, cell.trainer.from, want, f.steps())
			}
			cancel()
			if f.checkpoints[place{1, 3000}] == "" {
				t.Errorf("attempt %d deleted the foreign checkpoint", kill)
			}
		}
		cell := newCell()
		if err := on(f).Train(t.Context(), t.Context(), cell); err != nil || cell.published != 1 || f.steps() != "" {
			t.Errorf("at last: %v, checkpoints %s", err, f.steps())
		}
	})
}

// TestOutagesCostNoResult: whatever of the store is down while training goes on, the cell ends in its result.
func TestOutagesCostNoResult(t *testing.T) {
	for _, methods := range [][]string{{"put"}, {"delete"}, {"put", "delete"}} {
		synctest.Test(t, func(t *testing.T) {
			f, cell := newFakeStore(), newCell()
			go func() {
				time.Sleep(100 * time.Second)
				f.mu.Lock()
				for _, m := range methods {
					f.down[m] = errSlowDown
				}
				f.mu.Unlock()
			}()
			if err := on(f).Train(t.Context(), t.Context(), cell); err != nil || cell.published != 1 {
				t.Errorf("without %v: %v, published %d times", methods, err, cell.published)
			}
		})
	}
}

// TestAFullDiskKeepsTheLastSafeState: checkpoints fail for good, and the attempt that is stopped says so. What was safe
// before stays.
func TestAFullDiskKeepsTheLastSafeState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("no space left on device")
		f, cell := newFakeStore(), newCell()
		go func() {
			time.Sleep(500 * time.Second)
			f.mu.Lock()
			f.down["put"] = full
			f.mu.Unlock()
		}()
		ctx, cancel := context.WithTimeout(t.Context(), 2000*time.Second)
		defer cancel()
		err := on(f).Train(ctx, t.Context(), cell)
		if !errors.Is(err, full) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		if got := f.places(); len(got) != 2 || got[0].step < 450 || got[0].step > 500 {
			t.Errorf("checkpoints %s", f.steps())
		}
	})
}

// TestErrorsBeforeTraining go to the caller, who tries again; nothing is held meanwhile.
func TestErrorsBeforeTraining(t *testing.T) {
	for _, method := range []string{"claim", "resume"} {
		synctest.Test(t, func(t *testing.T) {
			f, cell := newFakeStore(), newCell()
			f.down[method] = errSlowDown
			if err := on(f).Train(t.Context(), t.Context(), cell); !errors.Is(err, errSlowDown) || cell.published > 0 || f.holder != "" {
				t.Errorf("without %s: %v, claim of %q", method, err, f.holder)
			}
		})
	}
}

// TestWaitsForTheClaim: as long as it may, saying for whom, by the store's word alone and whatever the clock says.
func TestWaitsForTheClaim(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, cell := newFakeStore(), newCell()
		f.holder = "somebody"
		a, heard := on(f), ""
		a.Waiting = func(holder string) { heard = holder }
		go func() {
			time.Sleep(3 * time.Hour)
			f.mu.Lock()
			f.holder = ""
			f.mu.Unlock()
		}()
		if err := a.Train(t.Context(), t.Context(), cell); err != nil || heard != "somebody" || cell.published != 1 {
			t.Errorf("%v, waited for %q", err, heard)
		}
		if looks := 3 * 3600; f.claims < looks-1 || f.claims > looks+2 {
			t.Errorf("%d looks in three hours", f.claims)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		f, cell := newFakeStore(), newCell()
		f.holder = "somebody"
		stops := errors.New("the worker stops")
		waiting, cancel := context.WithCancelCause(t.Context())
		go func() {
			time.Sleep(time.Minute)
			cancel(stops)
		}()
		if err := on(f).Train(t.Context(), waiting, cell); !errors.Is(err, stops) || cell.trained {
			t.Errorf("%v", err)
		}
	})
}

// TestFinishedElsewhereWhileWaiting: the result of another attempt ends the wait.
func TestFinishedElsewhereWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, cell := newFakeStore(), newCell()
		f.holder = "somebody"
		a := on(f)
		a.Waiting = func(string) { cell.finished = true }
		if err := a.Train(t.Context(), t.Context(), cell); err != nil || cell.trained {
			t.Errorf("%v, trained: %v", err, cell.trained)
		}
	})
}

// TestAFailureIsReported: of the run itself, or of its publication, whose checkpoints stay for the next attempt.
func TestAFailureIsReported(t *testing.T) {
	broken := errors.New("broken")
	for name, change := range map[string]func(*fakeCell){
		"the run":         func(c *fakeCell) { c.trainer.fails = broken },
		"the publication": func(c *fakeCell) { c.refuses = broken },
	} {
		synctest.Test(t, func(t *testing.T) {
			f, cell := newFakeStore(), newCell()
			change(cell)
			if err := on(f).Train(t.Context(), t.Context(), cell); !errors.Is(err, broken) || cell.published > 0 {
				t.Errorf("%s: %v", name, err)
			}
			if f.steps() == "" || f.holder != "" {
				t.Errorf("%s: checkpoints %q, claim of %q", name, f.steps(), f.holder)
			}
		})
	}
}
