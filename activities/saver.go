package activities

import (
	"context"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/llama"
	"github.com/ziplaw/ziplaw/internal/plan"
	"github.com/ziplaw/ziplaw/internal/store"
)

// saver writes a run's checkpoints by time, in the background: training goes on while a snapshot travels.
type saver struct {
	store *store.Store
	key   ziplaw.Key
	token int64
	every time.Duration

	resumed *ziplaw.Resumed // what the attempt went on from
	step    int             // of the newest checkpoint that is safe
	before  time.Time
	writing chan int // the step that was written, 0 where it failed; nil while nothing is written
}

// maybe takes a snapshot where it is time for one and the last has arrived. A checkpoint that can't be written is no
// error: the run goes on, and the next one may.
func (s *saver) maybe(ctx context.Context, t *llama.Trainer) error {
	s.arrived(false)
	if s.before.IsZero() {
		s.before = time.Now()
	}
	if s.writing != nil || time.Since(s.before) < s.every || t.Done() == t.Steps() {
		return nil
	}
	s.before = time.Now()
	snapshot, err := t.Snapshot()
	if err != nil {
		return err
	}
	s.writing = make(chan int, 1)
	go func(done chan<- int, step int) {
		if s.store.PutCheckpoint(ctx, s.key, s.token, step, snapshot) != nil {
			step = 0
		} else {
			_ = s.store.DeleteCheckpoints(ctx, s.key, s.token, plan.KeptCheckpoints) // what stays goes with the cell's end
		}
		done <- step
	}(s.writing, t.Done())
	return nil
}

// arrived takes note of a checkpoint that has been written, or waits for it.
func (s *saver) arrived(wait bool) {
	if s.writing == nil {
		return
	}
	select {
	case step := <-s.writing:
		s.step, s.writing = max(s.step, step), nil
	default:
		if wait {
			s.step, s.writing = max(s.step, <-s.writing), nil
		}
	}
}

// lastTimeout bounds the last checkpoint of a cell that is stopped.
const lastTimeout = 10 * time.Second

// last writes the checkpoint of a cell that is stopped, before its worker is gone.
func (s *saver) last(t *llama.Trainer) error {
	s.arrived(true)
	if t.Done() <= s.step {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), lastTimeout)
	defer cancel()
	snapshot, err := t.Snapshot()
	if err != nil {
		return err
	}
	return s.store.PutCheckpoint(ctx, s.key, s.token, t.Done(), snapshot)
}

// clean removes the checkpoints of a published cell. What can't be removed does no harm.
func (s *saver) clean(ctx context.Context) {
	s.arrived(true)
	_ = s.store.DeleteCheckpoints(ctx, s.key, s.token, 0)
}
