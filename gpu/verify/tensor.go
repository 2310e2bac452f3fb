package verify

import (
	"fmt"
	"math"
	"time"

	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/kernel/kerneltest"
)

// tensorParts look at products in TF32. Their bits are the device's: they are held to references, to float32, and to themselves.
func tensorParts() []Part {
	return []Part{
		{Name: "tf32-conformance", Title: "Operations in TF32 against float64 references", Box: 60 * time.Second, run: conformInTF32},
		{Name: "tf32-products", Title: "Products in TF32 against those of rounded operands", Box: 60 * time.Second, run: compareTensorProducts},
		{Name: "tf32-steps", Title: "Ten steps in TF32 against float32", Box: 45 * time.Second, run: comparePrecisions},
		{Name: "tf32-repeat", Title: "The same run twice in TF32", Box: 45 * time.Second, run: func(w *work) error { return w.compareRuns(TensorGraphs, TensorGraphs) }},
		{Name: "tf32-graphs", Title: "Steps in TF32 as graphs against single launches", Box: 45 * time.Second,
			run: func(w *work) error { return w.compareRuns(TensorGraphs, TensorLaunches) }},
		{Name: "tf32-resume", Title: "A run in TF32 that is killed and resumed", Box: 60 * time.Second, run: resumedInTF32.killAndResume},
	}
}

func conformInTF32(w *work) error { return w.conformBy(TensorGraphs, kerneltest.TF32) }

// tensorProduct is a product whose tiles have so many rows.
type tensorProduct struct{ m, n, k, tile int }

// tensorProducts have sides that fill tiles and sides that don't, and matrices that are read number by number.
func tensorProducts() []tensorProduct {
	return []tensorProduct{{65, 63, 17, 64}, {130, 132, 600, 64}, {1500, 1400, 21, 128}, {1408, 1536, 100, 128}, {2100, 2050, 33, 256}, {2304, 2048, 68, 256}}
}

func (p tensorProduct) name(form string) string {
	return fmt.Sprintf("product tf32 %s %dx%dx%d", form, p.m, p.n, p.k)
}

// forms are the pairs of transposes, as kernels' names have them.
var forms = []struct {
	name           string
	transA, transB bool
}{{"nn", false, false}, {"nt", false, true}, {"tn", true, false}, {"tt", true, true}}

// compareTensorProducts holds products to sums in float64, and those of one size by all forms to the same bits.
func compareTensorProducts(w *work) error {
	d, err := w.open(TensorGraphs)
	if err != nil {
		return err
	}
	all := tensorProducts()
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = p.name("all forms")
	}
	return w.each(names, func(i int) error {
		b, err := d.NewBackend()
		if err != nil {
			return err
		}
		err = all[i].compare(w, b)
		if closed := b.Close(); err == nil {
			err = closed
		}
		return err
	})
}

func (p tensorProduct) compare(w *work, b kernel.Backend) error {
	in := &inputs{Backend: b, seed: 1}
	a, y, before := in.numbers(p.m*p.k, 0), in.numbers(p.k*p.n, 0), in.numbers(p.m*p.n, 0)
	var first []float32
	for _, f := range forms {
		c := in.write(before)
		b.Product(c, in.write(stored(a, p.m, p.k, f.transA)), f.transA, in.write(stored(y, p.k, p.n, f.transB)), f.transB, p.m, p.n, p.k, true)
		got := make([]float32, p.m*p.n)
		if err := b.Read(got, c); err != nil {
			return err
		}
		if first == nil {
			first = got
			off := p.farthest(got, a, y, before)
			w.check(p.name(f.name), off <= 1, "%.2g of what rounding sums may come to", off)
			continue
		}
		d := compare(got, first)
		w.check(p.name(f.name), d.n == 0, "%s, against nn", d)
	}
	return nil
}

// stored is x (rows,columns), or its transpose.
func stored(x []float32, rows, columns int, trans bool) []float32 {
	if !trans {
		return x
	}
	y := make([]float32, len(x))
	for r := range rows {
		for c := range columns {
			y[c*rows+r] = x[r*columns+c]
		}
	}
	return y
}

// farthest is the largest error of a sum of before (m,n) and a (m,k) times y (k,n), of which a sample is looked at, in units of the
// bound: in eight steps a tensor core adds nine numbers, each of which it cuts off 23 bits behind the first of the largest one, or later.
func (p tensorProduct) farthest(got, a, y, before []float32) (most float64) {
	a, y = roundedAll(a), roundedAll(y)
	bound := float64((p.k+7)/8+1) * 9 * 0x1p-23
	for at := 0; at < len(got); at += 41 {
		r, c := at/p.n, at%p.n
		want := float64(before[at])
		size := math.Abs(want)
		for k := range p.k {
			product := float64(a[r*p.k+k]) * float64(y[k*p.n+c])
			want, size = want+product, size+math.Abs(product)
		}
		most = max(most, math.Abs(float64(got[at])-want)/(bound*size))
	}
	return most
}

func roundedAll(x []float32) []float32 {
	y := make([]float32, len(x))
	for i := range x {
		y[i] = kerneltest.RoundTF32(x[i])
	}
	return y
}

// lossTolerance is how far losses in TF32 may be from those in float32, of themselves: ten steps carry the rounding of operands, 2^-11,
// through the updates.
const lossTolerance = 1e-3

// comparePrecisions takes ten steps in TF32 and in float32.
func comparePrecisions(w *work) error {
	var losses [2][]float32
	for i, way := range []Way{TensorGraphs, Graphs} {
		file, err := w.tenSteps(way)
		if err != nil {
			return err
		}
		s, err := readState(file)
		if err != nil {
			return err
		}
		losses[i] = s.losses
	}
	for i, want := range losses[1] {
		got := losses[0][i]
		w.check(fmt.Sprintf("loss of step %d", i+1), relative(got, want) <= lossTolerance, "%g, in float32 %g", got, want)
	}
	return nil
}
