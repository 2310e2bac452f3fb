package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw"
)

// asZiplaw, where set, makes the test binary the program itself, so that tests run real processes without a build.
const asZiplaw = "ZIPLAW_TEST_PROCESS"

func TestMain(m *testing.M) {
	if os.Getenv(asZiplaw) != "" {
		main()
	}
	flag.Parse()
	// Killed cells wait for timeouts. Tests that do so together cost no more than one.
	_ = flag.Set("test.parallel", "4")
	os.Exit(m.Run())
}

// process is a running ziplaw.
type process struct {
	t              *testing.T
	cmd            *exec.Cmd
	stdout, stderr output
	ended          chan struct{}
}

// output is what a process has printed so far.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// launch starts ziplaw. It is killed with the test, if it still runs.
func launch(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	return launchBy(t, env, nil, args...)
}

// launchBy starts ziplaw through another program, which becomes it.
func launchBy(t *testing.T, env, by []string, args ...string) *process {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := append(append(slices.Clone(by), program), args...)
	p := &process{t: t, cmd: exec.Command(command[0], command[1:]...), ended: make(chan struct{})}
	p.cmd.Env = append(append(os.Environ(), asZiplaw+"=1"), env...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = t.TempDir(), &p.stdout, &p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(p.kill)
	return p
}

// kill ends the process by SIGKILL.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// patience is how long a test waits for anything.
const patience = 3 * time.Minute

// wait returns the exit code.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		p.t.Fatalf("%v runs for ever; it said\n%s", p.cmd.Args[1:], p.stderr.String())
		return -1
	}
}

// value waits for a good end and decodes the one JSON value on standard output.
func (p *process) value(v any) {
	p.t.Helper()
	if code := p.wait(); code != 0 {
		p.t.Fatalf("%v: exit code %d\n%s%s", p.cmd.Args[1:], code, p.stdout.String(), p.stderr.String())
	}
	decode(p.t, p.stdout.String(), v)
}

func decode(t *testing.T, text string, v any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	if err := d.Decode(v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if d.More() {
		t.Fatalf("more than one JSON value in %s", text)
	}
}

// result is the study that a good end of ziplaw run printed.
func (p *process) result() (r ziplaw.StudyResult) {
	p.t.Helper()
	p.value(&r)
	return r
}

// until waits for something to happen, as long as the process runs.
func (p *process) until(what string, happened func() bool) {
	p.t.Helper()
	if err := await(p.ended, happened); err != nil {
		p.t.Fatalf("%s: %v\n%s%s", what, err, p.stdout.String(), p.stderr.String())
	}
}

func await(ended <-chan struct{}, happened func() bool) error {
	deadline := time.After(patience)
	for !happened() {
		select {
		case <-ended:
			return errors.New("the process ended before")
		case <-deadline:
			return errors.New("not within the patience of a test")
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}
