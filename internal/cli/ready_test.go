package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
)

// ready is a folder with a finished study and running servers, made once for all scripts that only look.
var ready readyFolder

type readyFolder struct {
	once sync.Once
	dir  string
	up   *exec.Cmd
	err  error
}

func (r *readyFolder) data() string { return filepath.Join(r.dir, "data") }

func (r *readyFolder) start() error {
	r.once.Do(func() { r.err = r.make() })
	return r.err
}

func (r *readyFolder) make() (err error) {
	spec, err := filepath.Abs(filepath.Join("testdata", "tiny.yaml"))
	if err != nil {
		return err
	}
	if r.dir, err = os.MkdirTemp("", "ziplaw-ready-"); err != nil {
		return err
	}
	r.up = program("up", "--data-dir", r.data())
	if err := r.up.Start(); err != nil {
		return err
	}
	if err := serving(r.data(), r.up.Process.Pid); err != nil {
		return err
	}
	if out, err := program("run", spec, "--data-dir", r.data()).CombinedOutput(); err != nil {
		return fmt.Errorf("run %s: %w\n%s", spec, err, out)
	}
	return nil
}

// program is ziplaw as a process.
func program(args ...string) *exec.Cmd {
	path, err := os.Executable()
	c := exec.Command(path, args...)
	c.Args[0], c.Err = "ziplaw", err
	return c
}

func (r *readyFolder) stop() {
	if r.up != nil && r.up.Process != nil {
		_ = r.up.Process.Signal(syscall.SIGTERM)
		_ = r.up.Wait()
	}
	if r.dir != "" {
		_ = os.RemoveAll(r.dir)
	}
}
