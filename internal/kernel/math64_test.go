package kernel

import (
	"math"
	"testing"
)

func TestFloat64Functions(t *testing.T) {
	for i := range 200000 {
		x := (float64(i) - 1e5) * 0.00617
		if got, want := Exp64(x), math.Exp(x); math.Abs(got-want) > 2e-15*want {
			t.Fatalf("Exp64(%v) = %v, want %v", x, got, want)
		}
		p := math.Exp(x / 10)
		if got, want := Log64(p), math.Log(p); math.Abs(got-want) > 1e-15*(1+math.Abs(want)) {
			t.Fatalf("Log64(%v) = %v, want %v", p, got, want)
		}
		s, c := SinCos64(x * 50)
		ws, wc := math.Sincos(x * 50)
		if math.Abs(s-ws) > 2e-15 || math.Abs(c-wc) > 2e-15 {
			t.Fatalf("SinCos64(%v) = %v, %v, want %v, %v", x*50, s, c, ws, wc)
		}
	}
}
