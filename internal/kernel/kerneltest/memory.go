package kerneltest

import (
	"slices"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

func testMemory(t T, d *device) {
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
	ids := d.putIDs(kernel.Token, []int32{0, 1, 2, 1})
	d.WriteIDs(ids.Slice(0, 2), []int32{2, 0})
	rows := d.zeros(2)
	d.Embed(rows, c.Slice(0, 3), ids.Slice(0, 2))
	d.is("slice of ids", rows, []float64{x[2], x[0]}, 0)
	testGroups(d)
}

// testGroups holds that groups of equal sizes are laid out alike, and that what lies between their parts is and stays zero.
func testGroups(d *device) {
	sizes := []int{5, 300, 1, 64}
	var wholes []kernel.Buffer
	for i, kind := range []kernel.Kind{kernel.Parameter, kernel.Moment, kernel.Moment, kernel.Gradient} {
		whole, parts, err := d.NewBuffers(kernel.Group{Kind: kind, Sizes: sizes})
		if err != nil {
			d.t.Fatal(err)
		}
		var total float64
		for j, part := range parts {
			x := values(uint64(10*i+j), sizes[j])
			if kind == kernel.Moment {
				x = make([]float64, len(x))
			}
			d.Write(part, narrow(x))
			for _, v := range x {
				total += v * v
			}
		}
		all := d.read(whole)
		if got := inner(all, all); got != total {
			d.t.Errorf("squares of a group's parts sum to %g, those of the whole to %g", total, got)
		}
		wholes = append(wholes, whole)
	}
	n := wholes[0].Len()
	for _, w := range wholes {
		if w.Len() != n {
			d.t.Fatalf("groups of equal sizes have %d and %d numbers", n, w.Len())
		}
	}
	factors := d.zeros(kernel.UpdateFactors)
	f := make([]float32, kernel.UpdateFactors)
	kernel.Update{Beta1: 0.5, Rest1: 0.5, Beta2: 0.5, Rest2: 0.5, Rate: 0.25, Root: 1, Epsilon: 1e-8, Before: 0.5, After: 1}.Floats(f)
	d.Write(factors, f)
	p, g := d.read(wholes[0]), d.read(wholes[3])
	d.AdamW(wholes[0], wholes[1], wholes[2], wholes[3], factors)
	for i, x := range d.read(wholes[0]) {
		if (p[i] == 0 && g[i] == 0) != (x == 0) {
			d.t.Fatalf("after a step, element %d of the whole is %g", i, x)
		}
	}
}
