package kernel

import "math"

// The functions here serve set-up in float64: tables of angles, rates, initial weights. Package math has assembly or
// fused operations on some processors and so other bits there.

// Exp64 returns e^x to about 1e-15 relative for |x| < 700.
func Exp64(x float64) float64 {
	n := math.Floor(float64(x*math.Log2E) + 0.5)
	r := (x - float64(n*ln2High64)) - float64(n*ln2Low64)
	p := 1.0
	for d := 18; d >= 1; d-- { // Taylor with |r| < 0.35: the next term is below 1e-25
		p = float64(p*r)/float64(d) + 1
	}
	return math.Ldexp(p, int(n))
}

// ln 2 in two parts, the first with 21 zero bits at its end, so that its product with an exponent is exact (fdlibm).
const (
	ln2High64 = 6.93147180369123816490e-01
	ln2Low64  = 1.90821492927058770002e-10
)

// Log64 returns the natural logarithm to about 1e-15 relative for finite x > 0.
//
// x = m 2^n with m between sqrt(1/2) and sqrt(2), and log m = 2 atanh(s) with s = (m-1)/(m+1) by its series: |s| < 0.172,
// so the first term left out, s^23/23, is below 2e-19.
func Log64(x float64) float64 {
	m, n := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, n = m*2, n-1
	}
	s := (m - 1) / (m + 1)
	z := float64(s * s)
	p := 1.0 / 21
	for d := 19; d >= 1; d -= 2 {
		p = float64(p*z) + 1/float64(d)
	}
	k := float64(n)
	return float64(k*ln2High64) + (float64(float64(2*s)*p) + float64(k*ln2Low64))
}

// SinCos64 returns the sine and cosine to about 1e-15 absolute for |x| < 1e5.
//
// x = k pi/2 + r with pi/2 in three parts of 33 bits (fdlibm), then Taylor for |r| <= pi/4.
func SinCos64(x float64) (sin, cos float64) {
	const p1, p2, p3 = 1.57079632673412561417e+00, 6.07710050630396597660e-11, 2.02226624879595063154e-21
	k := math.Floor(float64(x*(2/math.Pi)) + 0.5)
	r := ((x - float64(k*p1)) - float64(k*p2)) - float64(k*p3)
	z := float64(r * r)
	s, c := 1.0, 1.0
	for d := 20; d >= 2; d -= 2 {
		c = 1 - float64(c*z)/float64(d*(d-1))
		s = 1 - float64(s*z)/float64(d*(d+1))
	}
	s = float64(s * r)
	switch int64(k) & 3 {
	case 1:
		return c, -s
	case 2:
		return -s, -c
	case 3:
		return -c, s
	}
	return s, c
}
