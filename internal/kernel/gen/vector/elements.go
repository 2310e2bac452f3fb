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
	x.steps(Param("x").Len(), []reg.Register{p, q}, func(masks []Op) {
		for i, mask := range masks {
			v := x.Vector()
			x.Load(x.at(p, i), mask, v)
			VMULPS(factor, v, v)
			x.Store(v, mask, x.at(q, i))
		}
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

func (x set) exp() {
	x.text("exp", "(y, x []float32, shift, scale float32)", "is expPortable.")
	q, p := Load(Param("y").Base(), GP64()), Load(Param("x").Base(), GP64())
	shift, scale := x.broadcast("shift"), x.broadcast("scale")
	x.steps(Param("x").Len(), []reg.Register{p, q}, func(masks []Op) {
		vs := x.each()
		for i, v := range vs {
			x.Load(x.at(p, i), masks[i], v)
			VSUBPS(shift, v, v)
			VMULPS(scale, v, v)
		}
		for i, v := range vs {
			x.Store(x.expOf(v), masks[i], x.at(q, i))
		}
	})
	VZEROUPPER()
	RET()
}

// expOf is Exp, operation by operation.
func (x set) expOf(v reg.VecVirtual) reg.VecVirtual {
	t, n, r, product, q := x.Vector(), x.Vector(), x.Vector(), x.Vector(), x.Vector()
	VMULPS(constant(log2e), v, t)
	VADDPS(constant(shifter), t, t)
	VSUBPS(constant(shifter), t, n)
	VMULPS(constant(ln2High), n, product)
	VSUBPS(product, v, r)
	VMULPS(constant(ln2Low), n, product)
	VSUBPS(product, r, r)
	VMULPS(constant(expCoefficients[0]), r, q)
	VADDPS(constant(expCoefficients[1]), q, q)
	for _, c := range expCoefficients[2:] {
		VMULPS(r, q, q)
		VADDPS(constant(c), q, q)
	}
	VMULPS(r, r, product)
	VMULPS(product, q, q)
	VADDPS(r, q, q)
	VADDPS(constant(1), q, q)
	VPSLLD(Imm(23), t, t)
	VPADDD(t, q, q)
	return x.expBeyond(v, q)
}

// Predicates of VCMPPS.
const (
	unordered   = 0x03
	notLess     = 0x05
	greaterThan = 0x1e
)

// expBeyond puts 0, +Inf and NaN into the result q where v is beyond the polynomial's range.
func (x set) expBeyond(v, q reg.VecVirtual) reg.VecVirtual {
	inf := constant(float32(math.Inf(1)))
	if x.Name() == "AVX512" {
		k := K()
		VCMPPS(Imm(notLess), constant(expLow), v, k)
		VMOVAPS_Z(q, k, q)
		VCMPPS(Imm(greaterThan), constant(expHigh), v, k)
		VMOVUPS(inf, k, q)
		VCMPPS(Imm(unordered), v, v, k)
		VMOVAPS(v, k, q)
		return q
	}
	m, w := x.Vector(), x.Vector()
	VCMPPS(Imm(notLess), constant(expLow), v, m)
	VANDPS(m, q, q)
	VCMPPS(Imm(greaterThan), constant(expHigh), v, m)
	VMOVUPS(inf, w)
	VBLENDVPS(m, w, q, q)
	VCMPPS(Imm(unordered), v, v, m)
	VBLENDVPS(m, v, q, q)
	return q
}
