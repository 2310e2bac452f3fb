package bench

import (
	"context"
	"time"
)

// Seconds is the unit of work whose time itself is told.
const Seconds = "s"

// Case is one piece of work that sides do.
type Case struct {
	Work string
	Unit string // Seconds, or something a second
	// Amount is what one call does, in the unit's something. It has no meaning with Seconds.
	Amount float64
	// FLOPs of one call, for its share of the processor's peak; 0 where that says nothing.
	FLOPs float64
	// Threads that compute, on as many cores.
	Threads int
	// Ours makes ziplaw's side; what it holds is given back by its Close.
	Ours func() (Side, error)
	// Peers make the others' sides. An error is the reason why there is none, and doesn't end the case.
	Peers []func(ctx context.Context) (Side, error)
}

// value is what a side does in the unit whose call takes some seconds.
func (c Case) value(seconds float64) float64 {
	if c.Unit == Seconds {
		return seconds
	}
	return c.Amount / seconds
}

// Side does a case's work.
type Side interface {
	// Name says who it is, with its version.
	Name() string
	// Round calls the work for about a time, at least once, and gives the mean seconds of a call. Where copies work side by
	// side it is the time in which one of them, any one, is done.
	Round(ctx context.Context, d time.Duration) (seconds float64, err error)
	// Close gives back what the side holds. It is called once.
	Close()
}

// profiled is a side that knows where its time goes.
type profiled interface {
	// Restart forgets what was.
	Restart()
	// Profile is where the time of a call goes, the longest first.
	Profile() []Operation
}
