package activities

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
)

// Progress is what an activity's heartbeat carries: a hint for whoever watches. Nothing depends on it but the
// no-progress guard, which the SDK hands to the next attempt with the failure.
type Progress struct {
	Cell      string  `json:"cell,omitempty"`
	Step      int     `json:"step,omitempty"`
	Steps     int     `json:"steps,omitempty"`
	Loss      float64 `json:"loss,omitempty"`
	Documents int     `json:"documents,omitempty"`
	Waiting   string  `json:"waiting,omitempty"` // what for
	// Checkpoint is the step of the attempt's newest checkpoint.
	Checkpoint int `json:"checkpoint,omitempty"`
	// Strikes counts attempts that ended without getting further, the last at StruckAt with Struck.
	Strikes  int    `json:"strikes,omitempty"`
	StruckAt int    `json:"struck_at,omitempty"`
	Struck   string `json:"struck,omitempty"`
}

// heartbeatInterval is how often an activity reports. The SDK sends at most one report each 0.8 of the timeout.
const heartbeatInterval = time.Second

// heartbeat reports an activity's progress from a goroutine of its own, so that a long step doesn't look like a
// lost worker.
type heartbeat struct {
	mu      sync.Mutex
	last    Progress
	strikes Progress // what the attempt before left: see guardProgress
	done    chan struct{}
	wait    sync.WaitGroup
}

func startHeartbeat(ctx context.Context) *heartbeat {
	h := &heartbeat{done: make(chan struct{})}
	if activity.HasHeartbeatDetails(ctx) {
		_ = activity.GetHeartbeatDetails(ctx, &h.strikes) // unreadable details are no strikes
	}
	h.set(Progress{})
	h.wait.Go(func() { h.run(ctx) })
	return h
}

func (h *heartbeat) run(ctx context.Context) {
	tick := time.NewTicker(heartbeatInterval)
	defer tick.Stop()
	for { // the first report is not at once: the SDK would hold the next ones back, and it would say nothing
		select {
		case <-tick.C:
			activity.RecordHeartbeat(ctx, h.get())
		case <-h.done:
			return
		}
	}
}

func (h *heartbeat) get() Progress {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.last
}

// set replaces the progress. Strikes stay.
func (h *heartbeat) set(p Progress) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p.Strikes, p.StruckAt, p.Struck = h.strikes.Strikes, h.strikes.StruckAt, h.strikes.Struck
	h.last = p
}

// strike counts a failure at the step reached and returns how many there were in a row of this kind.
func (h *heartbeat) strike(err error) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := &h.last
	if p.StruckAt != p.Step || p.Struck != err.Error() {
		p.Strikes = 0
	}
	p.Strikes, p.StruckAt, p.Struck = p.Strikes+1, p.Step, err.Error()
	return p.Strikes
}

func (h *heartbeat) stop() {
	close(h.done)
	h.wait.Wait()
}
