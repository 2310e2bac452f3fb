package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The functions below go over rows that have the length of w.

// rows runs body for each of as many rows as rstd has elements. It advances the pointers, behind a body that leaves them alone.
func (x set) rows(pointers []reg.Register, columns reg.Register, body func(rstd reg.Register)) {
	rstd, n, bytes := base("rstd"), Load(Param("rstd").Len(), GP64()), GP64()
	MOVQ(columns, bytes)
	SHLQ(Imm(2), bytes)
	Label("row")
	body(rstd)
	for _, p := range pointers {
		ADDQ(bytes, p)
	}
	ADDQ(Imm(4), rstd)
	DECQ(n)
	JNZ(LabelRef("row"))
	x.end()
}

// across runs body for the vectors of a row. Names of labels end with pass.
func (x set) across(pass string, columns reg.Register, pointers []reg.Register, body func(i int, mask Op, load loader, store storer)) {
	x.acrossTogether(pass, columns, pointers, x.vectors(), func(group []int, mask Op, load loader, store storer) {
		for _, i := range group {
			body(i, mask, load, store)
		}
	})
}

// acrossTogether is across with a body that computes several vectors at once.
func (x set) acrossTogether(pass string, columns reg.Register, pointers []reg.Register, most int, body func(group []int, mask Op, load loader, store storer)) {
	n, at := GP64(), make([]reg.Register, len(pointers))
	MOVQ(columns, n)
	for i, p := range pointers {
		at[i] = GP64()
		MOVQ(p, at[i])
	}
	x.stepsOf(pass, n, at, most, func(group []int, mask Op) {
		load := func(slice, i int) reg.VecVirtual {
			v := x.Vector()
			x.Load(x.at(at[slice], i), mask, v)
			return v
		}
		body(group, mask, load, func(v reg.VecVirtual, slice, i int) { x.Store(v, mask, x.at(at[slice], i)) })
	})
}

// number converts an integer to float32.
func number(n reg.Register) reg.VecVirtual {
	v := XMM()
	VXORPS(v, v, v)
	VCVTSI2SSQ(n, v, v)
	return v
}

// normEps is the epsilon of RMSNorm.
var normEps = float32(1e-6)

func (x set) norms() {
	x.text("norms", "(y, x, w, rstd []float32)", "is normsPortable.")
	y, p, w, columns := base("y"), base("x"), base("w"), Load(Param("w").Len(), GP64())
	x.rows([]reg.Register{y, p}, columns, func(rstd reg.Register) {
		acc := x.each()
		x.zeros(acc)
		x.across("Squares", columns, []reg.Register{p}, func(i int, _ Op, load loader, _ storer) {
			v := load(0, i)
			VMULPS(v, v, v)
			VADDPS(v, acc[i], acc[i])
		})
		mean, root := x.joined(acc, add), XMM()
		VDIVSS(number(columns), mean, mean)
		VADDSS(constant(normEps), mean, mean)
		VSQRTSS(mean, mean, mean)
		VMOVSS(constant(1), root)
		VDIVSS(mean, root, root)
		VMOVSS(root, Mem{Base: rstd})
		factor := x.fill(root)
		x.across("Scale", columns, []reg.Register{y, p, w}, func(i int, _ Op, load loader, store storer) {
			v := load(1, i)
			VMULPS(factor, v, v)
			VMULPS(load(2, i), v, v)
			store(v, 0, i)
		})
	})
}

func (x set) normGradients() {
	x.text("normGradients", "(dx, dy, x, w, rstd []float32)", "is normGradientsPortable.")
	dx, dy, p, w, columns := base("dx"), base("dy"), base("x"), base("w"), Load(Param("w").Len(), GP64())
	x.rows([]reg.Register{dx, dy, p}, columns, func(rstd reg.Register) {
		acc := x.each()
		x.zeros(acc)
		x.across("Dot", columns, []reg.Register{w, dy, p}, func(i int, _ Op, load loader, _ storer) {
			t := load(0, i)
			VMULPS(load(1, i), t, t)
			VMULPS(load(2, i), t, t)
			VADDPS(t, acc[i], acc[i])
		})
		mean, square := x.joined(acc, add), XMM()
		VMOVSS(Mem{Base: rstd}, square)
		VMULSS(square, square, square)
		VMULSS(square, mean, mean)
		VDIVSS(number(columns), mean, mean)
		factor, r := x.fill(mean), x.Vector()
		VBROADCASTSS(Mem{Base: rstd}, r)
		x.across("Gradient", columns, []reg.Register{dx, w, dy, p}, func(i int, _ Op, load loader, store storer) {
			t, v := load(1, i), load(3, i)
			VMULPS(load(2, i), t, t)
			VMULPS(factor, v, v)
			VSUBPS(v, t, t)
			VMULPS(r, t, t)
			VADDPS(load(0, i), t, t)
			store(t, 0, i)
		})
	})
}

// columnVectors is the vectors of columns whose sums are in registers at once.
const columnVectors = 4

// weightGradient keeps some columns of dw in registers, and goes down all rows.
func (x set) weightGradient() {
	x.text("weightGradient", "(dw, dy, x, rstd []float32, stride int)", "is weightGradientPortable.")
	dw, dy, p, rstd, n := base("dw"), base("dy"), base("x"), base("rstd"), Load(Param("dw").Len(), GP64()).(reg.GPVirtual)
	rows, stride := Load(Param("rstd").Len(), GP64()), argument("stride")
	SHLQ(Imm(2), stride)
	label := 0
	x.stepsOf("", n, []reg.Register{dw, dy, p}, columnVectors, func(group []int, mask Op) {
		acc := make([]reg.VecVirtual, len(group))
		for at, i := range group {
			acc[at] = x.Vector()
			x.Load(x.at(dw, i), mask, acc[at])
		}
		ofDY, ofX, r, left := GP64(), GP64(), GP64(), GP64()
		for _, m := range [][2]reg.Register{{dy, ofDY}, {p, ofX}, {rstd, r}, {rows, left}} {
			MOVQ(m[0], m[1])
		}
		label++
		name := "rows" + string(rune('A'+label))
		Label(name)
		factor := x.Vector()
		VBROADCASTSS(Mem{Base: r}, factor)
		for at, i := range group {
			v, g := x.Vector(), x.Vector()
			x.Load(x.at(ofX, i), mask, v)
			x.Load(x.at(ofDY, i), mask, g)
			VMULPS(factor, v, v)
			VMULPS(g, v, v)
			VADDPS(v, acc[at], acc[at])
		}
		ADDQ(stride, ofDY)
		ADDQ(stride, ofX)
		ADDQ(Imm(4), r)
		DECQ(left)
		JNZ(LabelRef(name))
		for at, i := range group {
			x.Store(acc[at], mask, x.at(dw, i))
		}
	})
	x.end()
}

// turns goes over the heads of each row.
func (x set) turns() {
	x.text("turns", "(x, cos, sin []float32, rows, heads, half, stride int, sign float32)", "is turnsPortable.")
	row, cos, sin, half := base("x"), base("cos"), base("sin"), argument("half")
	sign, bytes, rows := x.broadcast("sign"), GP64(), AllocLocal(8) // too few registers for all
	MOVQ(half, bytes)
	SHLQ(Imm(2), bytes)
	MOVQ(argument("rows"), rows)
	Label("row")
	heads, first, second := argument("heads"), GP64(), GP64()
	MOVQ(row, first)
	Label("head")
	LEAQ(Mem{Base: first, Index: bytes, Scale: 1}, second)
	x.across("", half, []reg.Register{first, second, cos, sin}, func(i int, _ Op, load loader, store storer) {
		a, b, c, s := load(0, i), load(1, i), load(2, i), load(3, i)
		p := x.Vector()
		VMULPS(sign, s, s)
		VMULPS(c, a, p)
		VMULPS(a, s, a)
		VMULPS(c, b, c)
		VMULPS(b, s, s)
		VSUBPS(s, p, p)
		VADDPS(a, c, c)
		store(p, 0, i)
		store(c, 1, i)
	})
	LEAQ(Mem{Base: first, Index: bytes, Scale: 2}, first)
	DECQ(heads)
	JNZ(LabelRef("head"))
	LEAQ(Mem{Base: row, Index: argument("stride"), Scale: 4}, row)
	ADDQ(bytes, cos)
	ADDQ(bytes, sin)
	DECQ(rows)
	JNZ(LabelRef("row"))
	x.end()
}
