//go:build cuda

package emultest_test

import (
	"fmt"
	"math"
	"testing"

	"gorgonia.org/cu"

	"github.com/ziplaw/ziplaw/gpu/driver"
)

func one() uint64 { return uint64(math.Float32bits(1)) }

// bothWays runs a part with the host's work behind the device's and at once, and wants that only a mistake shows.
func bothWays(t *testing.T, part func() string, lazy, eager string) {
	t.Helper()
	for async, want := range map[string]string{"lazy": lazy, "eager": eager} {
		if got := inProcess(t, async, part, "ZIPLAW_EMUL_ASYNC="+async); got != want {
			t.Errorf("%s: %s, want %s", async, got, want)
		}
	}
}

func TestPinnedBufferReused(t *testing.T) {
	bothWays(t, func() string {
		g := open(t)
		p, host := g.alloc(16), g.pinned(4)
		copy(host, []float32{1, 2, 3, 4})
		g.must(driver.CopyToDevice(g.ctx, p, bytesOf(host), g.stream))
		copy(host, []float32{5, 6, 7, 8}) // too early
		return fmt.Sprint(download[float32](g, p, 4))
	}, "[5 6 7 8]", "[1 2 3 4]")
}

func TestReadBeforeTheCopy(t *testing.T) {
	bothWays(t, func() string {
		g := open(t)
		p, host := g.upload(count(4)), g.pinned(4)
		clear(host)
		g.must(driver.CopyToHost(g.ctx, bytesOf(host), p, g.stream))
		early := fmt.Sprint(host)
		g.must(driver.Synchronize(g.ctx, g.stream))
		return early + fmt.Sprint(host)
	}, "[0 0 0 0][0 1 2 3]", "[0 1 2 3][0 1 2 3]")
}

func TestMissingEventWait(t *testing.T) {
	for _, wait := range []bool{true, false} {
		lazy := "[1 2 3 4]"
		if !wait {
			lazy = "[0 1 2 3]"
		}
		t.Run(fmt.Sprint(wait), func(t *testing.T) {
			bothWays(t, func() string {
				g := open(t)
				p, host := g.upload(count(4)), g.pinned(4)
				other, event := g.newStream(), g.newEvent()
				g.launch("add", 1, 4, uint64(p), one(), 4)
				g.must(driver.Record(g.ctx, event, g.stream))
				if wait {
					g.must(driver.Wait(g.ctx, other, event))
				}
				g.must(driver.CopyToHost(g.ctx, bytesOf(host), p, other))
				g.must(driver.Synchronize(g.ctx, other))
				return fmt.Sprint(host)
			}, lazy, "[1 2 3 4]")
		})
	}
}

// A copy that the host waits for doesn't wait for streams that were made not to wait for it.
func TestBlockingCopyDoesNotWait(t *testing.T) {
	bothWays(t, func() string {
		g := open(t)
		p := g.upload(count(4))
		g.launch("add", 1, 4, uint64(p), one(), 4)
		x := make([]float32, 4)
		g.do(func() error { return cu.MemcpyDtoH(ptr(x), p, 16) })
		return fmt.Sprint(x)
	}, "[0 1 2 3]", "[1 2 3 4]")
}

func TestEvents(t *testing.T) {
	g := open(t)
	p := g.upload(count(4))
	from, to := g.newEvent(), g.newEvent()
	g.must(driver.Record(g.ctx, from, g.stream))
	g.launch("add", 1, 4, uint64(p), one(), 4)
	g.must(driver.Record(g.ctx, to, g.stream))
	wantCode(t, driver.OnContext(g.ctx, to.Query), 600)
	g.do(to.Query) // who asks again gets on
	g.must(driver.SynchronizeEvent(g.ctx, to))
	g.do(func() error {
		ms, err := from.Elapsed(to)
		if ms < 0 || ms > 1000 {
			t.Errorf("%v ms", ms)
		}
		return err
	})
	g.launch("add", 1, 4, uint64(p), one(), 4)
	wantCode(t, driver.OnContext(g.ctx, g.stream.Query), 600)
	g.do(g.stream.Query)
}

// Pinned memory that is freed while a copy waits isn't read.
func TestPinnedFreedEarly(t *testing.T) {
	g := open(t)
	b, err := driver.AllocPinned(g.ctx, 16)
	g.must(err)
	g.must(driver.CopyToDevice(g.ctx, g.alloc(16), b, g.stream))
	g.must(driver.FreePinned(g.ctx, b))
	g.fails(illegalAddress)
}

func TestGraph(t *testing.T) {
	g := open(t)
	p, q := g.upload(make([]float32, 4)), g.alloc(16)
	in, out := g.pinned(4), g.pinned(4)
	clear(out)
	graph, err := driver.Capture(g.ctx, g.stream, func() error {
		g.must(driver.CopyToDevice(g.ctx, p, bytesOf(in), g.stream))
		g.launch("add", 1, 4, uint64(p), one(), 4)
		g.must(driver.CopyOnDevice(g.ctx, q, p, 16, g.stream))
		g.must(driver.Set(g.ctx, q, 0, 4, g.stream))
		g.must(driver.CopyToHost(g.ctx, bytesOf(out), q, g.stream))
		return nil
	})
	g.must(err)
	g.must(driver.Synchronize(g.ctx, g.stream))
	if out[1] != 0 {
		t.Fatal("a captured operation has run")
	}
	for i := range 3 {
		copy(in, []float32{1, float32(i), 3, 4})
		g.must(graph.Launch(g.stream))
		g.must(driver.Synchronize(g.ctx, g.stream))
		if want := []float32{0, float32(i) + 1, 4, 5}; !equal(out, want) {
			t.Errorf("launch %d: %v, want %v", i, out, want)
		}
	}
	g.must(graph.Close())
}

// A second stream's work becomes a part of the graph by an event, and must come back.
func TestGraphOfTwoStreams(t *testing.T) {
	g := open(t)
	p := g.upload(count(4))
	other, fork, join := g.newStream(), g.newEvent(), g.newEvent()
	capture := func(join func() error) (*driver.Graph, error) {
		return driver.Capture(g.ctx, g.stream, func() error {
			g.must(driver.Record(g.ctx, fork, g.stream))
			g.must(driver.Wait(g.ctx, other, fork))
			g.must(driver.Set(g.ctx, p, 0, 8, other))
			return join()
		})
	}
	_, err := capture(func() error { return nil })
	wantCode(t, err, 904)
	graph, err := capture(func() error {
		g.must(driver.Record(g.ctx, join, other))
		return driver.Wait(g.ctx, g.stream, join)
	})
	g.must(err)
	g.must(graph.Launch(g.stream))
	if x := download[float32](g, p, 4); !equal(x, []float32{0, 0, 2, 3}) {
		t.Error(x)
	}
}

func TestCaptureRefusals(t *testing.T) {
	g := open(t)
	event := g.newEvent()
	g.launch("add", 1, 4, uint64(g.alloc(16)), one(), 4)
	g.must(driver.Record(g.ctx, event, g.stream))
	for name, c := range map[string]struct {
		call func() error
		code int
	}{
		"synchronize": {func() error { return driver.Synchronize(g.ctx, g.stream) }, captureUnsupported},
		"wait":        {func() error { return driver.Wait(g.ctx, g.stream, event) }, captureIsolation},
	} {
		_, err := driver.Capture(g.ctx, g.stream, c.call)
		if e, ok := err.(*driver.Error); !ok || e.Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	g.must(driver.Synchronize(g.ctx, g.stream)) // it can be used again
}
