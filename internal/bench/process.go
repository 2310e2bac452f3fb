package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// process is a peer that runs.
type process struct {
	name    string // as it says itself
	key     string
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	errors  *tail
	cancel  context.CancelFunc
	dead    bool
}

// lineBytes is more than any answer has.
const lineBytes = 1 << 16

// answer is one line of a peer's.
type answer struct {
	Peer    string  `json:"peer"`
	Missing string  `json:"missing"`
	Ready   bool    `json:"ready"`
	Seconds float64 `json:"seconds"` // of one call, or of getting ready
	Calls   int     `json:"calls"`
	Error   string  `json:"error"`
}

// start runs a script until the context ends, and waits for the first line.
func start(ctx context.Context, program, script string, threads int) (*process, error) {
	ctx, cancel := context.WithCancel(ctx)
	c := exec.CommandContext(ctx, program, "-u", script)
	c.Dir = filepath.Dir(script)
	c.Env, c.WaitDelay = environment(os.Environ(), threads), time.Second
	p := &process{command: c, errors: &tail{}, cancel: cancel}
	c.Stderr = p.errors
	in, err := c.StdinPipe()
	if err != nil {
		cancel()
		return nil, fmt.Errorf("start a peer: %w", err)
	}
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		cancel()
		return nil, fmt.Errorf("start a peer: %w", err)
	}
	p.in, p.out = in, bufio.NewReaderSize(out, lineBytes)
	hello, err := p.read(ctx)
	switch {
	case err != nil:
		return nil, err
	case hello.Missing != "":
		p.end()
		return nil, &Missing{What: "the Python module " + hello.Missing}
	case hello.Peer == "":
		p.end()
		return nil, errors.New("the peer doesn't say what it is")
	}
	p.name = hello.Peer
	return p, nil
}

// environment is that of a peer: so many threads, and none of OpenBLAS's own settings, which change how it computes.
func environment(from []string, threads int) []string {
	var env []string
	for _, v := range from {
		if !strings.HasPrefix(v, "OPENBLAS_") && !strings.HasPrefix(v, "MKL_NUM_THREADS=") {
			env = append(env, v)
		}
	}
	return append(env, "OMP_NUM_THREADS="+strconv.Itoa(threads), "PYTHONDONTWRITEBYTECODE=1", "TORCHINDUCTOR_COMPILE_THREADS=1")
}

// ask sends a request and reads its answer. An answer that is none ends the process.
func (p *process) ask(ctx context.Context, request any) (answer, error) {
	line, err := json.Marshal(request)
	if err != nil {
		return answer{}, err
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return answer{}, p.failed(ctx, err)
	}
	a, err := p.read(ctx)
	if err == nil && a.Error != "" {
		return a, fmt.Errorf("%s: %s", p.name, a.Error)
	}
	return a, err
}

func (p *process) read(ctx context.Context) (answer, error) {
	line, err := p.out.ReadSlice('\n')
	if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
		return answer{}, p.failed(ctx, err)
	}
	var a answer
	if err := json.Unmarshal(line, &a); err != nil {
		text := string(bytes.TrimSpace(line[:min(len(line), 100)]))
		p.end()
		return answer{}, fmt.Errorf("the peer answers %q instead of JSON", text)
	}
	return a, nil
}

// failed ends the process and says why: what the context says, or the last that the process wrote.
func (p *process) failed(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	p.end()
	if cause != nil {
		return cause
	}
	if last := p.errors.last(); last != "" {
		return fmt.Errorf("the peer has ended (%s): %s", p.command.ProcessState, last)
	}
	return fmt.Errorf("the peer has ended (%s): %w", p.command.ProcessState, err)
}

// end kills the process and waits for it.
func (p *process) end() {
	if p.dead {
		return
	}
	p.dead = true
	_ = p.in.Close()
	p.cancel()
	_ = p.command.Wait()
}

// tail keeps the end of what is written to it.
type tail struct{ b []byte }

const tailBytes = 4096

// Write never fails.
func (t *tail) Write(b []byte) (int, error) {
	t.b = append(t.b, b...)
	if len(t.b) > tailBytes {
		t.b = append(t.b[:0], t.b[len(t.b)-tailBytes:]...)
	}
	return len(b), nil
}

// last is the last line. The process has ended.
func (t *tail) last() string {
	lines := strings.Split(strings.TrimSpace(string(t.b)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
