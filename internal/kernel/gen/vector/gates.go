package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// gateVectors is the vectors whose gates are computed together: of two steps of 16 elements, since rows of few columns have no more.
const gateVectors = 4

// sigmoids are 1/(1 + exp(-x)) of a slice x.
func (x set) sigmoids(group []int, load loader, slice int) []reg.VecVirtual {
	vs := make([]reg.VecVirtual, len(group))
	for at, i := range group {
		vs[at] = load(slice, i)
		VMULPS(constant(-1), vs[at], vs[at])
	}
	vs = x.expOf(vs)
	one := x.Vector()
	VMOVUPS(constant(1), one)
	for _, e := range vs {
		VADDPS(one, e, e)
		VDIVPS(e, one, e)
	}
	return vs
}

// gates goes over rows of act, and of gateUp, which are twice as long.
func (x set) gates() {
	x.text("gates", "(act, gateUp []float32, rows, columns int)", "is gatesPortable.")
	act, gate, rows, columns := base("act"), base("gateUp"), argument("rows"), argument("columns")
	Label("row")
	up := GP64()
	LEAQ(Mem{Base: gate, Index: columns, Scale: 4}, up)
	x.acrossTogether("", columns, []reg.Register{act, gate, up}, gateVectors, func(group []int, _ Op, load loader, store storer) {
		for at, v := range x.sigmoids(group, load, 1) {
			VMULPS(load(1, group[at]), v, v)
			VMULPS(load(2, group[at]), v, v)
			store(v, 0, group[at])
		}
	})
	LEAQ(Mem{Base: act, Index: columns, Scale: 4}, act)
	LEAQ(Mem{Base: gate, Index: columns, Scale: 8}, gate)
	DECQ(rows)
	JNZ(LabelRef("row"))
	x.end()
}

// gateGradients goes over rows of act and dact, and of gateUp and dgateUp, which are twice as long.
func (x set) gateGradients() {
	x.text("gateGradients", "(dgateUp, act, dact, gateUp []float32, rows, columns int)", "is gateGradientsPortable.")
	pointers := []reg.Register{base("dgateUp"), nil, base("act"), base("dact"), base("gateUp"), nil}
	const dgate, dup, act, dact, gate, up = 0, 1, 2, 3, 4, 5
	rows := AllocLocal(8) // too few registers for all
	MOVQ(argument("rows"), rows)
	Label("row")
	columns := argument("columns")
	for _, second := range []int{dup, up} {
		pointers[second] = GP64()
		LEAQ(Mem{Base: pointers[second-1], Index: columns, Scale: 4}, pointers[second])
	}
	x.acrossTogether("", columns, pointers, gateVectors, func(group []int, _ Op, load loader, store storer) {
		for at, sig := range x.sigmoids(group, load, gate) {
			i := group[at]
			g, u, d := load(gate, i), load(up, i), load(dact, i)
			silu, v, one := x.Vector(), x.Vector(), x.Vector()
			VMULPS(g, sig, silu)
			VMULPS(u, silu, v)
			store(v, act, i)
			VMULPS(silu, d, v)
			store(v, dup, i)
			VMOVUPS(constant(1), one)
			VSUBPS(sig, one, v)
			VMULPS(v, g, v)
			VADDPS(one, v, v)
			VMULPS(v, sig, v) // slope
			VMULPS(u, d, d)
			VMULPS(v, d, d)
			store(d, dgate, i)
		}
	})
	next := argument("columns")
	for _, single := range []int{act, dact} {
		LEAQ(Mem{Base: pointers[single], Index: next, Scale: 4}, pointers[single])
	}
	for _, double := range []int{dgate, gate} {
		LEAQ(Mem{Base: pointers[double], Index: next, Scale: 8}, pointers[double])
	}
	DECQ(rows)
	JNZ(LabelRef("row"))
	x.end()
}
