package verify

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func testRun(t *testing.T, ctx context.Context, limit time.Duration, parts []Part) (*Result, string) { //nolint:revive // t first
	t.Helper()
	out := t.TempDir()
	r, err := run(ctx, Options{Out: out, Limit: limit, Command: again, Progress: io.Discard, Program: "test"}, parts)
	if err != nil {
		t.Fatal(err)
	}
	var written Result
	if err := readJSON(filepath.Join(out, "result.json"), &written); err != nil {
		t.Fatal(err)
	}
	if written.State != r.State || !written.Complete || len(written.Parts) != len(parts) {
		t.Errorf("result.json has %+v", written)
	}
	if left, _ := filepath.Glob(filepath.Join(out, "work-*")); len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
	return r, out
}

func testPart(name string) Part {
	return testParts[slices.IndexFunc(testParts, func(p Part) bool { return p.Name == name })]
}

// TestRun goes through parts that end in every way. None keeps the others from running.
func TestRun(t *testing.T) {
	t.Parallel()
	r, out := testRun(t, t.Context(), time.Minute, testParts)
	want := map[string]struct {
		state  State
		reason string
	}{
		"good": {Passed, ""}, "check": {Failed, "1 of 2 checks"}, "error": {Failed, "no such thing"}, "panics": {Failed, "panic: oh"},
		"later": {LeftOut, "too large"}, "items": {Failed, "3 of 5 checks"}, "dies": {Failed, "its process ended: signal: killed"},
		"late": {TimedOut, "before b: context deadline exceeded"}, "endless": {Failed, "1 of 2 checks"},
		"stuck": {TimedOut, "its process was ended after 2s, in a"},
		"hangs": {TimedOut, "its process was ended after 2s"}, "slow": {TimedOut, "its process was ended after 2s"},
	}
	parts := map[string]PartResult{}
	for _, p := range r.Parts {
		parts[p.Name] = p
		if w := want[p.Name]; p.State != w.state || p.Reason != w.reason {
			t.Errorf("%s is %s: %q, want %s: %q", p.Name, p.State, p.Reason, w.state, w.reason)
		}
	}
	if r.State != Failed || r.Device != "A device" {
		t.Errorf("the run is %s on %q", r.State, r.Device)
	}
	if got := parts["dies"]; got.Figure("before") != 7.0 || got.Output != "last words\n" {
		t.Errorf("before its process died, the part has left %+v", got)
	}
	if got := parts["items"]; len(got.Checks) != 5 || got.Doing != "" || got.Next != 0 ||
		got.Checks[1].Detail != "an illegal address: the device is lost" || !strings.HasPrefix(got.Checks[3].Detail, "its process ended: signal: killed") || got.Checks[4].State != Passed {
		t.Errorf("items that end the process are %+v", got)
	}
	if got := parts["endless"].Checks; len(got) != 2 || !strings.Contains(got[0].Detail, "no end after 1s") || got[1].State != Passed {
		t.Errorf("items of which one doesn't end are %+v", got)
	}
	if got := parts["hangs"].Checks; len(got) != 1 || got[0].State != Passed {
		t.Errorf("before it hung, the part has left %+v", got)
	}
	if !strings.Contains(parts["panics"].Output, "main_test.go") {
		t.Errorf("the panic's stack is %q", parts["panics"].Output)
	}
	pid, err := os.ReadFile(filepath.Join(out, "sleeper"))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := strconv.Atoi(string(pid)); err != nil || alive(n) {
		t.Errorf("process %s, which a part that hangs has started, is there (%v)", pid, err)
	}
}

// alive says whether a process runs; it may take a moment to go.
func alive(pid int) bool {
	for range 100 {
		if syscall.Kill(pid, 0) != nil {
			return false
		}
		if stat, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat"); strings.Contains(string(stat), ") Z ") {
			return false // nobody in a container may have waited for it
		}
		time.Sleep(10 * time.Millisecond)
	}
	return true
}

func TestStateOfRuns(t *testing.T) {
	t.Parallel()
	for want, parts := range map[State][]Part{
		Passed: testParts[:1], LeftOut: {testParts[0], testPart("slow")}, Failed: {testParts[0], testPart("hangs")},
	} {
		if r, _ := testRun(t, t.Context(), time.Minute, parts); r.State != want {
			t.Errorf("a run of %s and so on is %s, want %s", parts[len(parts)-1].Name, r.State, want)
		}
	}
}

// TestLimit cuts the part that runs at the limit, and leaves out the one behind it.
func TestLimit(t *testing.T) {
	t.Parallel()
	long := testPart("hangs")
	long.Box = time.Hour
	r, _ := testRun(t, t.Context(), least+500*time.Millisecond, []Part{long, testParts[1]})
	if p := r.Parts[0]; p.State != TimedOut || !strings.HasSuffix(p.Reason, "at the run's limit of 3.5s") {
		t.Errorf("the part that runs at the limit is %s: %s", p.State, p.Reason)
	}
	if p := r.Parts[1]; p.State != LeftOut || p.Reason != "the run's limit of 3.5s was reached" {
		t.Errorf("the part behind the limit is %s: %s", p.State, p.Reason)
	}
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	long := testPart("hangs")
	long.Box = time.Hour
	r, _ := testRun(t, ctx, time.Hour, []Part{long, testParts[0]})
	for _, p := range r.Parts {
		if p.State != LeftOut || p.Reason != "the run was interrupted" {
			t.Errorf("%s is %s: %s", p.Name, p.State, p.Reason)
		}
	}
}

// TestEveryPart runs all parts with the CPU in the place of a device.
func TestEveryPart(t *testing.T) {
	t.Parallel()
	r, out := testRun(t, t.Context(), 5*time.Minute, Parts())
	if r.State != Passed || !r.Small {
		t.Errorf("the run is %s", r.State)
	}
	for _, p := range r.Parts {
		if p.State != Passed {
			t.Errorf("%s is %s: %s\n%+v", p.Name, p.State, p.Reason, p.Checks)
		}
	}
	page, err := os.ReadFile(filepath.Join(out, "result.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"All 26 parts passed on Emulated GPU.", "h48 l2 heads3", "torch masked: losses", "product tt 65x63x17", "product tf32 tt 65x63x17", "killed by SIGKILL"} {
		if !strings.Contains(string(page), text) {
			t.Errorf("the page has no %q", text)
		}
	}
}
