package verify

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw/gpu"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// TestMain runs the tests, or one part, where this binary was started as the process of a part.
func TestMain(m *testing.M) {
	p, ok := partOfEnvironment()
	if !ok {
		os.Exit(m.Run())
	}
	if err := runPart(context.Background(), p, append(testParts, append(Parts(), helpers()...)...), onCPU, again); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// again starts this binary for a part.
func again(p Process) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", "VERIFY_PART="+p.Part, "VERIFY_DIR="+p.Dir, "VERIFY_BOX="+p.Box.String(), "VERIFY_SMALL="+strconv.FormatBool(p.Small),
		"VERIFY_FROM="+strconv.Itoa(p.From))
	return c
}

func partOfEnvironment() (p Process, ok bool) {
	p = Process{Part: os.Getenv("VERIFY_PART"), Dir: os.Getenv("VERIFY_DIR"), Small: os.Getenv("VERIFY_SMALL") == "true"}
	p.From, _ = strconv.Atoi(os.Getenv("VERIFY_FROM"))
	p.Box, _ = time.ParseDuration(os.Getenv("VERIFY_BOX"))
	return p, p.Part != ""
}

// onCPU has the CPU in the place of a device.
var onCPU = GPU{
	Devices: func() ([]Info, error) { return []Info{{Name: emulated, Memory: 1 << 30, Capability: "9.0"}}, nil },
	Open: func(_ int, way Way) (kernel.Device, error) {
		return namedCPU{kernel.CPUDevice{Threads: 1}, way.Precision == gpu.TF32}, nil
	},
}

// namedCPU is a CPU by another name, whose operands of products may be rounded.
type namedCPU struct {
	kernel.CPUDevice
	rounds bool
}

func (namedCPU) Facts() kernel.Facts { return kernel.Facts{Name: emulated} }

func (c namedCPU) NewBackend() (kernel.Backend, error) {
	b, err := c.CPUDevice.NewBackend()
	if c.rounds {
		return roundingCPU{b}, err
	}
	return b, err
}

// roundingCPU rounds the operands of products to TF32. Those of the classifier stay as they are.
type roundingCPU struct{ kernel.Backend }

func (c roundingCPU) Product(out, a kernel.Buffer, transA bool, b kernel.Buffer, transB bool, m, n, k int, accumulate bool) {
	rounding{c.Backend, c.Backend}.Product(out, a, transA, b, transB, m, n, k, accumulate)
}

func (c roundingCPU) MicroBatches(n, lanes int, f func(o kernel.Operations, i, lane int)) {
	c.Backend.MicroBatches(n, lanes, func(o kernel.Operations, i, lane int) { f(rounding{o, c.Backend}, i, lane) })
}

// rounding are operations on buffers of a backend.
type rounding struct {
	kernel.Operations
	backend kernel.Backend
}

func (r rounding) Product(out, a kernel.Buffer, transA bool, b kernel.Buffer, transB bool, m, n, k int, accumulate bool) {
	r.Operations.Product(out, r.rounded(a), transA, r.rounded(b), transB, m, n, k, accumulate)
}

func (r rounding) rounded(x kernel.Buffer) kernel.Buffer {
	all := make([]float32, x.Len())
	if err := r.backend.Read(all, x); err != nil {
		panic(err)
	}
	return (&inputs{Backend: r.backend}).write(roundedAll(all))
}

// testParts end in all the ways that a part can.
var testParts = []Part{
	{Name: "good", Title: "Good", Box: time.Minute, run: func(w *work) error {
		w.figure(deviceName, "A device", "")
		w.check("one", true, "%s", "holds")
		return nil
	}},
	{Name: "check", Title: "A check that fails", Box: time.Minute, run: func(w *work) error {
		w.check("first", true, "")
		w.check("second", false, "%d is not %d", 1, 2)
		return nil
	}},
	{Name: "error", Title: "An error", Box: time.Minute, run: func(*work) error { return errors.New("no such thing") }},
	{Name: "panics", Title: "A panic", Box: time.Minute, run: func(*work) error { panic("oh") }},
	{Name: "later", Title: "Not now", Box: time.Minute, run: func(*work) error { return notNow{"too large"} }},
	{Name: "dies", Title: "A process that is killed", Box: time.Minute, run: func(w *work) error {
		w.figure("before", 7, "")
		fmt.Fprintln(os.Stderr, "last words")
		return syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}},
	{Name: "items", Title: "Items of which two end the process", Box: time.Minute, run: func(w *work) error {
		err := w.each([]string{"a", "b", "c", "d", "e"}, func(i int) error {
			switch i {
			case 1:
				return fmt.Errorf("an illegal address: %w", kernel.ErrDeviceLost)
			case 2:
				return errors.New("another size")
			case 3:
				return syscall.Kill(os.Getpid(), syscall.SIGKILL)
			}
			w.check([]string{"a", "b", "c", "d", "e"}[i], true, "")
			return nil
		})
		w.figure("behind", len(w.result.Checks), "")
		return err
	}},
	{Name: "late", Title: "No time for all items", Box: 2 * time.Second, run: func(w *work) error {
		return w.each([]string{"a", "b"}, func(int) error {
			<-w.ctx.Done()
			w.check("a", true, "")
			return nil
		})
	}},
	{Name: "stuck", Title: "An item that never ends", Box: 2 * time.Second, run: func(w *work) error {
		return w.each([]string{"a", "b"}, func(int) error { select {} })
	}},
	{Name: "endless", Title: "An item without end, and another one", Box: time.Minute, run: func(w *work) error {
		w.item = time.Second
		return w.each([]string{"a", "b"}, func(i int) error {
			if i == 0 {
				select {}
			}
			w.check("b", true, "")
			return nil
		})
	}},
	{Name: "hangs", Title: "A kernel that never ends", Box: 2 * time.Second, run: hang},
	{Name: "slow", Title: "A measurement without end", Box: 2 * time.Second, Measures: true, run: hang},
}

// hang never ends, nor does what it has started.
func hang(w *work) error {
	w.check("before", true, "")
	c := exec.Command("sleep", "1000")
	if err := c.Start(); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(w.dir, "..", "sleeper"), []byte(strconv.Itoa(c.Process.Pid)), 0o644); err != nil {
		return err
	}
	select {}
}
