package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func (x set) scale() {
	x.text("scale", "(y, x []float32, factor float32)", "is scalePortable.")
	q, p := Load(Param("y").Base(), GP64()), Load(Param("x").Base(), GP64())
	factor := x.broadcast("factor")
	x.steps(Param("x").Len(), []reg.Register{p, q}, func(i int, mask Op) {
		v := x.Vector()
		x.Load(x.at(p, i), mask, v)
		VMULPS(factor, v, v)
		x.Store(v, mask, x.at(q, i))
	})
	VZEROUPPER()
	RET()
}

// The constants of Exp.
var (
	expHigh = float32(88.72283)
	expLow  = float32(-87.33)
	log2e   = float32(math.Log2E)
	ln2High = float32(0.693359375)
	ln2Low  = float32(-2.12194440e-4)
	shifter = float32(0x1.8p23)

	// from the highest power down
	expCoefficients = []float32{1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1}
)

// shifted are scale (x - shift) of a slice x. Shift and scale are a number each in memory: registers are few.
func (x set) shifted(group []int, load loader, slice int, shift, scale Mem) []reg.VecVirtual {
	vs, by, times := make([]reg.VecVirtual, len(group)), x.Vector(), x.Vector()
	VBROADCASTSS(shift, by)
	VBROADCASTSS(scale, times)
	for at, i := range group {
		vs[at] = load(slice, i)
		VSUBPS(by, vs[at], vs[at])
		VMULPS(times, vs[at], vs[at])
	}
	return vs
}

// expOf is Exp, operation by operation. It takes each step for all vectors, whose chains of operations a processor so computes at
// the same time.
func (x set) expOf(vs []reg.VecVirtual) []reg.VecVirtual {
	values := make([]func() reg.VecVirtual, len(vs))
	for i, v := range vs {
		values[i] = x.aside(v, len(vs))
	}
	shifts, rs, qs := make([]func() reg.VecVirtual, len(vs)), make([]reg.VecVirtual, len(vs)), make([]reg.VecVirtual, len(vs))
	for i, v := range vs {
		t, n, r, product := x.Vector(), x.Vector(), x.Vector(), x.Vector()
		VMULPS(constant(log2e), v, t)
		VADDPS(constant(shifter), t, t)
		VSUBPS(constant(shifter), t, n)
		VPSLLD(Imm(23), t, t)
		VMULPS(constant(ln2High), n, product)
		VSUBPS(product, v, r)
		VMULPS(constant(ln2Low), n, product)
		VSUBPS(product, r, r)
		shifts[i], rs[i] = x.aside(t, len(vs)), r
	}
	for i, r := range rs {
		qs[i] = x.Vector()
		VMULPS(constant(expCoefficients[0]), r, qs[i])
	}
	for i, c := range expCoefficients[1:] {
		for j, q := range qs {
			if i > 0 {
				VMULPS(rs[j], q, q)
			}
			VADDPS(constant(c), q, q)
		}
	}
	for i, q := range qs {
		square := x.Vector()
		VMULPS(rs[i], rs[i], square)
		VMULPS(square, q, q)
	}
	for i, q := range qs {
		VADDPS(rs[i], q, q)
	}
	for i, q := range qs {
		VADDPS(constant(1), q, q)
		VPADDD(shifts[i](), q, q)
		x.expBeyond(values[i](), q)
	}
	return qs
}

// aside gives a vector again when its register has been in use for others, of which there are several.
func (x set) aside(v reg.VecVirtual, several int) func() reg.VecVirtual {
	if x.Name() == "AVX512" || several <= x.vectors() { // there are registers for all
		return func() reg.VecVirtual { return v }
	}
	memory := AllocLocal(x.Bytes())
	VMOVUPS(v, memory)
	return func() reg.VecVirtual {
		v := x.Vector()
		VMOVUPS(memory, v)
		return v
	}
}

// Predicates of VCMPPS.
const (
	notLess         = 0x05
	notLessNorEqual = 0x06
)

// expBeyond puts 0, +Inf and NaN into the result q where v is beyond the polynomial's range.
func (x set) expBeyond(v, q reg.VecVirtual) {
	if x.Name() == "AVX512" {
		k := K()
		VCMPPS(Imm(notLess), constant(expLow), v, k)
		VMOVAPS_Z(q, k, q)
		VCMPPS(Imm(notLessNorEqual), constant(expHigh), v, k)
		VADDPS(constant(float32(math.Inf(1))), v, k, q)
		return
	}
	m, w := x.Vector(), x.Vector()
	VCMPPS(Imm(notLess), constant(expLow), v, m)
	VANDPS(m, q, q)
	VCMPPS(Imm(notLessNorEqual), constant(expHigh), v, m)
	VADDPS(constant(float32(math.Inf(1))), v, w)
	VBLENDVPS(m, w, q, q)
}
