package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The functions below are their plain twins, operation by operation. All slices of a call have the length of the first.

// loader loads the i-th vector of a slice, and storer stores it.
type (
	loader func(slice, i int) reg.VecVirtual
	storer func(v reg.VecVirtual, slice, i int)
)

// elements runs body for every vector of the named slices, which are advanced together.
func (x set) elements(slices []string, body func(i int, mask Op, load func(slice int) reg.VecVirtual, store func(v reg.VecVirtual, slice int))) {
	x.grouped(slices, x.vectors(), func(group []int, mask Op, load loader, store storer) {
		for _, i := range group {
			body(i, mask, func(slice int) reg.VecVirtual { return load(slice, i) }, func(v reg.VecVirtual, slice int) { store(v, slice, i) })
		}
	})
}

// together is elements with a body that computes several vectors at once.
func (x set) together(slices []string, body func(group []int, mask Op, load loader, store storer)) {
	x.grouped(slices, expVectors, body)
}

func (x set) grouped(slices []string, most int, body func(group []int, mask Op, load loader, store storer)) {
	pointers := make([]reg.Register, len(slices))
	for i, s := range slices {
		pointers[i] = Load(Param(s).Base(), GP64())
	}
	x.groups(Param(slices[0]).Len(), pointers, most, func(group []int, mask Op) {
		load := func(slice, i int) reg.VecVirtual {
			v := x.Vector()
			x.Load(x.at(pointers[slice], i), mask, v)
			return v
		}
		body(group, mask, load, func(v reg.VecVirtual, slice, i int) { x.Store(v, mask, x.at(pointers[slice], i)) })
	})
}

func (x set) end() {
	VZEROUPPER()
	RET()
}

func (x set) add() {
	x.text("add", "(sum, x, y []float32)", "is addPortable.")
	x.elements([]string{"sum", "x", "y"}, func(_ int, _ Op, load func(int) reg.VecVirtual, store func(reg.VecVirtual, int)) {
		v := load(1)
		VADDPS(load(2), v, v)
		store(v, 0)
	})
	x.end()
}

func (x set) scaleRow() {
	x.text("scaleRow", "(y, x, w []float32, rstd float32)", "is scaleRowPortable.")
	rstd := x.broadcast("rstd")
	x.elements([]string{"y", "x", "w"}, func(_ int, _ Op, load func(int) reg.VecVirtual, store func(reg.VecVirtual, int)) {
		v := load(1)
		VMULPS(rstd, v, v)
		VMULPS(load(2), v, v)
		store(v, 0)
	})
	x.end()
}

func (x set) expLanes() {
	x.text("expLanes", "(y, x []float32, shift, scale float32, sums *[16]float32)", "is expLanesPortable.")
	acc, sums := x.each(), Load(Param("sums"), GP64())
	for i, v := range acc {
		VMOVUPS(x.at(sums, i), v)
	}
	shift, scale := inMemory("shift"), inMemory("scale")
	x.together([]string{"y", "x"}, func(group []int, mask Op, load loader, store storer) {
		for at, v := range x.expOf(x.shifted(group, load, 1, shift, scale)) {
			store(v, 0, group[at])
			x.AddTo(acc[group[at]%len(acc)], v, mask)
		}
	})
	for i, v := range acc {
		VMOVUPS(v, x.at(sums, i))
	}
	x.end()
}

// The bounds of AdamW's moments.
var (
	leastMean     = float32(1e-30)
	leastVariance = float32(1e-37)
)

func (x set) adamw() {
	x.text("adamw", "(p, m, v, g []float32, u *[9]float32)", "is adamwPortable.")
	const p, m, v, g = 0, 1, 2, 3
	u := Load(Param("u"), GP64())
	factors := func(i int) reg.VecVirtual {
		f := x.Vector()
		VBROADCASTSS(Mem{Base: u, Disp: 4 * i}, f)
		return f
	}
	const beta1, rest1, beta2, rest2, rate, root, epsilon, before, after = 0, 1, 2, 3, 4, 5, 6, 7, 8
	x.elements([]string{"p", "m", "v", "g"}, func(_ int, _ Op, load func(int) reg.VecVirtual, store func(reg.VecVirtual, int)) {
		gi, mi, vi := load(g), load(m), load(v)
		t := x.Vector()
		VMULPS(factors(beta1), mi, mi)
		VMULPS(factors(rest1), gi, t)
		VADDPS(t, mi, mi)
		VMULPS(factors(beta2), vi, vi)
		VMULPS(factors(rest2), gi, t)
		VMULPS(gi, t, t)
		VADDPS(t, vi, vi)
		x.flush(mi)
		x.keep(vi, vi, constant(leastVariance))
		store(mi, m)
		store(vi, v)
		VSQRTPS(vi, vi)
		VMULPS(factors(root), vi, vi)
		VADDPS(factors(epsilon), vi, vi)
		VMULPS(factors(rate), mi, mi)
		VDIVPS(vi, mi, mi)
		pi := load(p)
		VMULPS(factors(before), pi, pi)
		VSUBPS(mi, pi, pi)
		VMULPS(factors(after), pi, pi)
		store(pi, p)
	})
	x.end()
}

// flush makes 0 of v where its size is below leastMean.
func (x set) flush(v reg.VecVirtual) {
	size := x.Vector()
	VXORPS(size.AsX(), size.AsX(), size.AsX())
	VSUBPS(v, size, size)
	VMAXPS(v, size, size)
	x.keep(v, size, constant(leastMean))
}

// keep makes 0 of v where of is below the bound. A NaN isn't.
func (x set) keep(v, of reg.VecVirtual, bound Mem) {
	if x.Name() == "AVX512" {
		k := K()
		VCMPPS(Imm(notLess), bound, of, k)
		VMOVAPS_Z(v, k, v)
		return
	}
	mask := x.Vector()
	VCMPPS(Imm(notLess), bound, of, mask)
	VANDPS(mask, v, v)
}
