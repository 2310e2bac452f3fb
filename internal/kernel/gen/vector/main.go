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
	transpose()
	for _, x := range []set{{avx512}, {avx2}} {
		x.sum()
		x.dot()
		x.max()
		x.scale()
		x.expLanes()
		x.add()
		x.scaleRow()
		x.norms()
		x.normGradients()
		x.weightGradient()
		x.turns()
		x.gates()
		x.gateGradients()
		x.softmax()
		x.scoreWeights()
		x.scoreGradients()
		x.dots()
		x.adamw()
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
	VBROADCASTSS(inMemory(argument), v)
	return v
}

// inMemory is where an argument stands.
func inMemory(argument string) Mem {
	p, err := Param(argument).Resolve()
	if err != nil {
		panic(err)
	}
	return p.Addr
}

// steps runs body for the vectors of every 16 elements, then advances the pointers; and for those of what is left, the last one with
// a mask: masked stores are slow on some processors.
func (x set) steps(length gotypes.Component, pointers []reg.Register, body func(i int, mask Op)) {
	x.groups(length, pointers, x.vectors(), func(group []int, mask Op) {
		for _, i := range group {
			body(i, mask)
		}
	})
}

// groups is steps with a body that computes some vectors together: up to most, a multiple of those of 16 elements.
func (x set) groups(length gotypes.Component, pointers []reg.Register, most int, body func(group []int, mask Op)) {
	x.stepsOf("", Load(length, GP64()).(reg.GPVirtual), pointers, most, body)
}

// stepsOf is groups of a number of elements, which it overwrites. Names of labels end with pass: a function may have several.
func (x set) stepsOf(pass string, n reg.GPVirtual, pointers []reg.Register, most int, body func(group []int, mask Op)) {
	if most > x.vectors() {
		x.loop("groups"+pass, n, pointers, most, "loop"+pass, body)
	}
	x.loop("loop"+pass, n, pointers, x.vectors(), "tail"+pass, body)
	Label("tail" + pass)
	TESTQ(n, n)
	JZ(LabelRef("done" + pass))
	x.tail(pass, n, func(i int, mask Op) { body([]int{i}, mask) })
	Label("done" + pass)
}

// loop runs body as long as there are elements for its vectors, then goes on at the next label.
func (x set) loop(name string, n reg.GPVirtual, pointers []reg.Register, vectors int, next string, body func(group []int, mask Op)) {
	elements := vectors * x.Bytes() / 4
	Label(name)
	CMPQ(n, U32(elements))
	JB(LabelRef(next))
	body(upTo(vectors), nil)
	for _, p := range pointers {
		ADDQ(U32(4*elements), p)
	}
	SUBQ(U32(elements), n)
	JMP(LabelRef(name))
}

// upTo are the numbers below n.
func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// tail runs body for fewer than 16 elements.
func (x set) tail(pass string, n reg.GPVirtual, body func(i int, mask Op)) {
	if x.vectors() == 1 {
		body(0, x.Masks(n, 1)[0])
		return
	}
	CMPQ(n, Imm(step/2))
	JB(LabelRef("few" + pass))
	body(0, nil)
	SUBQ(Imm(step/2), n)
	JZ(LabelRef("done" + pass))
	body(1, x.Masks(n, 1)[0])
	JMP(LabelRef("done" + pass))
	Label("few" + pass)
	body(0, x.Masks(n, 1)[0])
}

// at is the i-th vector of a step.
func (x set) at(p reg.Register, i int) Mem { return Mem{Base: p, Disp: i * x.Bytes()} }

// reduce returns what joined gives.
func (x set) reduce(acc []reg.VecVirtual, join func(high, low reg.VecVirtual)) {
	low := x.joined(acc, join)
	VZEROUPPER()
	Store(low, ReturnIndex(0))
	RET()
}

// joined joins the lanes: i and i+8, of these i and i+4, i and i+2, i and i+1. Join puts f(low, high) into low.
func (x set) joined(acc []reg.VecVirtual, join func(high, low reg.VecVirtual)) reg.VecVirtual {
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
	return low
}
