package kernel

import (
	"math"
	"testing"
)

// everyFloat calls f with about n float32 spread over all signs and exponents, and with the special values.
func everyFloat(n int, f func(x float32)) {
	inf := float32(math.Inf(1))
	for _, x := range []float32{0, float32(math.Copysign(0, -1)), 1, -1, inf, -inf, math.MaxFloat32, math.SmallestNonzeroFloat32} {
		f(x)
	}
	step := uint64(1<<32)/uint64(n) | 1
	for bits := uint64(0); bits < 1<<32; bits += step {
		f(math.Float32frombits(uint32(bits)))
	}
}

// ulps is the distance of got from want in units of the last place of want as a float32.
func ulps(got float32, want float64) float64 {
	if float64(got) == want || got != got && want != want {
		return 0
	}
	_, e := math.Frexp(want)
	return math.Abs(float64(got)-want) / math.Ldexp(1, max(e-24, -149))
}

func TestExp(t *testing.T) {
	worst, at := 0.0, float32(0)
	everyFloat(1<<20, func(x float32) {
		want := math.Exp(float64(x))
		if x < expLow {
			want = 0
		}
		if want > math.MaxFloat32 {
			want = math.Inf(1)
		}
		if e := ulps(Exp(x), want); !(e <= worst) {
			worst, at = e, x
		}
	})
	for x := float32(-88); x < 89; x += 1.0 / 4096 {
		if x < expLow || x > expHigh {
			continue
		}
		if e := ulps(Exp(x), math.Exp(float64(x))); !(e <= worst) {
			worst, at = e, x
		}
	}
	t.Logf("at most %.3f ulp, at %v", worst, at)
	if !(worst <= 1) {
		t.Errorf("Exp(%v) = %v is %.3f ulp off", at, Exp(at), worst)
	}
}

func TestExpNeverDenormal(t *testing.T) {
	for x := float32(-110); x < -80; x += 1.0 / 1024 {
		if y := Exp(x); y != 0 && y < smallestNormal {
			t.Fatalf("Exp(%v) = %v", x, y)
		}
	}
	if y := Exp(float32(math.NaN())); y == y {
		t.Errorf("Exp(NaN) = %v", y)
	}
	if y := Exp(0); y != 1 {
		t.Errorf("Exp(0) = %v", y)
	}
}

func TestLog(t *testing.T) {
	worst, at := 0.0, float32(0)
	check := func(x float32) {
		if e := ulps(Log(x), math.Log(float64(x))); !(e <= worst) {
			worst, at = e, x
		}
	}
	everyFloat(1<<20, check)
	for i := range 1 << 16 { // the neighbours of 1, where the result is small
		check(math.Float32frombits(math.Float32bits(1) - 1<<15 + uint32(i)))
	}
	t.Logf("at most %.4f ulp, at %v", worst, at)
	if !(worst <= 0.51) {
		t.Errorf("Log(%v) = %v is %.3f ulp off", at, Log(at), worst)
	}
}

func TestSinCos(t *testing.T) {
	check := func(x float32) {
		gotSin, gotCos := SinCos(x)
		wantSin, wantCos := math.Sincos(float64(x))
		for _, v := range []struct {
			name string
			got  float32
			want float64
		}{{"sin", gotSin, wantSin}, {"cos", gotCos, wantCos}} {
			if e := math.Abs(float64(v.got) - v.want); e > 0x1p-44 && ulps(v.got, v.want) > 0.51 {
				t.Fatalf("%s(%v) = %v, want %v", v.name, x, v.got, v.want)
			}
		}
	}
	everyFloat(1<<18, func(x float32) {
		if math.Abs(float64(x)) <= 1e6 {
			check(x)
		} else if s, c := SinCos(x); s == s || c == c {
			t.Fatalf("SinCos(%v) = %v, %v", x, s, c)
		}
	})
	for x := float32(0); x < 4200; x += 1.0 / 128 {
		check(x)
	}
}

// TestGoldenMath pins bits that hold on every processor and for every build tag.
func TestGoldenMath(t *testing.T) {
	var results []float32
	everyFloat(1<<12, func(x float32) {
		sin, cos := SinCos(x)
		for _, y := range []float32{Exp(x), Log(x), sin, cos} {
			if y == y {
				results = append(results, y)
			}
		}
	})
	pin(t, results, "715fb26c2164e0513ea649b5e8647ef54a782ed91fe40bbec7a4beef035e4adc")
}

func BenchmarkExp(b *testing.B) {
	x, y := ramp(4096), make([]float32, 4096)
	for b.Loop() {
		for i, v := range x {
			y[i] = Exp(v)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4096, "ns/element")
}

// ramp is n values from -10 to 10, in an order that no branch predictor knows.
func ramp(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i*7919%n)/float32(n)*20 - 10
	}
	return x
}
