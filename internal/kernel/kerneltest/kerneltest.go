// Package kerneltest is what every kernel.Backend must pass: operations against float64 references written from their
// definitions, and their backward twins against finite differences of these references.
package kerneltest

import (
	"math"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// Tolerance is how far results may be from the exact ones, relative to the largest element of a result.
type Tolerance struct {
	Forward, Gradient float64
	Products          float64 // matrix products, and losses, which are made of them
	// Steps is how many steps of the summed index a product takes at once: parts of a batch that is a multiple of it have the
	// bits of the whole.
	Steps int
}

// lossGradient is that of gradients of losses, which come of a product of a product.
func (t Tolerance) lossGradient() float64 { return max(t.Gradient, 2*t.Products) }

// Float32 is the tolerance of float32, which has a unit of 6e-8; the sums here are short.
var Float32 = Tolerance{Forward: 3e-6, Gradient: 2e-5, Products: 3e-6, Steps: 1}

// TF32 is that of products of tensor cores, which take operands of TF32, eight steps at once (PTX ISA, mma.m16n8k8). Rounding an
// operand changes it by up to 2^-11 of it, and so a product by up to 2^-10: so much, of the largest element of a result, is what
// sums of the tests' independent numbers come to at most, where some are nearer to their bound than others.
var TF32 = Tolerance{Forward: Float32.Forward, Gradient: Float32.Gradient, Products: 1.0 / 1024, Steps: 8}

// RoundTF32 rounds to TF32, 10 bits behind the point, ties away from zero, as cvt.rna.tf32.f32 of the PTX ISA does.
func RoundTF32(x float32) float32 {
	return math.Float32frombits((math.Float32bits(x) + 1<<12) &^ (1<<13 - 1))
}

// largest is the largest batch of the tests: widths are multiples of 32 here, and odd in the tests of each operation.
var largest = kernel.Shape{
	AttentionShape: kernel.AttentionShape{Batch: 3, Time: 96, Heads: 2, Size: 32}, Intermediate: 160, Vocab: 1056,
}

// T is what tests tell their failures to. A *testing.T is one, and so is what a program runs tests with (Test.Failures).
// Fatal and Fatalf end the test's goroutine.
type T interface {
	Helper()
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// Test is one of the tests that a backend must pass.
type Test struct {
	Name string
	run  func(T, *device)
}

// Tests are all of them.
func Tests() []Test {
	return []Test{
		{"memory", testMemory},
		{"embed", testEmbed},
		{"norm", testNorm},
		{"product", testProduct},
		{"rotate", testRotate},
		{"attention", testAttention},
		{"swiglu", testSwiGLU},
		{"loss", testLoss},
		{"adamw", testAdamW},
		{"large", testLarge},
		{"order", testOrder},
		{"micro-batches", testMicroBatches},
		{"reuse", testReuse},
		{"replay", testReplay},
		{"snapshot", testSnapshot},
	}
}

// Run tests a fresh backend.
func (c Test) Run(t T, tolerance Tolerance, b kernel.Backend) {
	t.Helper()
	if err := b.Prepare(largest); err != nil {
		t.Fatal(err)
	}
	c.run(t, &device{t, tolerance, b})
}

// parent is a *testing.T, which runs tests below its own. This package doesn't name it, so that programs can run the tests
// without linking package testing.
type parent[S any] interface {
	T
	Run(name string, test func(S)) bool
}

// Run holds a backend to the interface's contract, in go test. Open makes a fresh one.
func Run[S parent[S]](t S, tolerance Tolerance, open func(t S) kernel.Backend) {
	for _, c := range Tests() {
		t.Run(c.Name, func(t S) {
			b := open(t)
			defer b.Close()
			c.Run(t, tolerance, b)
		})
	}
}

// device makes buffers of a backend and reads them.
type device struct {
	t T
	Tolerance
	kernel.Backend
}

func (d *device) zeros(n int) kernel.Buffer {
	d.t.Helper()
	return d.group(kernel.Activation, n)[0]
}

func (d *device) group(kind kernel.Kind, sizes ...int) []kernel.Buffer {
	d.t.Helper()
	_, parts, err := d.NewBuffers(kernel.Group{Kind: kind, Sizes: sizes})
	if err != nil {
		d.t.Fatal(err)
	}
	return parts
}

// put rounds x to float32 in a buffer.
func (d *device) put(x []float64) kernel.Buffer {
	d.t.Helper()
	b := d.zeros(len(x))
	d.Write(b, narrow(x))
	return b
}

func (d *device) putIDs(kind kernel.Kind, x []int32) kernel.IDs {
	d.t.Helper()
	b, err := d.NewIDs(kind, len(x))
	if err != nil {
		d.t.Fatal(err)
	}
	d.WriteIDs(b, x)
	return b
}

func (d *device) read(b kernel.Buffer) []float64 {
	d.t.Helper()
	x := make([]float32, b.Len())
	if err := d.Read(x, b); err != nil {
		d.t.Fatal(err)
	}
	return widen(x)
}

// is compares a buffer with what it should hold.
func (d *device) is(what string, b kernel.Buffer, want []float64, tolerance float64) {
	d.t.Helper()
	got := d.read(b)
	var largest float64
	for _, x := range want {
		largest = max(largest, math.Abs(x))
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tolerance*(largest+1e-3)) {
			d.t.Errorf("%s: element %d is %g, want %g within %g of %g", what, i, got[i], want[i], tolerance, largest)
			return
		}
	}
}

func narrow(x []float64) []float32 {
	y := make([]float32, len(x))
	for i := range x {
		y[i] = float32(x[i])
	}
	return y
}

func widen(x []float32) []float64 {
	y := make([]float64, len(x))
	for i := range x {
		y[i] = float64(x[i])
	}
	return y
}

// values are n numbers of about unit size that float32 holds exactly, the same for one seed.
func values(seed uint64, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		seed = seed*6364136223846793005 + 1442695040888963407
		x[i] = float64(int64(seed)>>40) / (1 << 22)
	}
	return x
}

// gradient is that of sum(weights * f(x)) by central differences in float64: accurate to about 1e-9.
func gradient(x, weights []float64, f func(x []float64) []float64) []float64 {
	const step = 1e-5
	g, at := make([]float64, len(x)), append([]float64{}, x...)
	for i := range x {
		at[i] = x[i] + step
		above := inner(weights, f(at))
		at[i] = x[i] - step
		g[i] = (above - inner(weights, f(at))) / (2 * step)
		at[i] = x[i]
	}
	return g
}

func inner(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func plus(a, b []float64) []float64 {
	sum := make([]float64, len(a))
	for i := range a {
		sum[i] = a[i] + b[i]
	}
	return sum
}
