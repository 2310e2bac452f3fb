package verify

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// Process is what the process of one part is told.
type Process struct {
	Part  string
	Dir   string        // of its result, PART.json, and of its files
	Box   time.Duration // when it will be ended
	Small bool
	From  int // the first item, where earlier processes of the part came to others
}

// file is where the process writes what it finds.
func (p Process) file() string { return filepath.Join(p.Dir, p.Part+".json") }

// Command makes the command line of a process that calls RunPart.
type Command func(Process) *exec.Cmd

// work is what a part has to work with.
type work struct {
	ctx     context.Context // ends before the process is ended
	gpu     GPU
	command Command
	dir     string
	box     time.Duration
	small   bool
	from    int
	item    time.Duration // of an item
	result  PartResult
	file    string
}

// notNow is the error of a part that can't do its work, which is nothing against the device.
type notNow struct{ reason string }

func (e notNow) Error() string { return e.reason }

// errNextProcess ends a process whose part goes on in another one.
var errNextProcess = errors.New("the next process goes on")

// itemTime is far more than an item takes on a device that works.
const itemTime = 12 * time.Second

// each does items one by one; an error is a check that fails. Where one of them loses the device, ends the process or doesn't
// end, another process of the part goes on with the next.
func (w *work) each(names []string, do func(i int) error) error {
	for i := w.from; i < len(names); i++ {
		if err := w.ctx.Err(); err != nil {
			return fmt.Errorf("before %s: %w", names[i], err)
		}
		w.result.Doing, w.result.Next = names[i], i+1
		if err := w.write(); err != nil {
			return err
		}
		late := time.AfterFunc(w.item, func() {
			fmt.Fprintf(os.Stderr, "no end after %s\n", w.item)
			os.Exit(1)
		})
		err := do(i)
		late.Stop()
		if err != nil {
			w.check(names[i], false, "%v", err)
			if errors.Is(err, kernel.ErrDeviceLost) {
				return errNextProcess
			}
		}
	}
	w.result.Doing, w.result.Next = "", 0
	return nil
}

// RunPart runs a part in this process and writes what it finds. The error is of writing alone.
func RunPart(ctx context.Context, p Process, gpu GPU, command Command) error {
	return runPart(ctx, p, append(Parts(), helpers()...), gpu, command)
}

func runPart(ctx context.Context, p Process, parts []Part, gpu GPU, command Command) error {
	go endWithParent()
	for _, part := range parts {
		if part.Name == p.Part {
			// what is left at the end is for writing down
			ctx, cancel := context.WithTimeout(ctx, p.Box*9/10)
			defer cancel()
			w := &work{ctx: ctx, gpu: gpu, command: command, dir: p.Dir, box: p.Box, small: p.Small, from: p.From, item: itemTime, file: p.file()}
			w.result = part.result("", "")
			if p.From > 0 {
				if err := readJSON(w.file, &w.result); err != nil {
					return err
				}
			}
			return w.do(part)
		}
	}
	return fmt.Errorf("there is no part %q", p.Part)
}

// do runs the part and settles its state.
func (w *work) do(part Part) error {
	if err := w.write(); err != nil {
		return err
	}
	err := w.recovered(part.run)
	_, leftOut := errors.AsType[notNow](err)
	switch failed := w.result.Failed(); {
	case errors.Is(err, errNextProcess):
		return w.write()
	case errors.Is(err, context.DeadlineExceeded):
		w.result.State, w.result.Reason = TimedOut, err.Error()
	case leftOut:
		w.result.State, w.result.Reason = LeftOut, err.Error()
	case err != nil:
		w.result.State, w.result.Reason = Failed, err.Error()
	case failed > 0:
		w.result.State, w.result.Reason = Failed, fmt.Sprintf("%d of %d checks", failed, len(w.result.Checks))
	default:
		w.result.State = Passed
	}
	return w.write()
}

func (w *work) recovered(run func(*work) error) (err error) {
	defer func() {
		if what := recover(); what != nil {
			w.result.Output = string(debug.Stack())
			err = fmt.Errorf("panic: %v", what)
		}
	}()
	return run(w)
}

// check notes whether a claim holds.
func (w *work) check(name string, holds bool, format string, args ...any) {
	c := Check{Name: name, State: Passed, Detail: fmt.Sprintf(format, args...)}
	if !holds {
		c.State = Failed
	}
	w.result.Checks = append(w.result.Checks, c)
	_ = w.write() // the last write of all tells
}

// figure notes a number or a text.
func (w *work) figure(name string, value any, unit string) {
	w.result.Figures = append(w.result.Figures, Figure{name, value, unit})
	_ = w.write()
}

func (w *work) write() error { return writeJSON(w.file, w.result) }

// endWithParent ends this process when the one that started it has gone, which closes the pipe.
func endWithParent() {
	if info, err := os.Stdin.Stat(); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return // started by hand
	}
	_, _ = os.Stdin.Read(make([]byte, 1))
	os.Exit(1)
}
