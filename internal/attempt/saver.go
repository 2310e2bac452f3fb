package attempt

import (
	"context"
	"math"
	"time"

	"github.com/ziplaw/ziplaw"
)

// saver writes a run's checkpoints by time, in the background: training goes on while a snapshot travels.
type saver struct {
	store Store
	key   ziplaw.Key
	token int64
	every time.Duration
	keep  int

	step    int // of the newest checkpoint that is safe
	before  time.Time
	writing chan int // the step that was written, 0 where it failed; nil while nothing is written
}

// maybe takes a snapshot where it is time for one and the last has arrived. A checkpoint that can't be written is no
// error: the run goes on, and the next one may. The end of the run's context doesn't end a checkpoint in flight.
func (s *saver) maybe(ctx context.Context, t Trainer) error {
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
	go func(ctx context.Context, done chan<- int, step int) {
		if s.put(ctx, step, snapshot) != nil {
			step = 0
		}
		done <- step
	}(context.WithoutCancel(ctx), s.writing, t.Done())
	return nil
}

// put writes a checkpoint, and then deletes those that it supersedes. What can't be deleted goes with the cell's end.
func (s *saver) put(ctx context.Context, step int, snapshot Snapshot) error {
	defer snapshot.Close()
	if err := s.store.PutCheckpoint(ctx, s.key, s.token, step, snapshot.Reader(), snapshot.Size()); err != nil {
		return err
	}
	_ = s.store.DeleteCheckpoints(ctx, s.key, s.token, step, s.keep)
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

// last saves the state of a run that is stopped, however long that takes: whoever stops it waits, or ends the process.
func (s *saver) last(ctx context.Context, t Trainer) error {
	s.arrived(true)
	if t.Done() <= s.step {
		return nil
	}
	snapshot, err := t.Snapshot()
	if err != nil {
		return err
	}
	return s.put(ctx, t.Done(), snapshot)
}

// clean removes the checkpoints of a published cell. What can't be removed does no harm.
func (s *saver) clean(ctx context.Context) {
	_ = s.store.DeleteCheckpoints(ctx, s.key, s.token, math.MaxInt, 0)
}
