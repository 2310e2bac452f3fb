package kernel

import "math"

// The functions below are polynomials in a fixed order. Every product is rounded before it is added: Go may fuse
// x*y + z, and does so on some processors, but never across the conversion in float32(x*y) + z.

// Bounds and constants of Exp. Above expHigh the result overflows. Below expLow it would not be a normal float32.
const (
	expHigh = 88.72283
	expLow  = -87.33
	log2e   = 1.44269504088896341
	ln2High = 0.693359375 // nine bits of ln 2, so that its product with a binary exponent is exact
	ln2Low  = -2.12194440e-4
	shifter = 0x1.8p23 // adding it rounds a small float32 to an integer, held in the low bits
)

// Coefficients of (exp(r) - 1 - r)/r^2 on [-ln 2/2, ln 2/2], from the Cephes library (expf.c, S. Moshier).
const (
	exp2 = 5.0000001201e-1
	exp3 = 1.6666665459e-1
	exp4 = 4.1665795894e-2
	exp5 = 8.3334519073e-3
	exp6 = 1.3981999507e-3
	exp7 = 1.9875691500e-4
)

// Exp returns e to the power x, within 1 ulp. It is +Inf above 88.72283 and 0 below -87.33 (where e^x < 1.2e-38): it
// never returns a denormal number. Exp(NaN) is NaN.
func Exp(x float32) float32 {
	if !(x >= expLow && x <= expHigh) {
		return expBeyond(x)
	}
	t := float32(x*log2e) + shifter
	n := t - shifter
	r := (x - float32(n*ln2High)) - float32(n*ln2Low)
	q := float32(r*exp7) + exp6
	q = float32(q*r) + exp5
	q = float32(q*r) + exp4
	q = float32(q*r) + exp3
	q = float32(q*r) + exp2
	y := (float32(q*float32(r*r)) + r) + 1
	return math.Float32frombits(math.Float32bits(y) + math.Float32bits(t)<<23)
}

// expBeyond is Exp outside its polynomial's range.
func expBeyond(x float32) float32 {
	switch {
	case x < expLow:
		return 0
	case x > expHigh:
		return float32(math.Inf(1))
	}
	return x // NaN
}

// Coefficients of log((1+s)/(1-s)) = 2s + s (log1 s^2 + log2 s^4 + ...) for |s| < 0.1716, with an error below 2^-34.2
// (FreeBSD's e_logf.c, Sun Microsystems 1993).
const (
	log1 = 0xaaaaaa.0p-24
	log2 = 0xccce13.0p-25
	log3 = 0x91e9ee.0p-25
	log4 = 0xf89e26.0p-26
)

// Log returns the natural logarithm of x, within 0.51 ulp. Log(0) is -Inf, Log of a negative number NaN.
func Log(x float32) float32 {
	switch {
	case x != x || x < 0:
		return float32(math.NaN())
	case x == 0:
		return float32(math.Inf(-1))
	case x > math.MaxFloat32:
		return x
	}
	// x = 2^e f with f in [sqrt(1/2), sqrt(2)); every float32, denormal ones included, is a normal float64.
	const sqrtHalf = 0x3FE6A09E667F3BCD
	bits := math.Float64bits(float64(x)) + (1023<<52 - sqrtHalf)
	e := float64(int(bits>>52) - 1023)
	f := math.Float64frombits(bits&(1<<52-1) + sqrtHalf)
	s := (f - 1) / (f + 1)
	z := s * s
	q := float64(z*log4) + log3
	q = float64(q*z) + log2
	q = float64(q*z) + log1
	q = float64(q*z) + 2
	return float32(float64(s*q) + float64(e*math.Ln2))
}

// Constants of SinCos: pi/2 in two parts, the first of 33 bits; and the polynomials of sin(y) = y + y^3 (sin3 + ...)
// and cos(y) = 1 + y^2 (cos2 + ...) on [-pi/4, pi/4], with errors below 2^-37 and 2^-34 (FreeBSD's e_rem_pio2f.c,
// k_sinf.c and k_cosf.c, Sun Microsystems 1993).
const (
	halfPiHigh = 1.57079631090164184570
	halfPiLow  = 1.58932547735281966916e-08
	twoOverPi  = 6.36619772367581382433e-01

	sin3 = -0x15555554cbac77.0p-55
	sin5 = 0x111110896efbb2.0p-59
	sin7 = -0x1a00f9e2cae774.0p-65
	sin9 = 0x16cd878c3b46a7.0p-71

	cos2 = -0x1ffffffd0c5e81.0p-54
	cos4 = 0x155553e1053a42.0p-57
	cos6 = -0x16c087e80f1e27.0p-62
	cos8 = 0x199342e0ee5069.0p-68
)

// SinCos returns the sine and the cosine of x radians, each within 0.51 ulp where it exceeds 2^-20 and within 2^-44
// elsewhere, for |x| up to 1e6. Beyond that both are NaN.
func SinCos(x float32) (sin, cos float32) {
	if !(math.Abs(float64(x)) <= 1e6) {
		return float32(math.NaN()), float32(math.NaN())
	}
	const round = 0x1.8p52 // adding it rounds to an integer
	n := (float64(float64(x)*twoOverPi) + round) - round
	y := (float64(x) - float64(n*halfPiHigh)) - float64(n*halfPiLow)
	s, c := sinKernel(y), cosKernel(y)
	switch int(n) & 3 {
	case 1:
		return c, -s
	case 2:
		return -s, -c
	case 3:
		return -c, s
	}
	return s, c
}

func sinKernel(y float64) float32 {
	z := y * y
	q := float64(z*sin9) + sin7
	q = float64(q*z) + sin5
	q = float64(q*z) + sin3
	return float32(float64(q*float64(z*y)) + y)
}

func cosKernel(y float64) float32 {
	z := y * y
	q := float64(z*cos8) + cos6
	q = float64(q*z) + cos4
	q = float64(q*z) + cos2
	return float32(float64(q*z) + 1)
}
