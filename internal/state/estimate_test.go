package state

import (
	"math"
	"math/rand/v2"
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
			e := &Estimator{sets: map[string][]float64{"a": {10, 20, 30, 40}}, cells: map[string]float64{"s/a/3": 30}, threads: 2}
			for _, l := range c.looks {
				got := e.Left(l.progress, l.running, start.Add(time.Duration(l.second)*time.Second))
				if got.Likely.Round(time.Millisecond) != l.want || got.Low > got.Likely || got.High < got.Likely {
					t.Errorf("second %d: %v, want %v", l.second, got, l.want)
				}
			}
		})
	}
}

// steady watches a study of a hundred cells of 1,000 s, of which one is done each interval, for so many intervals of these lengths.
func steady(intervals int, seconds ...int) Left {
	var costs []float64
	for range 100 {
		costs = append(costs, 1000)
	}
	e := &Estimator{sets: map[string][]float64{"a": costs}, threads: 1}
	now := time.Unix(0, 0)
	at := func(done int) workflows.Progress {
		return workflows.Progress{DataSets: []workflows.DataSetProgress{{DataSet: "a", Cells: ziplaw.Counts{Total: 100, Done: done}}}}
	}
	l := e.Left(at(0), nil, now)
	for i := range intervals {
		now = now.Add(time.Duration(seconds[i%len(seconds)]) * time.Second)
		l = e.Left(at(i+1), nil, now)
	}
	return l
}

// spread is how much longer the high end is than what is likely.
func spread(l Left) float64 { return l.High.Seconds() / l.Likely.Seconds() }

// TestSpread of the time that is left: a factor of two before anything is seen, less the longer a study runs steadily, more where it
// runs by fits and starts, and the same to both sides.
func TestSpread(t *testing.T) {
	plan, once, often, uneven := steady(0), steady(1, 100), steady(20, 100), steady(20, 20, 180)
	if s := spread(plan); math.Abs(s-2) > 1e-3 {
		t.Errorf("before anything is seen: %g", s)
	}
	if s := spread(once); s >= spread(plan) || s < 1.3 {
		t.Errorf("after one interval: %g", s)
	}
	if s := spread(often); s >= spread(once) || s > 1.1 {
		t.Errorf("after twenty even ones: %g", s)
	}
	if s := spread(uneven); s <= 2*spread(often)-1 {
		t.Errorf("after twenty uneven ones: %g, and even ones %g", s, spread(often))
	}
	for _, l := range []Left{plan, once, often, uneven} {
		if low := l.Likely.Seconds() / l.Low.Seconds(); math.Abs(low/spread(l)-1) > 1e-6 {
			t.Errorf("%+v", l)
		}
	}
	if often.Likely.Round(time.Second) != 8000*time.Second {
		t.Errorf("eighty cells of 100 s are %s", often.Likely)
	}
	if l := steady(100, 100); l != (Left{}) || l.Known() {
		t.Errorf("nothing is left, and it is %+v", l)
	}
}

// TestSpreadHolds in nine of ten cases, about: machines whose speed in each interval is random.
func TestSpreadHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const runs, cells, seen = 2000, 60, 15
	within := 0
	for range runs {
		var costs, took []float64
		for range cells {
			costs, took = append(costs, 1000), append(took, 100*math.Exp(0.4*r.NormFloat64()))
		}
		e := &Estimator{sets: map[string][]float64{"a": costs}, threads: 1}
		now, l, rest := time.Unix(0, 0), Left{}, 0.0
		for i := range cells + 1 {
			if i <= seen {
				l = e.Left(workflows.Progress{DataSets: []workflows.DataSetProgress{{DataSet: "a", Cells: ziplaw.Counts{Done: i}}}}, nil, now)
			}
			if i < cells {
				now = now.Add(time.Duration(took[i] * float64(time.Second)))
			}
			if i >= seen && i < cells {
				rest += took[i]
			}
		}
		if rest >= l.Low.Seconds() && rest <= l.High.Seconds() {
			within++
		}
	}
	if share := float64(within) / runs; share < 0.86 || share > 0.97 {
		t.Errorf("%.3f lie within", share)
	}
}

// TestJoin watches a study that has reused cells before.
func TestJoin(t *testing.T) {
	e := &Estimator{sets: map[string][]float64{"a": {10, 20, 30, 40}}, threads: 2}
	c := ziplaw.Counts{Total: 4, Done: 2, Reused: 2, Queued: 2}
	p := workflows.Progress{Cells: c, DataSets: []workflows.DataSetProgress{{DataSet: "a", Cells: c}}}
	e.Join(p)
	if l := e.Left(p, nil, time.Unix(0, 0)); l.Likely != 35*time.Second {
		t.Errorf("%+v", l)
	}
}
