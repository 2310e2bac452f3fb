package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// constants is a table of float32, each repeated to fill a vector of AVX-512.
var constants struct {
	table Mem
	at    map[float32]int
}

// newConstants writes the table, before any function.
func newConstants() {
	constants.table = GLOBL("constants", RODATA|NOPTR)
	constants.at = map[float32]int{}
	all := append([]float32{float32(math.Inf(-1)), float32(math.Inf(1)), 1, -1, leastMean, leastVariance, normEps, expLow, expHigh, log2e, shifter, ln2High, ln2Low}, expCoefficients...)
	for i, c := range all {
		constants.at[c] = 64 * i
		for lane := range 8 { // two lanes at a time
			bits := uint64(math.Float32bits(c))
			DATA(64*i+8*lane, U64(bits<<32|bits))
		}
	}
}

// constant is the memory that fills a vector with c.
func constant(c float32) Mem {
	at, ok := constants.at[c]
	if !ok {
		panic("not in the table of constants")
	}
	return constants.table.Offset(at)
}
