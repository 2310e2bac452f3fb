// Package attempt is one attempt at training a cell: it takes the claim on the cell's key, goes on from the newest
// checkpoint that fits, trains, saves checkpoints by time, and hands on what came out to be published. It knows neither
// Temporal nor what a cell is.
//
// Nothing that happens to an attempt changes what it makes. An outage of the store costs at most the work since the last
// checkpoint, a lost claim the time that two attempts spend on one cell.
package attempt

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/store"
)

// Trainer is a training run whose state can be saved. *llama.Trainer is one.
type Trainer interface {
	// Steps is how many steps the run has, Done how many it has taken.
	Steps() int
	Done() int
	// Run takes the remaining steps, and calls after every so many of them. It ends with the cause of the context's end.
	Run(ctx context.Context, every int, after func(done int, loss float64) error) error
	// Snapshot is the state between steps, which Restore takes. The run may go on while it is read; the next one comes when it
	// is closed.
	Snapshot() (Snapshot, error)
	// Restore reads a snapshot of some bytes to its end. A state of another run or format is an error, and so is one whose
	// reader ends with one: the trainer is then as it was, or at its first step.
	Restore(snapshot io.Reader, size int64) error
}

// Snapshot is a run's state.
type Snapshot interface {
	Size() int64
	// Reader reads the state from its beginning.
	Reader() io.Reader
	Close()
}

// Cell is what an attempt trains.
type Cell interface {
	// Finished tells whether somebody has published the cell.
	Finished(ctx context.Context) (bool, error)
	// Trainer makes the run at its first step. It is asked for once, by the holder of the claim.
	Trainer(ctx context.Context) (Trainer, error)
	// Publish publishes what a run that ended with an error or nil has made, or returns the error where that is no result.
	// Resumed is the checkpoint that the attempt went on from; nil where there was none.
	Publish(ctx context.Context, ended error, resumed *ziplaw.Resumed) error
}

// Attempt is one attempt, by one owner.
type Attempt struct {
	Store Store
	Key   ziplaw.Key
	Owner string        // names the attempt; no two share a name
	TTL   time.Duration // of the claim, which is renewed
	Poll  time.Duration // between looks at another attempt's claim
	Every time.Duration // between checkpoints
	Keep  int           // checkpoints that stay while the cell trains
	Sync  int           // steps between looks at the clock and the context
	// Convert is the key of the same run in another arithmetic, whose checkpoints it goes on from where it has none of its own;
	// empty where there is none.
	Convert ziplaw.Key
	// Waiting hears who else has the claim, Training that it is ours, and Progress how far the training is, with the step of
	// the newest checkpoint.
	Waiting  func(holder string)
	Training func()
	Progress func(step, steps int, loss float64, checkpoint int)
}

// Train trains the cell unless it is finished, as the one writer of its key. While another attempt has the claim it waits,
// as long as the waiting context lets it. When ctx ends during training the last state is saved, and Train returns the
// cause. A claim that somebody took is such an end, with store.ErrClaimLost.
func (a Attempt) Train(ctx, waiting context.Context, cell Cell) error {
	claim, err := a.claim(waiting, cell)
	if err != nil || claim == nil {
		return err
	}
	defer a.release(ctx, claim)
	a.Training()
	training, cancel := context.WithCancelCause(ctx)
	var keeping sync.WaitGroup
	defer keeping.Wait() // a renewal must not follow the release
	defer cancel(nil)
	keeping.Go(func() {
		if err := claim.Keep(training); err != nil {
			cancel(err)
		}
	})
	return a.train(training, claim.Token(), cell)
}

// claim waits for the claim; nil where the cell is finished.
func (a Attempt) claim(ctx context.Context, cell Cell) (Claim, error) {
	for {
		finished, err := cell.Finished(ctx)
		if err != nil || finished {
			return nil, err
		}
		claim, holder, err := a.Store.Claim(ctx, a.Key, a.Owner, a.TTL)
		if err != nil || claim != nil {
			return claim, err
		}
		a.Waiting(holder)
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(a.Poll):
		}
	}
}

// release lets the next attempt begin at once. A claim that can't be released lapses by itself.
func (a Attempt) release(ctx context.Context, claim Claim) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.TTL)
	defer cancel()
	_ = claim.Release(ctx)
}

func (a Attempt) train(ctx context.Context, token int64, cell Cell) error {
	trainer, err := cell.Trainer(ctx)
	if err != nil {
		return err
	}
	s := saver{store: a.Store, key: a.Key, token: token, every: a.Every, keep: a.Keep}
	resumed, err := a.resume(ctx, trainer)
	if err != nil {
		return err
	}
	if resumed != nil {
		s.step = resumed.Step
	}
	ended := trainer.Run(ctx, a.Sync, func(done int, loss float64) error {
		a.Progress(done, trainer.Steps(), loss, s.step)
		return s.maybe(ctx, trainer)
	})
	// What ends the context doesn't end what is in flight: a state that is nearly saved, or a result nearly published.
	safe := context.WithoutCancel(ctx)
	if ended != nil && ctx.Err() != nil {
		return errors.Join(context.Cause(ctx), s.last(safe, trainer))
	}
	s.arrived(true)
	if err := cell.Publish(safe, ended, resumed); err != nil {
		return err
	}
	s.clean(safe)
	return nil
}

// resume puts the trainer at the newest checkpoint of any attempt that it takes. Those of another run, or of another
// program's format, or damaged, are passed over, and left alone.
func (a Attempt) resume(ctx context.Context, t Trainer) (resumed *ziplaw.Resumed, err error) {
	if resumed, err = a.resumeFrom(ctx, a.Key, t); resumed != nil || err != nil || a.Convert == "" {
		return resumed, err
	}
	return a.resumeFrom(ctx, a.Convert, t)
}

func (a Attempt) resumeFrom(ctx context.Context, key ziplaw.Key, t Trainer) (resumed *ziplaw.Resumed, err error) {
	err = a.Store.Resume(ctx, key, func(c store.Checkpoint) bool {
		digest := sha256.New()
		if t.Restore(io.TeeReader(c.Data, digest), c.Size) != nil {
			return false
		}
		resumed = &ziplaw.Resumed{Token: c.Token, Step: c.Step, Digest: ziplaw.IDOfSum(digest.Sum(nil))}
		return true
	})
	return resumed, err
}
