package kernel

import (
	"math/rand/v2"
	"testing"
)

type trainingFunction struct {
	name string
	run  func(p path, x [6][]float32) float32
}

// on runs the function on the first n elements of copies.
func (f trainingFunction) on(p path, given [6][]float32, n int) (result float32, copies [6][]float32) {
	var first [6][]float32
	for i := range given {
		copies[i] = append([]float32{}, given[i]...)
		first[i] = copies[i][:n:n]
	}
	return f.run(p, first), copies
}

// TestTrainingFunctionsGiveTheSameBitsOnEveryPath runs each function on every path with every length, and looks at all that it
// writes, and at what stands behind that.
func TestTrainingFunctionsGiveTheSameBitsOnEveryPath(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	a, b := float32(r.NormFloat64()), float32(r.NormFloat64())
	update := [UpdateFactors]float32{0.9, 0.1, 0.999, 0.001, 0.01, 1.5, 1e-8, 0.99, 0.98}
	functions := []trainingFunction{
		{"expLanes", func(p path, x [6][]float32) float32 {
			var sums [lanes]float32
			copy(sums[:], x[2])
			p.expLanes(x[0], x[1], a, b, &sums)
			return join(&sums)
		}},
		{"add", func(p path, x [6][]float32) float32 { p.add(x[0], x[1], x[2]); return 0 }},
		{"add in place", func(p path, x [6][]float32) float32 { p.add(x[0], x[0], x[2]); return 0 }},
		{"scaleRow", func(p path, x [6][]float32) float32 { p.scaleRow(x[0], x[1], x[2], a); return 0 }},
		{"adamw", func(p path, x [6][]float32) float32 { p.adamw(x[0], x[1], x[2], x[3], &update); return 0 }},
	}
	for _, f := range functions {
		for n := range 70 {
			var given [6][]float32
			for i := range given {
				given[i] = awkward(r, n+1)
			}
			wantResult, want := f.on(portable, given, n)
			onEveryPath(func(p path) {
				result, got := f.on(p, given, n)
				if !same(result, wantResult) {
					t.Fatalf("%s: %s of %d elements is %v, want %v", p.name, f.name, n, result, wantResult)
				}
				for i := range got {
					if j, ok := bitsEqual(got[i], want[i]); !ok {
						t.Fatalf("%s: %s of %d elements: element %d of slice %d is %v, want %v", p.name, f.name, n, j, i, got[i][j], want[i][j])
					}
				}
			})
		}
	}
}
