//go:build cuda

package emultest_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"unsafe"

	"gorgonia.org/cu"

	"github.com/ziplaw/ziplaw/gpu/driver"
	"github.com/ziplaw/ziplaw/gpu/emul/emultest"
)

func TestMain(m *testing.M) { emultest.Main(m) }

// gpu is a context of its own on an emulated device, with the kernels of testdata and a stream. What a mistake breaks is its context
// alone.
type gpu struct {
	t      testing.TB
	ctx    cu.CUContext
	module cu.Module
	stream cu.Stream
}

func open(t testing.TB) *gpu { return openOn(t, 0) }

func openOn(t testing.TB, device cu.Device) *gpu {
	t.Helper()
	g := &gpu{t: t}
	var err error
	if g.ctx, err = device.MakeContext(cu.SchedAuto); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := g.ctx
		if err := ctx.Destroy(); err != nil {
			t.Error(err)
		}
	})
	g.do(func() (err error) { g.module, err = cu.LoadData(ptx(t)); return err })
	g.stream = g.newStream()
	return g
}

func (g *gpu) must(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

func (g *gpu) do(f func() error) {
	g.t.Helper()
	g.must(driver.OnContext(g.ctx, f))
}

func (g *gpu) newStream() (s cu.Stream) {
	g.t.Helper()
	g.do(func() (err error) { s, err = cu.MakeStream(cu.NonBlocking); return err })
	return s
}

func (g *gpu) newEvent() (e cu.Event) {
	g.t.Helper()
	g.do(func() (err error) { e, err = cu.MakeEvent(cu.DefaultEvent); return err })
	return e
}

func (g *gpu) function(name string) (f cu.Function) {
	g.t.Helper()
	g.do(func() (err error) { f, err = g.module.Function(name); return err })
	return f
}

func (g *gpu) alloc(bytes int) (p cu.DevicePtr) {
	g.t.Helper()
	g.do(func() (err error) { p, err = cu.MemAlloc(int64(bytes)); return err })
	return p
}

func (g *gpu) pinned(n int) []float32 {
	g.t.Helper()
	b, err := driver.AllocPinned(g.ctx, 4*n)
	g.must(err)
	return unsafe.Slice((*float32)(unsafe.Pointer(&b[0])), n)
}

func bytesOf[T any](x []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), len(x)*int(unsafe.Sizeof(*new(T))))
}

// upload gives the device numbers, and waits.
func (g *gpu) upload(x []float32) cu.DevicePtr {
	g.t.Helper()
	p := g.alloc(4 * len(x))
	g.do(func() error { return cu.MemcpyHtoD(p, unsafe.Pointer(&x[0]), int64(4*len(x))) })
	return p
}

// download waits for the stream and reads the device's memory.
func download[T any](g *gpu, p cu.DevicePtr, n int) []T {
	g.t.Helper()
	x := make([]T, n)
	g.must(driver.Synchronize(g.ctx, g.stream))
	g.do(func() error { return cu.MemcpyDtoH(unsafe.Pointer(&x[0]), p, int64(len(bytesOf(x)))) })
	return x
}

// launch enqueues blocks of a kernel.
func (g *gpu) launch(name string, blocks, threads uint32, args ...uint64) {
	g.t.Helper()
	g.must(driver.Launch(g.ctx, g.function(name), [3]uint32{blocks, 1, 1}, threads, 0, g.stream, args))
}

// fails waits for the stream, which must have failed.
func (g *gpu) fails(code int) {
	g.t.Helper()
	wantCode(g.t, driver.Synchronize(g.ctx, g.stream), code)
}

func wantCode(t testing.TB, err error, code int) {
	t.Helper()
	e, ok := err.(*driver.Error)
	if !ok || e.Code != code {
		t.Fatalf("got %v, want code %d", err, code)
	}
}

func ptr[T any](x []T) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(x)) }

func count(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i)
	}
	return x
}

func equal(a, b []float32) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}

// values of a test that runs in a process of its own are the lines of its output that begin with this.
const valuePrefix = "value: "

// inProcess runs part in a process of its own, with settings of the driver, and returns what it returned there.
func inProcess(t *testing.T, name string, part func() string, settings ...string) string {
	t.Helper()
	const variable = "ZIPLAW_EMUL_TEST_PART"
	if os.Getenv(variable) == name {
		os.Stdout.WriteString(valuePrefix + strings.ReplaceAll(part(), "\n", " ") + "\n")
		os.Exit(0)
	}
	if os.Getenv(variable) != "" {
		return ""
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = emultest.Env(emultest.Dir(), append(settings, variable+"="+name, "TMPDIR="+t.TempDir())...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	_, value, found := strings.Cut(string(out), valuePrefix)
	if !found {
		t.Fatalf("no value in %s", out)
	}
	return strings.TrimSuffix(value, "\n")
}
