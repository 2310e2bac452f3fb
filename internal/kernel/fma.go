package kernel

import "math"

const (
	smallestNormal = 0x1p-126  // the smallest normal float32
	dropped        = 1<<29 - 1 // the bits of a float64's fraction that a float32 lacks
	midpoint       = 1 << 28   // the value of those bits halfway between two float32
)

// FMA returns x*y + z rounded once, as IEEE 754 defines fusedMultiplyAdd and as the FMA instructions of processors
// compute it, on every processor. float32(math.FMA(x, y, z)) is another function: it rounds twice.
func FMA(x, y, z float32) float32 {
	return float32(fold(float64(x)*float64(y), float64(z)))
}

// fold returns p + z rounded once to float32, where z is a float32 and p is the product of two. Both the product and
// the result are exact in float64.
//
// Rounding p + z to float64 first does harm only when that first rounding lands on the midpoint between two float32:
// midpoints are float64 values and rounding is monotone, so every other sum stays on its side of the midpoint. Midpoints of
// normal numbers are known by the bits that float32 lacks; below them, addOdd decides.
func fold(p, z float64) float64 {
	s := p + z
	if delicate(s) {
		s = addOdd(p, z)
	}
	return float64(float32(s))
}

// delicate tells whether rounding s, a sum rounded to float64, once more to float32 may differ from rounding the exact
// sum to float32.
func delicate(s float64) bool {
	return math.Float64bits(s)&dropped == midpoint || math.Abs(s) < smallestNormal
}

// addOdd returns p + z rounded to odd: an inexact sum goes to the neighbour in float64 whose last bit is one. Rounding
// that once more to a format with at least two bits less gives the correctly rounded sum (Boldo and Melquiond 2008).
//
//go:noinline
func addOdd(p, z float64) float64 {
	s := p + z
	v := s - p
	e := (p - (s - v)) + (z - v) // TwoSum (Knuth): s + e is p + z exactly
	bits := math.Float64bits(s)
	if e == 0 || bits&1 == 1 {
		return s
	}
	if (e > 0) == (s > 0) {
		return math.Float64frombits(bits + 1)
	}
	return math.Float64frombits(bits - 1)
}
