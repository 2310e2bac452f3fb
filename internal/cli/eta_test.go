package cli

import (
	"testing"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/workflows"
)

// TestTimeLeft watches a study of four cells that cost 10, 20, 30 and 40 s on one core.
func TestTimeLeft(t *testing.T) {
	start := time.Unix(1000, 0)
	at := func(done, reused int) workflows.Progress {
		c := ziplaw.Counts{Total: 4, Done: done, Reused: reused, Queued: 4 - done}
		return workflows.Progress{Cells: c, DataSets: []workflows.DataSetProgress{{DataSet: "a", Cells: c}}}
	}
	running := func(step int) []activities.Progress {
		return []activities.Progress{{Cell: "s/a/3", Step: step, Steps: 100}, {Cell: "s/a/waits", Waiting: "memory"}}
	}
	type look struct {
		second   int
		progress workflows.Progress
		running  []activities.Progress
		want     time.Duration
	}
	for _, c := range []struct {
		name  string
		looks []look
	}{
		{"at the plan's speed on two threads", []look{{0, at(0, 0), nil, 50 * time.Second}, {5, at(1, 0), nil, 45 * time.Second}}},
		{"at the speed that was seen", []look{{0, at(0, 0), nil, 50 * time.Second}, {20, at(1, 0), nil, 180 * time.Second}}},
		{"nothing seen for long", []look{{0, at(0, 0), nil, 50 * time.Second}, {60, at(0, 0), nil, 50 * time.Second}}},
		{"half of a cell", []look{{0, at(2, 0), nil, 35 * time.Second}, {30, at(2, 0), running(50), 110 * time.Second}}},
		{"reused cells are no speed, and more may come", []look{{0, at(0, 0), nil, 50 * time.Second}, {20, at(2, 2), nil, 0}, {21, at(2, 2), nil, 35 * time.Second}}},
		{"nothing left", []look{{0, at(4, 0), nil, 0}, {20, at(4, 0), running(100), 0}}},
		{"more finished than known", []look{{0, at(5, 0), nil, 0}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &estimator{sets: map[string][]float64{"a": {10, 20, 30, 40}}, cells: map[string]float64{"s/a/3": 30}, threads: 2}
			for _, l := range c.looks {
				got := e.left(l.progress, l.running, start.Add(time.Duration(l.second)*time.Second))
				if got.Round(time.Millisecond) != l.want {
					t.Errorf("second %d: %v, want %v", l.second, got, l.want)
				}
			}
		})
	}
}

// TestWiderModelsAreFaster holds that throughput grows with the width, and stays a number.
func TestWiderModelsAreFaster(t *testing.T) {
	last := 0.0
	for _, h := range []int{2, 4, 64, 2048, 65536} {
		now := throughput(h)
		if !(now > last) || now > 1e15 {
			t.Errorf("h %d: %g FLOP/s after %g", h, now, last)
		}
		last = now
	}
}
