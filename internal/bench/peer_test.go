package bench

import (
	"context"
	"errors"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fakes is the peers' Python, which is this program.
func fakes(t *testing.T) *Python {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewPython(program, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// against is a case with one peer that behaves in some way.
func against(p *Python, how string) Case {
	return Case{
		Work: "work", Unit: "calls/s", Amount: 1, Threads: 1,
		Ours: func() (Side, error) {
			return newCalls(nil, func() error { time.Sleep(time.Millisecond); return nil }), nil
		},
		Peers: []func(context.Context) (Side, error){p.Peer(Script{"fake.py", how, "pip install fake"}, "eager", 2, 1, nil)},
	}
}

func TestPeer(t *testing.T) {
	row, err := Runner{Rounds: 2}.Run(t.Context(), against(fakes(t), "works"), time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if row.Peer == "" || !strings.HasPrefix(row.Peer, "fake 1.0") || !strings.HasSuffix(row.Peer, "eager") {
		t.Errorf("peer %q", row.Peer)
	}
	if row.PeerValue == nil || *row.PeerValue != 8 { // two copies of 4 calls a second
		t.Errorf("the peer's value is %v", row.PeerValue)
	}
	if row.Ratio == nil || *row.Ratio < 1 || row.Ours < 8 {
		t.Errorf("%+v", row)
	}
}

// TestPeersThatFail leave ziplaw's own value alone, and say why they have none.
func TestPeersThatFail(t *testing.T) {
	for how, want := range map[string]string{
		"lacks a module":         "the Python module numpy isn't installed: pip install fake, for ",
		"dies at once":           "SyntaxError: what is this?",
		"says nothing of itself": "doesn't say what it is",
		"can't prepare":          "ValueError: 7 parameters, 8 wanted",
		"dies in a round":        "the peer has ended (exit status 7): Killed by nobody",
		"answers nonsense":       `the peer answers "hello, I am a progress bar" instead of JSON`,
		"answers without an end": `the peer answers "xxxx`,
		"gives no time":          "gives no time",
	} {
		t.Run(how, func(t *testing.T) {
			row, err := Runner{Rounds: 2}.Run(t.Context(), against(fakes(t), how), time.Millisecond)
			if err != nil {
				t.Fatal(err)
			}
			if row.Peer != "" || row.PeerValue != nil || row.Ratio != nil || !(row.Ours > 0) {
				t.Errorf("%+v", row)
			}
			if len(row.Unmeasured) != 1 || !strings.Contains(row.Unmeasured[0], want) {
				t.Errorf("unmeasured: %q, want %q", row.Unmeasured, want)
			}
			if installs := row.Installation != ""; installs != (how == "lacks a module") {
				t.Errorf("install: %q", row.Installation)
			}
		})
	}
}

func TestWithoutPython(t *testing.T) {
	p, err := NewPython("nosuch-python", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	row, err := Runner{Rounds: 1}.Run(t.Context(), against(p, "works"), time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(row.Installation, "install Python 3, then pip install fake") {
		t.Errorf("install: %q", row.Installation)
	}
}

var pidInName = regexp.MustCompile(`pid (\d+)`)

// TestCancel ends the run at once, and the peer's process with it.
func TestCancel(t *testing.T) {
	p := fakes(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	c, pid, enough := against(p, "never answers"), 0, errors.New("enough")
	open := c.Peers[0]
	c.Peers[0] = func(ctx context.Context) (Side, error) {
		s, err := open(ctx)
		if err == nil {
			pid, err = strconv.Atoi(pidInName.FindStringSubmatch(s.Name())[1])
		}
		time.AfterFunc(10*leastTurn, func() { cancel(enough) }) // when the peer has been asked
		return s, err
	}
	began := time.Now()
	if _, err := (Runner{Rounds: 1}).Run(ctx, c, time.Millisecond); !errors.Is(err, enough) {
		t.Errorf("error %v", err)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
	if pid == 0 || !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		t.Errorf("process %d is still there", pid)
	}
}

// TestProcessesStay for the next case, and end with their Python.
func TestProcessesStay(t *testing.T) {
	p := fakes(t)
	var names []string
	for range 2 {
		row, err := Runner{Rounds: 1}.Run(t.Context(), against(p, "works"), time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, pidInName.FindString(row.Peer))
	}
	var running []string
	for _, all := range p.running {
		for _, w := range all {
			running = append(running, pidInName.FindString(w.name))
		}
	}
	if len(running) != 2 || !slices.Contains(running, names[0]) || !slices.Contains(running, names[1]) {
		t.Errorf("%v run, and %v took part", running, names)
	}
	dir := p.dir
	p.Close()
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the scripts are still there: %v", err)
	}
	for _, name := range running {
		pid, _ := strconv.Atoi(strings.TrimPrefix(name, "pid "))
		if !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			t.Errorf("process %d is still there", pid)
		}
	}
}

func TestEnvironment(t *testing.T) {
	got := environment([]string{"OPENBLAS_CORETYPE=Nehalem", "MKL_NUM_THREADS=7", "HOME=/root", "OMP_WAIT_POLICY=PASSIVE"}, 3)
	for _, want := range []string{"HOME=/root", "OMP_WAIT_POLICY=PASSIVE", "OMP_NUM_THREADS=3"} {
		if !slices.Contains(got, want) {
			t.Errorf("no %s in %v", want, got)
		}
	}
	if text := strings.Join(got, " "); strings.Contains(text, "OPENBLAS") || strings.Contains(text, "MKL") {
		t.Error(got)
	}
}
