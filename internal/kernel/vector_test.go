package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// awkward is n numbers with zeros, denormals, infinities and NaN among them.
func awkward(r *rand.Rand, n int) []float32 {
	x := randoms(r, n)
	for i := range x {
		switch r.IntN(60) {
		case 0:
			x[i] = float32(math.Inf(1))
		case 1:
			x[i] = float32(math.Inf(-1))
		case 2:
			x[i] = float32(math.NaN())
		case 3:
			x[i] = float32(math.Copysign(0, -1))
		case 4:
			x[i] *= 1e30
		case 5:
			x[i] *= 60
		}
	}
	return x
}

// same compares bits, but for those of NaN.
func same(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

func TestReductionsGiveTheSameBitsOnEveryPath(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for n := range 200 {
		for _, x := range [][]float32{randoms(r, n+1), awkward(r, n+1)} {
			x := x[1:] // vectors needn't be aligned
			y := append(randoms(r, n), 7)
			sum, dot, top := sumPortable(x), dotPortable(x, y), maxPortable(x)
			onEveryPath(func(p path) {
				for _, v := range []struct {
					name      string
					got, want float32
				}{{"Sum", Sum(x), sum}, {"Dot", Dot(x, y), dot}, {"SumSquares", SumSquares(x), dotPortable(x, x)}, {"Max", Max(x), top}} {
					if !same(v.got, v.want) {
						t.Fatalf("%s: %s of %d elements is %v, want %v", p.name, v.name, n, v.got, v.want)
					}
				}
			})
		}
	}
}

// TestReductionsFollowTheLanes compares with the definition: 16 lanes in order, then halves.
func TestReductionsFollowTheLanes(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for _, n := range []int{0, 1, 15, 16, 17, 100} {
		x, y := randoms(r, n), randoms(r, n)
		var l [16]float32
		for i := range x {
			l[i%16] += float32(x[i] * y[i])
		}
		for _, half := range []int{8, 4, 2, 1} {
			for i := range half {
				l[i] += l[i+half]
			}
		}
		if got := Dot(x, y); !same(got, l[0]) {
			t.Errorf("Dot of %d elements is %v, want %v", n, got, l[0])
		}
	}
}

func TestMaxPassesOverNaN(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	onEveryPath(func(p path) {
		for _, c := range []struct {
			x    []float32
			want float32
		}{{nil, -inf}, {[]float32{nan}, -inf}, {[]float32{-3, nan, -2}, -2}, {[]float32{nan, inf, 1}, inf}, {[]float32{-inf, -inf}, -inf}} {
			if got := Max(c.x); got != c.want {
				t.Errorf("%s: Max(%v) = %v, want %v", p.name, c.x, got, c.want)
			}
		}
	})
}

func TestExpOnEveryPath(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	onEveryPath(func(p path) {
		for n := range 70 {
			x, shift, scale := awkward(r, n), float32(r.NormFloat64()), float32(r.NormFloat64())
			y := randoms(r, n+1)
			beyond := y[n]
			expAll(y, x, shift, scale)
			for i, v := range x {
				if want := Exp(float32((v - shift) * scale)); !same(y[i], want) {
					t.Fatalf("%s: exp of (%v - %v) %v is %v, want %v", p.name, v, shift, scale, y[i], want)
				}
			}
			if !same(y[n], beyond) {
				t.Fatalf("%s: exp of %d elements wrote one more", p.name, n)
			}
		}
		var x []float32
		everyFloat(1<<18, func(v float32) { x = append(x, v) })
		y := make([]float32, len(x))
		expAll(y, x, 0, 1)
		for i, v := range x {
			if !same(y[i], Exp(v)) {
				t.Fatalf("%s: exp of %v is %v, want %v", p.name, v, y[i], Exp(v))
			}
		}
	})
}

func TestScaleOnEveryPath(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	onEveryPath(func(p path) {
		for n := range 70 {
			x, factor := awkward(r, n), float32(r.NormFloat64())
			y := append([]float32{}, x...)
			Scale(y, y, factor)
			for i, v := range x {
				if !same(y[i], v*factor) {
					t.Fatalf("%s: %v times %v is %v", p.name, v, factor, y[i])
				}
			}
		}
	})
}

func BenchmarkSlices(b *testing.B) {
	for _, n := range []int{8, 32, 128, 500, 2048} {
		x, y := ramp(n), make([]float32, n)
		for _, f := range []struct {
			name string
			run  func()
		}{
			{"exp", func() { expAll(y, x, 1, 1) }},
			{"sum", func() { Sum(x) }},
			{"dot", func() { Dot(x, y) }},
			{"max", func() { Max(x) }},
			{"scale", func() { Scale(y, x, 3) }},
		} {
			for _, p := range paths() {
				b.Run(fmt.Sprintf("%s/%d/%s", f.name, n, p.name), func(b *testing.B) {
					defer func(p path) { current = p }(current)
					current = p
					for b.Loop() {
						f.run()
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/element")
				})
			}
		}
	}
}

// expAll is exp on the current path.
func expAll(y, x []float32, shift, scale float32) {
	current.expLanes(y[:len(x)], x, shift, scale, &expSums)
}

var expSums [lanes]float32 // that nobody reads
