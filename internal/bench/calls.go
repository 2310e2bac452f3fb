package bench

import (
	"context"
	"errors"
	"sync"
	"time"
)

// calls is ziplaw's side: copies of one call, which run side by side.
type calls struct {
	copies []func() error
	close  func()
}

// newCalls is a side of copies of a call; close may be nil.
func newCalls(close func(), copies ...func() error) *calls { return &calls{copies, close} }

// Name is ziplaw.
func (c *calls) Name() string { return "ziplaw" }

// Round runs all copies for the same time.
func (c *calls) Round(ctx context.Context, d time.Duration) (float64, error) {
	return together(len(c.copies), func(i int) (float64, error) { return timed(ctx, d, c.copies[i]) })
}

// Close gives back what the calls hold.
func (c *calls) Close() {
	if c.close != nil {
		c.close()
	}
}

// warmUp is the time at the begin of a turn that isn't counted where calls are shorter: threads wake up, and the processor's clock
// speeds up again.
const warmUp = 20 * time.Millisecond

// timed calls f for about a time, at least once, and gives the mean seconds of a call.
func timed(ctx context.Context, d time.Duration, f func() error) (float64, error) {
	cold := true
	for n, began := 1, time.Now(); ; n++ {
		if err := ctx.Err(); err != nil {
			return 0, context.Cause(ctx)
		}
		if err := f(); err != nil {
			return 0, err
		}
		took := time.Since(began)
		if cold && n > 1 && took >= warmUp && d > 0 {
			cold, n, began = false, 0, time.Now()
			continue
		}
		if took >= d {
			return took.Seconds() / float64(n), nil
		}
	}
}

// together runs n copies and adds up their speeds.
func together(n int, round func(i int) (float64, error)) (seconds float64, err error) {
	speeds, errs := make([]float64, n), make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			var one float64
			one, errs[i] = round(i)
			speeds[i] = 1 / one
		})
	}
	all.Wait()
	var sum float64
	for _, s := range speeds {
		sum += s
	}
	return 1 / sum, errors.Join(errs...)
}
