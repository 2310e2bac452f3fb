package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/ziplaw/ziplaw/internal/llama"
)

// resumption is a run that is killed and resumed, in a precision.
type resumption struct {
	way    Way
	helper string // the process that trains
}

var (
	resumed       = resumption{Graphs, "train"}
	resumedInTF32 = resumption{TensorGraphs, "train-tf32"}
)

// killAndResume kills a process that trains, has another one go on from its last snapshot, and compares the end with that of
// a run that nobody has killed.
func (r resumption) killAndResume(w *work) error {
	b, err := w.backend(r.way)
	if err != nil {
		return err
	}
	want, err := w.resumable().run(w, b)
	if err != nil {
		return err
	}
	if err := r.killHelper(w); err != nil {
		return err
	}
	helper, err := r.startHelper(w)
	if err != nil {
		return err
	}
	if _, err := helper.wait(w.ctx); err != nil {
		return fmt.Errorf("the process that goes on: %w\n%s", err, helper.said)
	}
	var said PartResult
	if err := readJSON(filepath.Join(w.dir, r.helper+".json"), &said); err != nil {
		return err
	}
	from, _ := said.Figure("resumed_at").(float64)
	w.check("resumed in the middle", from > 0 && int(from) < w.resumable().steps, "at step %g of %d", from, w.resumable().steps)
	got, err := os.ReadFile(filepath.Join(w.dir, r.final()))
	if err != nil {
		return err
	}
	w.check("snapshots at the end", bytes.Equal(got, want), "%d and %d bytes", len(got), len(want))
	return w.checkStates(got, want)
}

// resumable is long enough to be killed in its middle.
func (w *work) resumable() exercise {
	if w.small {
		return w.exercise(9)
	}
	return w.exercise(48)
}

// killHelper has a process train, and kills it after its first snapshot.
func (r resumption) killHelper(w *work) error {
	p, err := r.startHelper(w)
	if err != nil {
		return err
	}
	defer p.kill()
	for {
		if _, err := os.Stat(filepath.Join(w.dir, r.last())); err == nil {
			break
		}
		select {
		case err := <-p.ended:
			return fmt.Errorf("the process that was to be killed ended by itself: %w\n%s", err, p.said)
		case <-w.ctx.Done():
			return fmt.Errorf("the process that was to be killed has written no snapshot in time\n%s", p.said)
		case <-time.After(time.Millisecond):
		}
	}
	p.kill()
	ctx, cancel := context.WithTimeout(w.ctx, killWait)
	defer cancel()
	_, err = p.wait(ctx)
	exit, _ := errors.AsType[*exec.ExitError](err)
	killed := exit != nil && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL
	w.check("killed by SIGKILL", killed, "%v", err)
	return nil
}

// Snapshots that the process leaves.
func (r resumption) last() string  { return r.helper + ".last.snapshot" }
func (r resumption) final() string { return r.helper + ".final.snapshot" }

func (r resumption) startHelper(w *work) (*process, error) {
	return start(w.command(Process{Part: r.helper, Dir: w.dir, Box: w.box, Small: w.small}))
}

// trainToTheEnd goes on from the last snapshot, if there is one, and writes snapshots on its way.
func (r resumption) trainToTheEnd(w *work) error {
	b, err := w.backend(r.way)
	if err != nil {
		return err
	}
	e := w.resumable()
	t, err := e.trainer(b)
	if err != nil {
		return err
	}
	if last, err := os.ReadFile(filepath.Join(w.dir, r.last())); err == nil {
		if err := t.Restore(bytes.NewReader(last), int64(len(last))); err != nil {
			return err
		}
	}
	w.figure("resumed_at", t.Done(), "")
	err = t.Run(w.ctx, e.steps/3, func(done int, _ float64) error {
		if done == e.steps {
			return nil
		}
		return w.keep(t, r.last())
	})
	if err != nil {
		return err
	}
	return w.keep(t, r.final())
}

func (w *work) keep(t *llama.Trainer, name string) error {
	file, err := snapshot(t)
	if err != nil {
		return err
	}
	return replace(filepath.Join(w.dir, name), file)
}
