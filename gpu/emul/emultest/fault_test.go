//go:build cuda

package emultest_test

import (
	"errors"
	"math"
	"testing"

	"gorgonia.org/cu"

	"github.com/ziplaw/ziplaw/gpu/driver"
)

const (
	invalidValue       = 1
	outOfMemory        = 2
	invalidPTX         = 218
	illegalAddress     = 700
	illegalInstruction = 715
	misalignedAddress  = 716
	launchFailed       = 719
	captureUnsupported = 900
	captureIsolation   = 905
)

// A mistake of a kernel ends the context, not the process.
func TestFaults(t *testing.T) {
	at := func(i int64) uint64 { return uint64(i) }
	for _, c := range []struct {
		kernel string
		code   int
		args   []uint64 // behind the first
	}{
		{"divergent_barrier", launchFailed, nil},
		{"two_barriers", launchFailed, nil},
		{"missing_lane", launchFailed, nil},
		{"differing_masks", launchFailed, nil},
		{"outside_mask", launchFailed, nil},
		{"write_at", illegalAddress, []uint64{at(64)}},
		{"write_at", illegalAddress, []uint64{at(-1024)}},
		{"deep", launchFailed, []uint64{0}},
		{"zero_division", launchFailed, []uint64{0}},
		{"trap", illegalInstruction, nil},
		{"outside_array", illegalAddress, []uint64{1}},
		{"misaligned", misalignedAddress, nil},
	} {
		t.Run(c.kernel, func(t *testing.T) {
			g := open(t)
			out := g.alloc(256)
			g.launch(c.kernel, 1, 64, append([]uint64{uint64(out)}, c.args...)...)
			g.fails(c.code)
			wantCode(t, driver.Set(g.ctx, out, 0, 4, g.stream), c.code) // for ever
			var e *driver.Error
			if err := driver.Synchronize(g.ctx, g.stream); !errors.As(err, &e) || !e.Lost() || e.OutOfMemory() {
				t.Errorf("%v isn't a loss", err)
			}
		})
	}
}

func TestReadBehindAnAllocation(t *testing.T) {
	g := open(t)
	out, in := g.alloc(256), g.alloc(256)
	g.launch("read_at", 1, 1, uint64(out), uint64(in), 64)
	g.fails(illegalAddress)
}

func TestNullPointer(t *testing.T) {
	g := open(t)
	g.launch("write_at", 1, 1, 0, 0)
	g.fails(illegalAddress)
}

// A write between an allocation and its guard pages doesn't fault. It is found when somebody waits, and when memory is freed.
func TestWriteBetween(t *testing.T) {
	g := open(t)
	p := g.alloc(10 * 4)
	g.launch("write_at", 1, 1, uint64(p), 10)
	g.fails(illegalAddress)
}

func TestUseAfterFree(t *testing.T) {
	g := open(t)
	p := g.alloc(256)
	g.launch("write_at", 1, 1, uint64(p), 0)
	g.do(func() error { return cu.MemFree(p) }) // the launch hasn't run
	for range 100 {
		g.alloc(256) // the address doesn't come again
	}
	g.fails(illegalAddress)
}

func TestDynamicSharedMemory(t *testing.T) {
	g := open(t)
	out := g.alloc(256)
	launch := func(bytes uint32) error {
		return driver.Launch(g.ctx, g.function("behind_dynamic"), [3]uint32{1, 1, 1}, 64, bytes, g.stream,
			[]uint64{uint64(out), uint64(bytes/4 - 64)})
	}
	wantCode(t, launch(48<<10+4), invalidValue)
	wantCode(t, driver.SetDynamicShared(g.ctx, g.function("behind_dynamic"), 227<<10+1), invalidValue)
	g.must(driver.SetDynamicShared(g.ctx, g.function("behind_dynamic"), 227<<10))
	g.must(launch(227 << 10))
	g.must(driver.Synchronize(g.ctx, g.stream))
	g.must(driver.Launch(g.ctx, g.function("behind_dynamic"), [3]uint32{1, 1, 1}, 64, 1024, g.stream, []uint64{uint64(out), 256 - 63}))
	g.fails(illegalAddress)
}

func TestLaunchShapes(t *testing.T) {
	g := open(t)
	out := g.alloc(4)
	f := g.function("add")
	for _, c := range []struct {
		grid    [3]uint32
		threads uint32
	}{{[3]uint32{0, 1, 1}, 32}, {[3]uint32{1, 65536, 1}, 32}, {[3]uint32{1, 1, 65536}, 32}, {[3]uint32{1, 1, 1}, 1025}, {[3]uint32{1, 1, 1}, 0}} {
		err := driver.Launch(g.ctx, f, c.grid, c.threads, 0, g.stream, []uint64{uint64(out), 0, 0})
		wantCode(t, err, invalidValue)
	}
	g.must(driver.Synchronize(g.ctx, g.stream)) // a refusal breaks nothing
}

func TestCopiesOutsideAllocations(t *testing.T) {
	g := open(t)
	p, pinned := g.alloc(256), g.pinned(128)
	wantCode(t, driver.CopyToDevice(g.ctx, p, bytesOf(pinned), g.stream), invalidValue)
	wantCode(t, driver.CopyToHost(g.ctx, bytesOf(pinned[:1]), p-4, g.stream), invalidValue)
	wantCode(t, driver.CopyOnDevice(g.ctx, p+128, p, 129, g.stream), invalidValue)
	wantCode(t, driver.Set(g.ctx, p+1, 0, 256, g.stream), invalidValue)
}

// Memory belongs to its context.
func TestOtherContexts(t *testing.T) {
	a, b := open(t), open(t)
	p, out := a.upload(count(64)), b.alloc(256)
	wantCode(t, driver.Set(b.ctx, p, 0, 4, b.stream), invalidValue)
	wantCode(t, driver.Launch(b.ctx, a.function("add"), [3]uint32{1, 1, 1}, 1, 0, b.stream, []uint64{uint64(out), 0, 1}), 400)
	b.launch("read_at", 1, 1, uint64(out), uint64(p), 0)
	b.fails(illegalAddress)
	a.launch("add", 1, 64, uint64(p), uint64(math.Float32bits(1)), 64)
	a.must(driver.Synchronize(a.ctx, a.stream))
}

func TestModulesThatDiffer(t *testing.T) {
	g := open(t)
	for _, text := range []string{
		entry("nowhere", []string{"float *x"}),
		entry("add", []string{"float *p", "float x"}),
		entry("add", []string{"float *p", "float x", "long long n"}),
	} {
		err := driver.OnContext(g.ctx, func() error { _, err := cu.LoadData(".version 7.8\n.target sm_80\n" + text); return err })
		wantCode(t, err, invalidPTX)
	}
}

func TestOutOfMemory(t *testing.T) {
	value := inProcess(t, "memory", func() string {
		g := open(t)
		p := g.alloc(600 << 10)
		err := driver.OnContext(g.ctx, func() error { _, err := cu.MemAlloc(500 << 10); return err })
		var e *driver.Error
		if !errors.As(err, &e) || !e.OutOfMemory() || e.Lost() {
			return err.Error()
		}
		g.do(func() error { return cu.MemFree(p) })
		g.alloc(1 << 20)
		return "ok"
	}, "ZIPLAW_EMUL_MEMORY=1048576")
	if value != "ok" {
		t.Error(value)
	}
}

func TestLostDevice(t *testing.T) {
	once := t.TempDir() + "/once"
	part := func() string {
		g := open(t)
		p := g.upload(count(4))
		for range 5 {
			g.launch("add", 1, 4, uint64(p), 0, 4)
		}
		err := driver.Synchronize(g.ctx, g.stream)
		if err == nil {
			return "fine"
		}
		var e *driver.Error
		if !errors.As(err, &e) || !e.Lost() || driver.Set(g.ctx, p, 0, 4, g.stream) == nil {
			return "not lost: " + err.Error()
		}
		return e.Name
	}
	for i, want := range []string{"CUDA_ERROR_ECC_UNCORRECTABLE", "fine"} {
		if value := inProcess(t, "lost", part, "ZIPLAW_EMUL_LOSE=5", "ZIPLAW_EMUL_LOSE_ONCE="+once); value != want {
			t.Errorf("process %d: %s, want %s", i, value, want)
		}
	}
}

func TestDevices(t *testing.T) {
	value := inProcess(t, "devices", func() string {
		n, err := cu.NumDevices()
		if err != nil || n != 3 {
			return "devices"
		}
		a, b := openOn(t, 0), openOn(t, 2)
		a.launch("trap", 1, 1, uint64(a.alloc(4)))
		a.fails(illegalInstruction)
		p := b.upload(count(4))
		b.launch("add", 1, 4, uint64(p), 0, 4)
		b.must(driver.Synchronize(b.ctx, b.stream))
		one, _ := cu.Device(0).UUID()
		other, _ := cu.Device(2).UUID()
		if one == other {
			return "uuids"
		}
		return "ok"
	}, "ZIPLAW_EMUL_DEVICES=3")
	if value != "ok" {
		t.Error(value)
	}
}
