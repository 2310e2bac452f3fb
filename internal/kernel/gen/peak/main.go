// Command peak writes loops that do nothing but multiply and add, as fast as a core can.
//
// An iteration has a fused multiply-add for each of more accumulators than are in flight at once: latency times
// throughput is 8 or 10 on the processors that have the instructions. Accumulators go to 2, by half of themselves and 1,
// so that no number is a denormal one, and none is trivial.
package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/ziplaw/ziplaw/internal/kernel/gen/isa"
)

func main() {
	ConstraintExpr("!noasm")
	half, one := number("peakHalf", 0.5), number("peakOne", 1)
	write(isa.AVX512{}, 24, half, one)
	write(&isa.AVX2{}, 12, half, one)
	Generate()
}

func number(name string, x float32) Mem {
	m := GLOBL(name, RODATA|NOPTR)
	DATA(0, U32(math.Float32bits(x)))
	return m
}

func write(x isa.ISA, accumulators int, half, one Mem) {
	name := "peak" + x.Name()
	TEXT(name, NOSPLIT, "func(iterations uintptr)")
	Doc(fmt.Sprintf("%s multiplies and adds %d vectors of %d numbers in each iteration, of which there is at least one.", name, accumulators, x.Bytes()/4))
	n := Load(Param("iterations"), GP64())
	h, o := x.Vector(), x.Vector()
	VBROADCASTSS(half, h)
	VBROADCASTSS(one, o)
	acc := make([]reg.VecVirtual, accumulators)
	for i := range acc {
		acc[i] = x.Vector()
		VBROADCASTSS(one, acc[i])
	}
	Label("loop")
	for _, v := range acc {
		VFMADD213PS(o, h, v) // v = h v + o
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
