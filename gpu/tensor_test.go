//go:build cuda

package gpu

import (
	"bytes"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/kernel/kerneltest"
)

func TestTensorBackend(t *testing.T) {
	d := open(t, InPrecision(TF32))
	kerneltest.Run(t, kerneltest.TF32, func(t *testing.T) kernel.Backend { return backendOf(t, d) })
}

func TestUnknownPrecision(t *testing.T) {
	if _, err := Open(0, InPrecision("float8")); err == nil {
		t.Error("a device with products in float8 is opened")
	}
}

// matrix is (rows,columns) on the host, or its transpose.
type matrix struct {
	rows, columns int
	x             []float32
}

func randomMatrix(random *rand.Rand, rows, columns int) matrix {
	m := matrix{rows, columns, make([]float32, rows*columns)}
	for i := range m.x {
		m.x[i] = float32(random.NormFloat64())
	}
	return m
}

func (m matrix) transposed() matrix {
	t := matrix{m.columns, m.rows, make([]float32, len(m.x))}
	for r := range m.rows {
		for c := range m.columns {
			t.x[c*m.rows+r] = m.x[r*m.columns+c]
		}
	}
	return t
}

func (m matrix) stored(trans bool) []float32 {
	if trans {
		return m.transposed().x
	}
	return m.x
}

// poison is numbers around a matrix that no product may read: they would make all that they touch NaN. Odd keeps the matrix from
// beginning at a multiple of 16 bytes.
const poison, odd = 64, 61

// surrounded writes numbers between NaNs, where they lie on the device.
func surrounded(t *testing.T, b kernel.Backend, x []float32, before int) kernel.Buffer {
	t.Helper()
	all := make([]float32, before+len(x)+poison)
	for i := range all {
		all[i] = float32(math.NaN())
	}
	copy(all[before:], x)
	whole, _, err := b.NewBuffers(kernel.Group{Kind: kernel.Activation, Sizes: []int{len(all)}})
	if err != nil {
		t.Fatal(err)
	}
	b.Write(whole, all)
	return whole.Slice(before, before+len(x))
}

func read(t *testing.T, b kernel.Backend, x kernel.Buffer) []float32 {
	t.Helper()
	all := make([]float32, x.Len())
	if err := b.Read(all, x); err != nil {
		t.Fatal(err)
	}
	return all
}

// tensorShapes have sides around those of tiles, warps, parts and single products, and what is read number by number.
var tensorShapes = [][3]int{
	{1, 1, 1}, {3, 50, 7}, {64, 64, 16}, {65, 63, 17}, {68, 60, 100}, {16, 8, 8}, {130, 132, 68}, {129, 257, 15}, {40, 24, 300}, {31, 96, 1030},
	{700, 2400, 20}, {2080, 1100, 12}, {4140, 1030, 9}, {33 * 128, 4 * 128, 36},
	{4160, 1032, 84},
}

// TestTensorProducts compares with sums in float64 over operands that are rounded: what is left is the rounding of sums, once in
// eight steps.
func TestTensorProducts(t *testing.T) {
	b := backendOf(t, open(t, InPrecision(TF32)))
	random := rand.New(rand.NewPCG(5, 6))
	for _, s := range tensorShapes {
		x, y, before := randomMatrix(random, s[0], s[2]), randomMatrix(random, s[2], s[1]), randomMatrix(random, s[0], s[1])
		first := map[bool][]float32{} // by whether it is added
		for i := range 8 {
			if s[0]*s[1] > 1<<21 && bits.OnesCount(uint(i))%2 == 1 {
				continue // half of all takes long enough
			}
			transA, transB, accumulate := i&1 != 0, i&2 != 0, i&4 != 0
			what := fmt.Sprintf("%d by %d by %d, transposes %v %v, accumulate %v", s[0], s[1], s[2], transA, transB, accumulate)
			at := poison
			if i == 3 || i == 4 {
				at = odd
			}
			c := surrounded(t, b, before.x, at)
			b.Product(c, surrounded(t, b, x.stored(transA), at), transA, surrounded(t, b, y.stored(transB), at), transB, s[0], s[1], s[2], accumulate)
			got := read(t, b, c)
			if first[accumulate] == nil {
				first[accumulate] = got
				checkTensorProduct(t, what, got, x, y, before, accumulate)
			}
			for j := range got {
				if want := first[accumulate][j]; got[j] != want {
					t.Fatalf("%s: element %d is %g, by other transposes %g", what, j, got[j], want)
				}
			}
		}
	}
}

// checkTensorProduct checks some elements, those of the last row and column among them.
func checkTensorProduct(t *testing.T, what string, got []float32, x, y, before matrix, accumulate bool) {
	t.Helper()
	rounds := float64((x.columns+7)/8 + 1)
	for r := range x.rows {
		for c := range y.columns {
			if at := r*y.columns + c; at%37 != 0 && r != x.rows-1 && c != y.columns-1 {
				continue
			}
			var want, size float64
			if accumulate {
				want = float64(before.x[r*y.columns+c])
				size = math.Abs(want)
			}
			for k := range x.columns {
				product := float64(kerneltest.RoundTF32(x.x[r*x.columns+k])) * float64(kerneltest.RoundTF32(y.x[k*y.columns+c]))
				want += product
				size += math.Abs(product)
			}
			if got := float64(got[r*y.columns+c]); !(math.Abs(got-want) <= rounds*0x1p-24*size) {
				t.Fatalf("%s: (%d,%d) is %g, want %g within %g", what, r, c, got, want, rounds*0x1p-24*size)
			}
		}
	}
}

// TestTensorProductsDontDependOnTiles computes the first rows and columns of a product alone, and with so many others that tiles are
// larger.
func TestTensorProductsDontDependOnTiles(t *testing.T) {
	b := backendOf(t, open(t, InPrecision(TF32)))
	random := rand.New(rand.NewPCG(7, 8))
	const k, rows, columns = 52, 70, 66
	x, y := randomMatrix(random, 4200, k), randomMatrix(random, 1030, k)
	var first []float32
	for _, s := range [][2]int{{rows, columns}, {1500, 1030}, {4200, 1030}} {
		m, n := s[0], s[1]
		c := surrounded(t, b, make([]float32, m*n), poison)
		b.Product(c, surrounded(t, b, x.x[:m*k], poison), false, surrounded(t, b, y.x[:n*k], poison), true, m, n, k, false)
		got := read(t, b, c)
		if first == nil {
			first = got
		}
		for i, want := range first {
			if got := got[i/columns*n+i%columns]; got != want {
				t.Fatalf("of %d by %d, element (%d,%d) is %g, alone %g", m, n, i/columns, i%columns, got, want)
			}
		}
	}
}

// TestTensorTraining is the same steps as graphs, as launches, and again.
func TestTensorTraining(t *testing.T) {
	var first []byte
	for _, options := range [][]Option{nil, {WithoutGraphs()}, nil} {
		b := backendOf(t, open(t, append(options, InPrecision(TF32))...))
		got := numbers(t, trainerOf(t, b, wider, 7), wider)
		if first == nil {
			first = got
		}
		if !bytes.Equal(got, first) {
			t.Errorf("steps with %d options end in other numbers", len(options))
		}
	}
}

// TestLossesOfTensorCores holds ten steps to those in float32.
func TestLossesOfTensorCores(t *testing.T) {
	losses := map[string][]float32{}
	for _, precision := range Precisions() {
		b := backendOf(t, open(t, InPrecision(precision)))
		losses[precision] = lossesOfTheRest(t, trainerOf(t, b, wider, 30))
	}
	want, got, equal := losses[Float32], losses[TF32], 0
	if len(want) != 10 {
		t.Fatalf("%d steps", len(want))
	}
	for i, loss := range want {
		if !(math.Abs(float64(got[i]-loss)) <= 1e-3*float64(loss)) {
			t.Errorf("step %d has the loss %g, in float32 %g", i+1, got[i], loss)
		}
		if got[i] == loss {
			equal++
		}
	}
	if equal == len(want) {
		t.Error("all losses are those of float32")
	}
}
