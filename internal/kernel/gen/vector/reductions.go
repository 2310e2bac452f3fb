package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func add(high, low reg.VecVirtual) { VADDPS(high, low, low) }

// larger puts high into low where high > low; a NaN in high isn't larger.
func larger(high, low reg.VecVirtual) { VMAXPS(low, high, low) }

func (x set) zeros(vs []reg.VecVirtual) {
	for _, v := range vs {
		x.Zero(v)
	}
}

func (x set) sum() {
	x.text("sum", "(x []float32) float32", "is sumPortable.")
	p, acc := Load(Param("x").Base(), GP64()), x.each()
	x.zeros(acc)
	x.steps(Param("x").Len(), []reg.Register{p}, func(i int, mask Op) {
		v := x.Vector()
		x.Load(x.at(p, i), mask, v)
		VADDPS(v, acc[i], acc[i])
	})
	x.reduce(acc, add)
}

func (x set) dot() {
	x.text("dot", "(x, y []float32) float32", "is dotPortable.")
	p, q, acc := Load(Param("x").Base(), GP64()), Load(Param("y").Base(), GP64()), x.each()
	x.zeros(acc)
	x.steps(Param("x").Len(), []reg.Register{p, q}, func(i int, mask Op) {
		v, w := x.Vector(), x.Vector()
		x.Load(x.at(p, i), mask, v)
		x.Load(x.at(q, i), mask, w)
		VMULPS(w, v, v)
		VADDPS(v, acc[i], acc[i])
	})
	x.reduce(acc, add)
}

func (x set) max() {
	x.text("max", "(x []float32) float32", "is maxPortable.")
	p, acc := Load(Param("x").Base(), GP64()), x.each()
	for _, a := range acc {
		VMOVUPS(constant(float32(math.Inf(-1))), a)
	}
	x.steps(Param("x").Len(), []reg.Register{p}, func(i int, mask Op) {
		v := x.Vector()
		if mask == nil {
			x.Load(x.at(p, i), nil, v)
		} else {
			VMOVUPS(constant(float32(math.Inf(-1))), v)
			x.Merge(x.at(p, i), mask, v)
		}
		larger(v, acc[i])
	})
	x.reduce(acc, larger)
}
