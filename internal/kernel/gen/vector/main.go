// Command vector writes the assembly of functions over slices. All work in steps of 16 elements, the last one masked:
// one vector of AVX-512 or two of AVX2, so that lane i of a reduction takes the elements i, i+16, i+32, ... in order.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/ziplaw/ziplaw/internal/kernel/gen/isa"
)

func main() {
	ConstraintExpr("!noasm")
	avx512, avx2 := isa.AVX512{}, isa.NewAVX2()
	newConstants()
	for _, x := range []set{{avx512}, {avx2}} {
		x.sum()
		x.dot()
		x.max()
		x.scale()
		x.exp()
	}
	Generate()
}

const step = 16 // elements

// set is an instruction set that the functions are written for.
type set struct{ isa.ISA }

func (x set) vectors() int { return step * 4 / x.Bytes() }

// text begins a function.
func (x set) text(name, signature, doc string) {
	name += x.Name()
	TEXT(name, NOSPLIT, "func"+signature)
	Pragma("noescape")
	Doc(name + " " + doc)
}

// each makes a register for each vector of a step.
func (x set) each() []reg.VecVirtual {
	vs := make([]reg.VecVirtual, x.vectors())
	for i := range vs {
		vs[i] = x.Vector()
	}
	return vs
}

// broadcast loads an argument into all lanes.
func (x set) broadcast(argument string) reg.VecVirtual {
	v := x.Vector()
	p, err := Param(argument).Resolve()
	if err != nil {
		panic(err)
	}
	VBROADCASTSS(p.Addr, v)
	return v
}

// steps runs body for every 16 elements and, with masks, for what is left, then advances the pointers.
func (x set) steps(length gotypes.Component, pointers []reg.Register, body func(masks []Op)) {
	n := Load(length, GP64())
	Label("loop")
	CMPQ(n, Imm(step))
	JB(LabelRef("tail"))
	body(make([]Op, x.vectors()))
	for _, p := range pointers {
		ADDQ(Imm(4*step), p)
	}
	SUBQ(Imm(step), n)
	JMP(LabelRef("loop"))
	Label("tail")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	body(x.Masks(n.(reg.GPVirtual), x.vectors()))
	Label("done")
}

// at is the i-th vector of a step.
func (x set) at(p reg.Register, i int) Mem { return Mem{Base: p, Disp: i * x.Bytes()} }

// reduce joins the lanes: i and i+8, of these i and i+4, i and i+2, i and i+1. Join puts f(low, high) into low.
func (x set) reduce(acc []reg.VecVirtual, join func(high, low reg.VecVirtual)) {
	y := acc[0].AsY().(reg.VecVirtual)
	if len(acc) == 1 {
		high := YMM()
		VEXTRACTF64X4(Imm(1), acc[0], high)
		join(high, y)
	} else {
		join(acc[1], y)
	}
	low, high := y.AsX().(reg.VecVirtual), XMM()
	VEXTRACTF128(Imm(1), y, high)
	join(high, low)
	VPSHUFD(Imm(0b1110), low, high)
	join(high, low)
	VPSHUFD(Imm(1), low, high)
	join(high, low)
	VZEROUPPER()
	Store(low, ReturnIndex(0))
	RET()
}
