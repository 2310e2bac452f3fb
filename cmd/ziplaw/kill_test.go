package main

import (
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw"
)

// killSpec is a file with the spec that tests interrupt.
func killSpec(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "kill.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "study.yaml")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// undisturbed is the study's result when nothing happens to it, computed once.
var undisturbed struct {
	once   sync.Once
	result ziplaw.StudyResult
}

func wantUndisturbed(t *testing.T, r ziplaw.StudyResult) {
	t.Helper()
	undisturbed.once.Do(func() { undisturbed.result = newFolder(t).launch("run", killSpec(t)).result() })
	want := undisturbed.result
	if want.Digest == "" {
		t.Fatal("the undisturbed run failed")
	}
	if r.State != ziplaw.StudyDone || r.Cells.Done != r.Cells.Total || r.Cells.Total != 24 {
		t.Errorf("%s with cells %+v", r.State, r.Cells)
	}
	if r.Digest != want.Digest || r.DigestCells != want.DigestCells {
		t.Errorf("digests %s %s, undisturbed %s %s", r.Digest, r.DigestCells, want.Digest, want.DigestCells)
	}
}

func TestUndisturbed(t *testing.T) {
	t.Parallel()
	f, spec := newFolder(t), killSpec(t)
	first := f.launch("run", spec).result()
	undisturbed.once.Do(func() { undisturbed.result = first })
	wantUndisturbed(t, first)
	again := f.launch("run", spec).result()
	if again.RunID != first.RunID || again.Seconds != first.Seconds || again.Digest != first.Digest {
		t.Errorf("run again: run %s of %v s, first %s of %v s", again.RunID, again.Seconds, first.RunID, first.Seconds)
	}
}

// TestKilledThreeTimes kills the program within cells, the third time within cells that were killed before.
func TestKilledThreeTimes(t *testing.T) {
	t.Parallel()
	f, spec := newFolder(t), killSpec(t)
	seen := map[attempt]bool{}
	for round := range 3 {
		p := f.launch("run", spec)
		p.until("the checkpoint of another attempt", func() bool {
			return f.other(seen, func(a attempt) bool { return round < 2 || a.token > 1 })
		})
		p.kill()
		if p.cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("round %d: the process ended by itself: %v", round, p.cmd.ProcessState)
		}
	}
	wantUndisturbed(t, f.launch("run", spec).result())
	up := f.up()
	resumed := resumedCells(f.verify())
	up.kill()
	if len(resumed) == 0 {
		t.Error("no cell went on from a checkpoint")
	}
	for cell, from := range resumed {
		t.Logf("%s went on from step %d of attempt %d", cell, from.Step, from.Token)
	}
}

// soon is how long after the servers answer the program may take to the next checkpoint of any cell, which is written 0.3 s after it
// goes on. The machine may be busy; missed heartbeats and claims that lapse take 13 to 17 s.
const soon = 8 * time.Second

// TestGoesOnAtOnce kills the program again and again, each time within a cell, and sees how soon it goes on.
func TestGoesOnAtOnce(t *testing.T) {
	t.Parallel()
	f, spec := newFolder(t), killSpec(t)
	seen := map[attempt]bool{}
	p := f.launch("run", spec)
	p.until("a checkpoint", func() bool { return f.other(seen, func(attempt) bool { return true }) })
	for range 3 {
		p.kill()
		killed := p.cmd.Process.Pid
		p = f.launch("run", spec)
		p.until("the servers", func() bool { s, found := f.servers(); return found && s.PID != killed && f.temporal() != nil })
		began := time.Now()
		p.until("the checkpoint of another attempt", func() bool { return f.other(seen, func(attempt) bool { return true }) })
		took := time.Since(began)
		t.Logf("it goes on %s after the servers answer", took)
		if took > soon {
			t.Errorf("it took %s to go on", took)
		}
	}
}

// trains says whether one of the long cells of the killed study is under way, by its heartbeats.
func (f folder) trains() bool {
	for _, d := range []string{"a", "b"} {
		for _, p := range f.heartbeats(ziplaw.DataSetWorkflowID("kill", d)) {
			if strings.Contains(p.Cell, "h64-l1/D524288") && p.Step > 0 {
				return true
			}
		}
	}
	return false
}

// up runs the folder's servers and returns when they listen.
func (f folder) up() *process {
	f.t.Helper()
	p := f.launch("up")
	p.until("the servers", func() bool { return strings.HasSuffix(p.stdout.String(), "}\n") })
	return p
}

// attempt is an attempt at a cell.
type attempt struct {
	key   string
	token int
}

// shortSteps are the steps of the killed study's short cells, the longest of which end before they can be killed twice.
const shortSteps = 32768 / (2 * 256)

// other takes note of the attempts at long cells that have left a checkpoint, and says whether one of them is new and as
// wanted.
func (f folder) other(seen map[attempt]bool, wanted func(attempt) bool) (found bool) {
	f.t.Helper()
	for _, c := range f.checkpoints() {
		if c.step <= shortSteps {
			continue
		}
		a := attempt{c.key, c.token}
		found = found || !seen[a] && wanted(a)
		seen[a] = true
	}
	return found
}

func resumedCells(cells map[ziplaw.Key]ziplaw.Record) map[string]ziplaw.Resumed {
	resumed := map[string]ziplaw.Resumed{}
	for _, rec := range cells {
		if rec.Resumed != nil && rec.Resumed.Step > 0 {
			resumed[rec.Label] = *rec.Resumed
		}
	}
	return resumed
}

// TestOwnersLeave runs the study from several processes on one folder. The one that runs the servers ends with its terminal, the
// next is killed; whoever follows takes over, with one thread. A worker outlives them all: it may not notice who takes
// over at once, but it does notice, and waits, where nobody does.
func TestOwnersLeave(t *testing.T) {
	t.Parallel()
	f, spec := newFolder(t), killSpec(t)
	first := f.launch("run", spec)
	first.until("the servers", func() bool { return f.owner() == first.cmd.Process.Pid })
	second, third := f.launch("run", spec, "--threads", "1"), f.launch("run", spec, "--threads", "1")
	second.until("joining", second.follows)
	third.until("joining", third.follows)
	first.until("a long cell", f.trains)
	if f.owner() != first.cmd.Process.Pid {
		t.Errorf("process %d runs the servers, not the first", f.owner())
	}
	worker := f.launch("worker", "--threads", "1")
	worker.until("the worker", func() bool { return strings.Contains(worker.stderr.String(), "working") })
	first.signal(hangup())
	first.wantInterrupted()

	owned := func(p *process) bool { return f.owner() == p.cmd.Process.Pid }
	second.until("taking over", func() bool { return owned(second) || owned(third) })
	if owned(third) {
		second, third = third, second
	}
	second.until("a long cell", f.trains)
	second.kill()
	third.until("taking over", func() bool { return owned(third) })
	fourth := f.launch("run", spec)
	joined, took := fourth.result(), third.result()
	wantUndisturbed(t, took)
	if joined.Digest != took.Digest || joined.RunID != took.RunID {
		t.Errorf("the last process got %s of run %s, the owner %s of run %s", joined.Digest, joined.RunID, took.Digest, took.RunID)
	}
	worker.until("nobody left", func() bool { return strings.HasSuffix(worker.stderr.String(), "waiting for them to come back\n") })
	up := f.up()
	worker.until("the worker again", func() bool { return strings.HasSuffix(worker.stderr.String(), "working; interrupt to stop\n") })
	worker.signal(os.Interrupt)
	if code := worker.wait(); code != 0 {
		t.Errorf("the worker ended with %d\n%s", code, worker.stderr.String())
	}
	up.kill()
}

// hangup is the signal of a terminal that goes, where processes hear it: not below nohup.
func hangup() os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return syscall.SIGTERM
	}
	return syscall.SIGHUP
}

// TestTooFewFiles says what a process needs that may open too few files.
func TestTooFewFiles(t *testing.T) {
	t.Parallel()
	p := launchBy(t, nil, []string{"sh", "-c", `ulimit -n 64 && exec "$0" "$@"`}, "run", killSpec(t), "--data-dir", filepath.Join(t.TempDir(), "data"))
	if code := p.wait(); code != 2 || !strings.Contains(p.stderr.String(), "may open 64 files") || !strings.Contains(p.stderr.String(), "ulimit -n") {
		t.Errorf("exit code %d\n%s", code, p.stderr.String())
	}
}

// follows says whether the process has shown a study's progress.
func (p *process) follows() bool { return strings.Contains(p.stderr.String(), "train: ") }

// owner is the process that runs the folder's servers, or the last that did.
func (f folder) owner() int {
	s, _ := f.servers()
	return s.PID
}

// wantInterrupted waits for the end of a process that got Ctrl-C.
func (p *process) wantInterrupted() {
	p.t.Helper()
	if code := p.wait(); code != 130 {
		p.t.Fatalf("exit code %d\n%s", code, p.stderr.String())
	}
	var failure struct{ Error ziplaw.Error }
	if decode(p.t, p.stdout.String(), &failure); failure.Error.Code != "interrupted" {
		p.t.Errorf("it printed %s", p.stdout.String())
	}
	if !strings.Contains(p.stderr.String(), "the same command goes on with it") {
		p.t.Errorf("it said %s", p.stderr.String())
	}
}
