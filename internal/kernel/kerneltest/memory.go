package kerneltest

import (
	"slices"
	"testing"
)

func testMemory(t *testing.T, d *device) {
	if d.Numerics() == "" {
		t.Error("the arithmetic has no id")
	}
	before := d.Allocated()
	b := d.zeros(100)
	if got := d.Allocated() - before; got < 400 {
		t.Errorf("100 numbers take %d bytes, at least 400 wanted", got)
	}
	d.is("new buffer", b, make([]float64, 100), 0)
	x := values(1, 40)
	part := b.Slice(30, 70)
	d.Write(part, narrow(x))
	d.is("slice", b, slices.Concat(make([]float64, 30), x, make([]float64, 30)), 0)
	c := d.zeros(40)
	d.Copy(c, part)
	d.is("copy", c, x, 0)
	d.is("slice of a slice", part.Slice(10, 20), x[10:20], 0)
	ids := d.putIDs([]int32{0, 1, 2, 1})
	d.WriteIDs(ids.Slice(2, 4), []int32{0, 0})
	rows := d.zeros(4)
	d.Embed(rows, part.Slice(0, 3), ids)
	d.is("slice of ids", rows, []float64{x[0], x[1], x[0], x[0]}, 0)
	testReplay(t, d)
}

// testReplay holds that a replayed step does its work every time, on the values that buffers have then.
func testReplay(t *testing.T, d *device) {
	x, one, w := d.put([]float64{1}), d.put([]float64{1}), d.put([]float64{1})
	y, rstd := d.zeros(1), d.zeros(1)
	for i := range 4 {
		if i == 2 {
			d.Write(one, []float32{10})
		}
		d.Replay(7, func() { d.AddNorm(x, y, rstd, x, one, w) })
	}
	d.is("replayed sum", x, []float64{23}, 0)
}
