package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// operands draws x, y and z where one rounding and two differ, or where little else than chance is at work.
func operands(r *rand.Rand) (x, y, z float32) {
	x, y, z = math.Float32frombits(r.Uint32()), math.Float32frombits(r.Uint32()), math.Float32frombits(r.Uint32())
	switch r.IntN(4) {
	case 0: // near-cancellation
		z = -x * y * (1 + float32(r.IntN(5)-2)*0x1p-23)
	case 1, 2: // x y is nearly half a unit in the last place of z, or half the smallest denormal number
		d := float32(1+r.IntN(256)) * 0x1p-23
		x, y = 1+d, 1-d
		if r.IntN(2) == 0 {
			x = -x
		}
		if r.IntN(3) == 0 {
			z = math.Float32frombits(r.Uint32() & 0x83ffffff)
		}
		_, e := math.Frexp(float64(z))
		half := max(e-25, -150)
		x *= float32(math.Ldexp(1, half/2))
		y *= float32(math.Ldexp(1, half-half/2))
	}
	return x, y, z
}

func TestFMARoundsOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	differ := 0
	for range 300000 {
		x, y, z := operands(r)
		if beyond(x) || beyond(y) || beyond(z) {
			continue
		}
		got, want := FMA(x, y, z), exactFMA(x, y, z)
		if !same(got, want) {
			t.Fatalf("FMA(%x, %x, %x) = %x, want %x", x, y, z, got, want)
		}
		if float32(math.FMA(float64(x), float64(y), float64(z))) != want {
			differ++
		}
	}
	if differ < 1000 {
		t.Errorf("only %d operands show double rounding", differ)
	}
}

// exactFMA rounds the exact sum, known to as many bits as any three float32 need.
func exactFMA(x, y, z float32) float32 {
	exact := func(v float32) *big.Float { return new(big.Float).SetPrec(1000).SetFloat64(float64(v)) }
	sum := exact(x)
	sum.Mul(sum, exact(y)).Add(sum, exact(z))
	if sum.Sign() == 0 { // IEEE 754's sign of a zero sum; float64 is exact here
		return float32(float64(x)*float64(y) + float64(z))
	}
	rounded, _ := sum.Float32()
	return rounded
}

func beyond(x float32) bool { return x != x || math.IsInf(float64(x), 0) }

func TestFMAOfSpecialValues(t *testing.T) {
	inf, nan, negative := float32(math.Inf(1)), float32(math.NaN()), float32(math.Copysign(0, -1))
	for _, c := range []struct{ x, y, z, want float32 }{
		{0, 1, 0, 0}, {negative, 1, 0, 0}, {negative, 1, negative, negative}, {1, -1, 1, 0},
		{inf, 1, 0, inf}, {inf, 0, 0, nan}, {inf, 1, -inf, nan}, {1, 1, -inf, -inf}, {nan, 1, 1, nan},
		{math.MaxFloat32, 2, 0, inf}, {math.MaxFloat32, 2, -math.MaxFloat32, math.MaxFloat32},
		{-0x1p-80, 0x1p-80, 0, negative},
	} {
		if got := FMA(c.x, c.y, c.z); !same(got, c.want) {
			t.Errorf("FMA(%v, %v, %v) = %v, want %v", c.x, c.y, c.z, got, c.want)
		}
	}
}

// TestProductsRoundOnce: a step of a product is FMA, in each column.
func TestProductsRoundOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	const n = 7
	var b, c [n]float32
	for range 20000 {
		x, y, z := operands(r)
		want := FMA(x, y, z)
		onEveryPath(func(p path) {
			for j := range n {
				b[j], c[j] = y, z
			}
			MatMul(c[:], []float32{x}, false, b[:], false, 1, n, 1, true)
			for j, got := range c {
				if !same(got, want) {
					t.Fatalf("%s: column %d of %x * %x + %x is %x, want %x", p.name, j, x, y, z, got, want)
				}
			}
		})
	}
}
