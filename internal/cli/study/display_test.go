package study

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/cli/console"
	"github.com/ziplaw/ziplaw/internal/state"
	"github.com/ziplaw/ziplaw/workflows"
)

// someView is a study with two data sets, a running cell and an activity that fails.
func someView() view {
	return view{state.Live{
		Progress: workflows.Progress{
			Study: "quick", State: ziplaw.StudyRunning, Phase: ziplaw.PhaseTrain,
			Cells: ziplaw.Counts{Total: 24, Done: 5, Reused: 1, Diverged: 1, Running: 2, Queued: 16},
			DataSets: []workflows.DataSetProgress{
				{DataSet: "g10", Phase: ziplaw.PhaseTrain, Cells: ziplaw.Counts{Total: 12, Done: 5, Diverged: 1, Running: 2, Queued: 4}, H: 0.2371, Loss: 1.2345},
				{DataSet: "opticks", Phase: ziplaw.PhaseSample, Cells: ziplaw.Counts{Total: 12, Queued: 12}},
			},
		},
		Work: []state.Work{
			{Activity: "TrainCell", Started: true, Attempt: 1, Progress: activities.Progress{Cell: "quick/g10/h32-l1/D65536/s1", Step: 100, Steps: 128, Loss: 1.5}},
			{Activity: "Sample", Workflow: "ziplaw/quick/opticks", Attempt: 2, Failure: "no route to host"},
		},
		Elapsed: 61 * time.Second, Left: state.Left{Low: 60 * time.Second, Likely: 90 * time.Second, High: 125 * time.Second},
	}}
}

func TestBlock(t *testing.T) {
	want := `ziplaw/quick  train  1m1s, about 1m30s left (1m0s to 2m5s)
  g10     [============            ]  6/12  train  H 0.237  loss 1.234
  opticks [                        ]  0/12  sample
  all     [======                  ] 5 of 24 done (1 reused), 2 running, 16 queued, 1 diverged
  g10/h32-l1/D65536/s1 step 100/128 loss 1.500
  Sample of ziplaw/quick/opticks failed and is tried again (attempt 2): no route to host`
	if got := strings.Join(someView().block(), "\n"); got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
}

// TestBlocksFit cuts blocks to terminals: a line that wraps, or a block that scrolls, can't be drawn over.
func TestBlocksFit(t *testing.T) {
	v := someView()
	v.Work[1].Failure = "Überraschung\r\nacross\tlines\x1b[2J " + strings.Repeat("ü", 200)
	for _, c := range []struct{ width, height, lines int }{
		{200, 50, 6}, {80, 23, 6}, {40, 3, 3}, {20, 1, 1}, {2, 2, 2}, {1, 1, 1}, {0, 0, 1}, {-1, -1, 1},
	} {
		lines := fit(v.block(), c.width, c.height)
		if len(lines) != c.lines {
			t.Errorf("%d x %d: %d lines, want %d", c.width, c.height, len(lines), c.lines)
		}
		for _, line := range lines {
			if n := utf8.RuneCountInString(line); n > max(1, c.width-1) || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n\t\x1b") {
				t.Errorf("%d x %d: %q of %d", c.width, c.height, line, n)
			}
		}
	}
	if lines := fit(nil, 80, 24); len(lines) != 0 {
		t.Errorf("%q", lines)
	}
}

// TestPlainLines prints where there is no terminal: at once for a new phase, at most every three seconds when cells
// move, and every minute when nothing does.
func TestPlainLines(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	d := &plainDisplay{w: &out, now: func() time.Time { return now }}
	state := func(phase string, done int) view {
		return view{state.Live{Progress: workflows.Progress{Phase: phase, Cells: ziplaw.Counts{Total: 4, Done: done, Queued: 4 - done}}}}
	}
	for _, c := range []struct {
		second int
		view   view
		want   string
	}{
		{0, state("plan", 0), "plan: 0 of 4 done, 4 queued\n"},
		{1, state("plan", 0), ""},
		{1, state("train", 0), "train: 0 of 4 done, 4 queued\n"},
		{2, state("train", 1), ""},
		{5, state("train", 1), "train: 1 of 4 done, 3 queued\n"},
		{9, state("train", 1), ""},
		{64, state("train", 1), ""},
		{66, state("train", 1), "train: 1 of 4 done, 3 queued\n"},
		{67, state("train", 4), ""},
		{67, state("done", 4), "done: 4 of 4 done\n"},
	} {
		now = time.Unix(int64(c.second), 0)
		out.Reset()
		d.show(c.view)
		if out.String() != c.want {
			t.Errorf("second %d: %q, want %q", c.second, out.String(), c.want)
		}
	}
	d.end()
}

func TestLines(t *testing.T) {
	var out bytes.Buffer
	d := newDisplay(&out) // no terminal
	v := someView()
	v.Work[1].Failure += "\nand on the next line"
	d.show(v)
	d.end()
	want := "train: 5 of 24 done (1 reused), 2 running, 16 queued, 1 diverged; g10/h32-l1/D65536/s1 step 100/128 loss 1.500; " +
		"Sample of ziplaw/quick/opticks failed and is tried again (attempt 2): no route to host and on the next line; about 1m30s left (1m0s to 2m5s)\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

func TestCellsThatWait(t *testing.T) {
	v := view{state.Live{Progress: workflows.Progress{Study: "s"}}}
	if got := v.cell(activities.Progress{Cell: "s/a/h4-l1/D64/s1", Waiting: "memory"}); got != "a/h4-l1/D64/s1 waits for memory" {
		t.Error(got)
	}
}

func TestDurations(t *testing.T) {
	for seconds, want := range map[float64]string{
		0: "0.0s", 0.04: "0.0s", 1.25: "1.2s", 9.4: "9.4s", 9.99: "10s", 10: "10s", 59.7: "1m0s", 200: "3m20s", 3599: "59m59s",
		3599.8: "1h0m", 3600: "1h0m", 18600: "5h10m", 47.9 * 3600: "47h54m", 48 * 3600: "2 days", 3.7e6: "43 days", 1e15: "11574074074 days",
	} {
		if got := console.Duration(seconds); got != want {
			t.Errorf("%g s: %s, want %s", seconds, got, want)
		}
	}
}

// TestManyDataSets shows those that work and counts the others: a terminal has no room for hundreds.
func TestManyDataSets(t *testing.T) {
	v := view{state.Live{Progress: workflows.Progress{Study: "s", Phase: "train"}}}
	for i := range 300 {
		d := workflows.DataSetProgress{DataSet: fmt.Sprintf("g%d", i), Phase: ziplaw.PhasePlan}
		switch {
		case i < 100:
			d.Phase = ziplaw.PhaseDone
		case i < 120:
			d.Phase = ziplaw.PhaseTrain
		}
		v.Progress.DataSets = append(v.Progress.DataSets, d)
	}
	block := v.block()
	text := strings.Join(block, "\n")
	if len(block) > mostSets+4 || !strings.Contains(text, "g100 ") || strings.Contains(text, "g5 ") ||
		!strings.Contains(text, "of 300 data sets 100 are done, 180 wait, 8 more are at work") {
		t.Errorf("%d lines\n%s", len(block), text)
	}
}

// TestTroubleIsShown in both displays, at once, though nothing moves.
func TestTroubleIsShown(t *testing.T) {
	var out strings.Builder
	now := time.Unix(0, 0)
	d := &plainDisplay{w: &out, now: func() time.Time { return now }}
	v := someView()
	d.show(v)
	now = now.Add(time.Second)
	v.Trouble = "the disk is full"
	d.show(v)
	d.show(v)
	if n := strings.Count(out.String(), "the disk is full"); n != 1 {
		t.Errorf("said %d times: %s", n, out.String())
	}
	if !slices.Contains(v.block(), "  the disk is full") {
		t.Errorf("%q", v.block())
	}
}
