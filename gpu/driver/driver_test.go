//go:build cuda

package driver_test

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"gorgonia.org/cu"

	"github.com/ziplaw/ziplaw/gpu/driver"
	"github.com/ziplaw/ziplaw/gpu/emul/emultest"
)

func TestMain(m *testing.M) { emultest.Main(m) }

const scalePTX = `.version 7.8
.target sm_80
.address_size 64
.visible .entry scale(.param .u64 p, .param .f32 by, .param .u32 n) .maxntid 256, 1, 1 { ret; }
`

type session struct {
	ctx    cu.CUContext
	stream cu.Stream
	scale  cu.Function
	p      cu.DevicePtr
	host   []byte
}

func start(t testing.TB) *session {
	t.Helper()
	s := &session{}
	var err error
	if s.ctx, err = cu.Device(0).MakeContext(cu.SchedAuto); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.ctx.Destroy(); err != nil {
			t.Error(err)
		}
	})
	must(t, driver.OnContext(s.ctx, func() error {
		module, err := cu.LoadData(scalePTX)
		if err != nil {
			return err
		}
		if s.scale, err = module.Function("scale"); err != nil {
			return err
		}
		if s.stream, err = cu.MakeStream(cu.NonBlocking); err != nil {
			return err
		}
		s.p, err = cu.MemAlloc(16)
		return err
	}))
	s.host, err = driver.AllocPinned(s.ctx, 16)
	must(t, err)
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *session) floats() []float32 {
	return unsafe.Slice((*float32)(unsafe.Pointer(&s.host[0])), len(s.host)/4)
}

func (s *session) launch(by float32) error {
	return driver.Launch(s.ctx, s.scale, [3]uint32{1, 1, 1}, 4, 0, s.stream, []uint64{uint64(s.p), uint64(math.Float32bits(by)), 4})
}

// roundTrip copies numbers to the device, doubles them there, and copies them back.
func (s *session) roundTrip() error {
	if err := driver.CopyToDevice(s.ctx, s.p, s.host, s.stream); err != nil {
		return err
	}
	if err := s.launch(2); err != nil {
		return err
	}
	return driver.CopyToHost(s.ctx, s.host, s.p, s.stream)
}

func TestRoundTrip(t *testing.T) {
	s := start(t)
	x := s.floats()
	copy(x, []float32{1, 2, 3, 4})
	must(t, s.roundTrip())
	must(t, driver.Synchronize(s.ctx, s.stream))
	if x[0] != 2 || x[3] != 8 {
		t.Error(x)
	}
	must(t, driver.FreePinned(s.ctx, s.host))
}

// Goroutines use contexts without locking themselves to threads.
func TestContextsOfGoroutines(t *testing.T) {
	var wait sync.WaitGroup
	for range 4 {
		s := start(t)
		wait.Go(func() {
			x := s.floats()
			for i := range 200 {
				x[0] = float32(i)
				err := errors.Join(s.roundTrip(), driver.Synchronize(s.ctx, s.stream))
				if err != nil || x[0] != float32(2*i) {
					t.Errorf("%d: %v, %v", i, x[0], err)
					return
				}
			}
		})
	}
	wait.Wait()
}

func TestGraph(t *testing.T) {
	s := start(t)
	g, err := driver.Capture(s.ctx, s.stream, s.roundTrip)
	must(t, err)
	x := s.floats()
	x[0] = 1
	for range 3 {
		must(t, g.Launch(s.stream))
	}
	must(t, driver.Synchronize(s.ctx, s.stream))
	if x[0] != 8 {
		t.Error(x[0])
	}
	must(t, g.Close())
}

// The stream can be used again after a capture that fails, or panics.
func TestGraphThatFails(t *testing.T) {
	s := start(t)
	failure := errors.New("no")
	if g, err := driver.Capture(s.ctx, s.stream, func() error { return failure }); g != nil || err != failure {
		t.Errorf("%v, %v", g, err)
	}
	func() {
		defer func() { _ = recover() }()
		_, _ = driver.Capture(s.ctx, s.stream, func() error { panic("no") })
	}()
	must(t, s.roundTrip())
	must(t, driver.Synchronize(s.ctx, s.stream))
}

func TestUnpinnedMemory(t *testing.T) {
	s := start(t)
	for name, b := range map[string][]byte{"of Go": make([]byte, 16), "behind": unsafe.Slice(&s.host[8], 16)} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			_ = driver.CopyToDevice(s.ctx, s.p, b, s.stream)
		}()
	}
}

func TestAttributes(t *testing.T) {
	s := start(t)
	must(t, driver.SetDynamicShared(s.ctx, s.scale, 100<<10))
	a, err := driver.FunctionAttributes(s.ctx, s.scale)
	must(t, err)
	if a.MaxThreads != 256 || a.DynamicShared != 100<<10 || a.LocalBytes != 0 {
		t.Errorf("%+v", a)
	}
}

func TestErrors(t *testing.T) {
	s := start(t)
	err := driver.OnContext(s.ctx, func() error { _, err := cu.MemAlloc(1 << 50); return err })
	var e *driver.Error
	if !errors.As(err, &e) || !e.OutOfMemory() || e.Lost() || e.Name != "CUDA_ERROR_OUT_OF_MEMORY" || e.Text != "out of memory" {
		t.Errorf("%#v", err)
	}
	err = driver.Launch(s.ctx, s.scale, [3]uint32{1, 1, 1}, 257, 0, s.stream, make([]uint64, 3))
	if !errors.As(err, &e) || e.Call != "cuLaunchKernel" || e.OutOfMemory() || e.Lost() || !strings.Contains(err.Error(), "invalid argument") {
		t.Errorf("%v", err)
	}
	must(t, driver.Launch(s.ctx, s.scale, [3]uint32{1, 1, 1}, 4, 0, s.stream, []uint64{0, 0, 4}))
	if err = driver.Synchronize(s.ctx, s.stream); !errors.As(err, &e) || !e.Lost() || e.Code != 700 {
		t.Errorf("%v", err)
	}
	plain := errors.New("plain")
	if driver.FromCU("call", plain) != plain || driver.FromCU("call", nil) != nil {
		t.Error("an error that isn't cu's has changed")
	}
}
