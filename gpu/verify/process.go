package verify

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is one that has been started.
type process struct {
	id    int // what is killed: the process, or its group as a negative number
	stdin io.Closer
	said  *tail
	ended chan error
}

// startGroup starts a process in a group of its own, with all that it starts.
func startGroup(cmd *exec.Cmd) (*process, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p, err := start(cmd)
	if err == nil {
		p.id = -p.id
	}
	return p, err
}

// start starts a process in the group of this one. It ends with this one, too: endWithParent.
func start(cmd *exec.Cmd) (*process, error) {
	p := &process{said: &tail{}, ended: make(chan error, 1)}
	cmd.Stdout, cmd.Stderr = p.said, p.said
	cmd.WaitDelay = time.Second
	var err error
	if p.stdin, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p.id = cmd.Process.Pid
	go func() { p.ended <- cmd.Wait() }()
	return p, nil
}

func (p *process) kill() { _ = syscall.Kill(p.id, syscall.SIGKILL) }

// killWait is how long a killed process may take to end: the driver may hold it until its device answers.
const killWait = 10 * time.Second

// wait waits until the process ends, or kills it when ctx ends. Over says that it was killed.
func (p *process) wait(ctx context.Context) (over bool, err error) {
	defer p.stdin.Close()
	select {
	case err = <-p.ended:
	case <-ctx.Done():
		over = true
		p.kill()
		select {
		case err = <-p.ended:
		case <-time.After(killWait):
		}
	}
	if p.id < 0 {
		p.kill() // what it has left behind
	}
	return over, err
}

// tail keeps the end of what is written to it.
type tail struct {
	mutex sync.Mutex
	text  []byte
}

// tailBytes are enough for an error and a stack.
const tailBytes = 4 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.text = append(t.text, b...)
	t.text = t.text[max(0, len(t.text)-tailBytes):]
	return len(b), nil
}

func (t *tail) String() string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return string(t.text)
}

// runProcess runs a part in a process of its own and returns what it has written, whatever became of it. A part that has items
// left is given another process.
func runProcess(ctx context.Context, part Part, p Process, command Command) PartResult {
	ctx, cancel := context.WithTimeout(ctx, p.Box)
	defer cancel()
	for {
		r, again := onceProcess(ctx, part, p, command)
		if !again {
			r.Doing, r.Next = "", 0
			return r
		}
		p.From = r.Next
	}
}

func onceProcess(ctx context.Context, part Part, p Process, command Command) (r PartResult, again bool) {
	r = part.result("", "")
	cmd := command(p)
	// so that the first part sees how long the driver compiles the kernels, and the others needn't wait for it
	cmd.Env = append(cmd.Environ(), "CUDA_CACHE_PATH="+filepath.Join(p.Dir, "cache"))
	child, err := startGroup(cmd)
	if err != nil {
		r.State, r.Reason = Failed, "start its process: "+err.Error()
		return r, false
	}
	over, err := child.wait(ctx)
	read := readJSON(p.file(), &r)
	said := child.said.String()
	switch {
	case r.State != "": // it came to its end
	case over:
		r.State, r.Reason = TimedOut, "its process was ended after "+seconds(p.Box)
		if r.Doing != "" {
			r.Reason += ", in " + r.Doing
		}
	case r.Next > p.From:
		r.noteEnd(err, said)
		if err = writeJSON(p.file(), r); err == nil {
			return r, true
		}
		r.State, r.Reason = Failed, err.Error()
	case err != nil:
		r.State, r.Reason = Failed, "its process ended: "+err.Error()
	case read != nil:
		r.State, r.Reason = Failed, "its process has written nothing: "+read.Error()
	default:
		r.State, r.Reason = Failed, "its process ended too early"
	}
	if r.State != Passed && r.Output == "" {
		r.Output = said
	}
	return r, false
}

// noteEnd notes the item that has ended a process, where the process hasn't.
func (r *PartResult) noteEnd(err error, said string) {
	if n := len(r.Checks); n == 0 || r.Checks[n-1].Name != r.Doing {
		r.Checks = append(r.Checks, Check{r.Doing, Failed, fmt.Sprintf("its process ended: %v; it said: %s", err, strings.TrimSpace(said))})
	}
}

func seconds(d time.Duration) string { return d.Round(time.Second / 10).String() }
