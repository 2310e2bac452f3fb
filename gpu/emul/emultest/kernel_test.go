//go:build cuda

package emultest_test

import (
	"fmt"
	"math"
	"math/bits"
	"testing"

	"github.com/ziplaw/ziplaw/gpu/driver"
)

func TestReverse(t *testing.T) {
	g := open(t)
	out, in := g.alloc(4*128), g.upload(count(128))
	g.launch("reverse", 1, 128, uint64(out), uint64(in))
	for i, v := range download[float32](g, out, 128) {
		if v != float32(127-i) {
			t.Fatalf("element %d is %v", i, v)
		}
	}
}

// results is what kernels of a fault give, as a text: a sum says nothing of NaNs.
func results(t *testing.T, name string, blocks uint32) string {
	g := open(t)
	out, in := g.upload(make([]float32, 128)), g.upload(count(128))
	args := []uint64{uint64(out), uint64(in)}
	if blocks > 1 {
		args = args[:1]
	}
	g.launch(name, blocks, 128, args...)
	return fmt.Sprint(download[float32](g, out, 128))
}

// A mistake in the order of threads shows as results that differ between orders.
func TestOrders(t *testing.T) {
	for _, c := range []struct {
		kernel string
		blocks uint32
		right  bool
	}{{"reverse", 1, true}, {"missing_barrier", 1, false}, {"missing_syncwarp", 1, false}, {"last_block_wins", 5, false}} {
		seen := map[string]bool{}
		for _, order := range []string{"forward", "reversed", "shuffled:1", "shuffled:2"} {
			part := func() string { return results(t, c.kernel, c.blocks) }
			seen[inProcess(t, c.kernel+order, part, "ZIPLAW_EMUL_ORDER="+order)] = true
		}
		if (len(seen) == 1) != c.right {
			t.Errorf("%s: %d different results of 4 orders", c.kernel, len(seen))
		}
	}
}

func TestPlaces(t *testing.T) {
	g := open(t)
	out := g.alloc(4 * 2 * 3 * 4 * 40)
	g.must(driver.Launch(g.ctx, g.function("places"), [3]uint32{2, 3, 4}, 40, 0, g.stream, []uint64{uint64(out)}))
	for i, v := range download[uint32](g, out, 2*3*4*40) {
		if int(v) != i/40*1000+i%40 {
			t.Fatalf("element %d is %d", i, v)
		}
	}
}

func TestWarpFunctions(t *testing.T) {
	var thirds uint32
	for i := 0; i < 32; i += 3 {
		thirds |= 1 << i
	}
	within := func(from, otherwise int, inside bool) int {
		if inside {
			return from
		}
		return otherwise
	}
	want := []func(i int) int{
		func(i int) int { return i ^ 5 },
		func(i int) int { return within(i^9, i, i^9 < i/8*8+8) },
		func(i int) int { return within(i+3, i, i+3 < 32) },
		func(i int) int { return within(i+3, i, i%8+3 < 8) },
		func(i int) int { return within(i-3, i, i >= 3) },
		func(int) int { return 7 },
		func(i int) int { return i/4*4 + 3 },
		func(i int) int { return i ^ 1 },
		func(i int) int { return i ^ 1 },
		func(int) int { return int(thirds) },
		func(int) int { return 2 },
		func(int) int { return 2 },
	}
	g := open(t)
	out := g.alloc(4 * 32 * len(want))
	g.launch("warp", 1, 32, uint64(out))
	for i, v := range download[uint32](g, out, 32*len(want)) {
		if int(v) != want[i/32](i%32) {
			t.Errorf("row %d, lane %d: %d", i/32, i%32, v)
		}
	}
	if bits.OnesCount32(thirds) != 11 {
		t.Fatal(thirds)
	}
}

func TestParameters(t *testing.T) {
	g := open(t)
	out := g.alloc(8 * 6)
	c, d := int8(-3), int16(-300)
	e, f := int32(-70000), int64(-1<<40)
	g.launch("parameters", 1, 1, uint64(out), uint64(uint8(c)), uint64(uint16(d)), uint64(uint32(e)), uint64(f),
		uint64(math.Float32bits(0.5)), math.Float64bits(-0.25))
	want := []float64{-3, -300, -70000, -1 << 40, 0.5, -0.25}
	for i, v := range download[float64](g, out, 6) {
		if v != want[i] {
			t.Errorf("parameter %d: %v", i, v)
		}
	}
}

func TestUnsetMemory(t *testing.T) {
	g := open(t)
	fresh := g.alloc(4 * 64)
	nans := func(x []float32) (n int) {
		for _, v := range x {
			if v != v {
				n++
			}
		}
		return n
	}
	if n := nans(download[float32](g, fresh, 64)); n != 64 {
		t.Errorf("fresh memory: %d NaNs of 64", n)
	}
	// the first block's shared memory isn't the second's
	out := g.upload(make([]float32, 128))
	g.launch("unset_static", 2, 64, uint64(out))
	if n := nans(download[float32](g, out, 128)); n != 64 {
		t.Errorf("static shared memory: %d NaNs of 64", n)
	}
	g.must(driver.Launch(g.ctx, g.function("unset_dynamic"), [3]uint32{2, 1, 1}, 64, 4*64, g.stream, []uint64{uint64(out)}))
	if n := nans(download[float32](g, out, 128)); n != 64 {
		t.Errorf("dynamic shared memory: %d NaNs of 64", n)
	}
}
