package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// stepBytes are those of 16 elements.
const stepBytes = 4 * step

// expVectors is the vectors whose exponentials are computed together where nothing else is: AVX2 has no registers for more.
const expVectors = 6

// argument loads an argument that is a number.
func argument(name string) reg.GPVirtual { return Load(Param(name), GP64()).(reg.GPVirtual) }

// base loads where a slice begins.
func base(name string) reg.Register { return Load(Param(name).Base(), GP64()) }

// softmax goes over all rows three times, so that a row needn't wait for what the lanes of another give. It takes steps of 16 elements.
// Behind the last element that is seen it puts -Inf, whose exponential is 0, and zeros at last.
func (x set) softmax() {
	x.text("softmax", "(w, stats []float32, rows, columns, seen int, scale float32)", "is softmaxPortable.")
	x.scoreRows("Top", func(row, stats, count, last reg.Register, seen reg.GPVirtual) {
		x.hide(last, seen)
		VMOVSS(x.top(row, count), Mem{Base: stats})
	})
	x.scoreRows("Exp", func(row, stats, count, _ reg.Register, _ reg.GPVirtual) {
		inverse := XMM()
		sum := x.exponentials(row, count, Mem{Base: stats}, inMemory("scale"))
		VMOVSS(constant(1), inverse)
		VDIVSS(sum, inverse, inverse)
		VMOVSS(inverse, Mem{Base: stats, Disp: 4})
	})
	x.scoreRows("Scale", func(row, stats, count, last reg.Register, seen reg.GPVirtual) {
		inverse := x.Vector()
		VBROADCASTSS(Mem{Base: stats, Disp: 4}, inverse)
		x.scaleSteps(row, count, inverse)
		x.clearBehind(row, last, seen)
	})
	x.end()
}

// scoreRows runs body for each row, with its number of steps, its last step and its number of elements seen.
func (x set) scoreRows(pass string, body func(row, stats, count, last reg.Register, seen reg.GPVirtual)) {
	row, stats, rows, seen := base("w"), base("stats"), argument("rows"), argument("seen")
	Label("row" + pass)
	count, last := GP64(), GP64()
	LEAQ(Mem{Base: seen, Disp: step - 1}, count)
	SHRQ(Imm(4), count)
	MOVQ(count, last)
	SHLQ(Imm(6), last)
	LEAQ(Mem{Base: row, Index: last, Scale: 1, Disp: -stepBytes}, last)
	body(row, stats, count, last, seen)
	LEAQ(Mem{Base: row, Index: argument("columns"), Scale: 4}, row)
	ADDQ(Imm(8), stats)
	INCQ(seen)
	DECQ(rows)
	JNZ(LabelRef("row" + pass))
}

// fill puts a number into all lanes.
func (x set) fill(v reg.VecVirtual) reg.VecVirtual {
	all := x.Vector()
	VBROADCASTSS(v, all)
	return all
}

// lastMasks are those of the elements seen in a row's last step.
func (x set) lastMasks(seen reg.GPVirtual) []Op {
	n := GP64()
	LEAQ(Mem{Base: seen, Disp: -1}, n)
	ANDQ(Imm(step-1), n)
	INCQ(n)
	return x.Masks(n, x.vectors())
}

// hide puts -Inf behind the elements seen in a row's last step.
func (x set) hide(last reg.Register, seen reg.GPVirtual) {
	for i, mask := range x.lastMasks(seen) {
		v := x.Vector()
		VMOVUPS(constant(float32(math.Inf(-1))), v)
		x.Merge(x.at(last, i), mask, v)
		x.Store(v, nil, x.at(last, i))
	}
}

// top is the largest element of some steps.
func (x set) top(row, count reg.Register) reg.VecVirtual {
	acc := x.each()
	for _, a := range acc {
		VMOVUPS(constant(float32(math.Inf(-1))), a)
	}
	x.everyStep("top", row, count, func(at reg.Register) {
		for i, a := range acc {
			v := x.Vector()
			x.Load(x.at(at, i), nil, v)
			larger(v, a)
		}
	})
	return x.joined(acc, larger)
}

// everyStep runs body for each of some steps, at least one.
func (x set) everyStep(name string, row, count reg.Register, body func(at reg.Register)) {
	at, n := GP64(), GP64()
	MOVQ(row, at)
	MOVQ(count, n)
	Label(name)
	body(at)
	ADDQ(U32(stepBytes), at)
	DECQ(n)
	JNZ(LabelRef(name))
}

// exponentials are those of some steps, of several together as long as there are so many. It returns their sum.
func (x set) exponentials(row, count reg.Register, shift, scale Mem) reg.VecVirtual {
	acc := x.each()
	x.zeros(acc)
	at, n := GP64(), GP64()
	MOVQ(row, at)
	MOVQ(count, n)
	for steps := expVectors / x.vectors(); steps > 0; steps-- {
		Label(fmt.Sprintf("steps%d", steps))
		CMPQ(n, Imm(uint64(steps)))
		JB(LabelRef(fmt.Sprintf("steps%d", steps-1)))
		load := func(_, i int) reg.VecVirtual {
			v := x.Vector()
			x.Load(x.at(at, i), nil, v)
			return v
		}
		for i, v := range x.expOf(x.shifted(upTo(steps*x.vectors()), load, 0, shift, scale)) {
			x.Store(v, nil, x.at(at, i))
			VADDPS(v, acc[i%len(acc)], acc[i%len(acc)])
		}
		ADDQ(U32(steps*stepBytes), at)
		SUBQ(Imm(uint64(steps)), n)
		JMP(LabelRef(fmt.Sprintf("steps%d", steps)))
	}
	Label("steps0")
	return x.joined(acc, add)
}

func (x set) scaleSteps(row, count reg.Register, factor reg.VecVirtual) {
	x.everyStep("scale", row, count, func(at reg.Register) {
		for i := range x.vectors() {
			v := x.Vector()
			VMULPS(x.at(at, i), factor, v)
			x.Store(v, nil, x.at(at, i))
		}
	})
}

// clearBehind makes 0 of what is behind the elements seen.
func (x set) clearBehind(row, last reg.Register, seen reg.GPVirtual) {
	for i, mask := range x.lastMasks(seen) {
		v := x.Vector()
		x.Load(x.at(last, i), mask, v)
		x.Store(v, nil, x.at(last, i))
	}
	end, zero := GP64(), x.Vector()
	x.Zero(zero)
	LEAQ(Mem{Base: row, Index: argument("columns"), Scale: 4}, end)
	Label("behind")
	ADDQ(U32(stepBytes), last)
	CMPQ(last, end)
	JAE(LabelRef("cleared"))
	for i := range x.vectors() {
		x.Store(zero, nil, x.at(last, i))
	}
	JMP(LabelRef("behind"))
	Label("cleared")
}

// keys is the columns of a row of a block of keys.
const keys = 32

// scoreWeights makes weights of rows of scores p.
func (x set) scoreWeights() {
	x.text("scoreWeights", "(p, stats []float32, rows int, scale float32)", "is scoreWeightsPortable.")
	p, stats, scale := base("p"), base("stats"), x.broadcast("scale")
	x.keyRows(func(masks func() []Op) {
		top, inverse := x.Vector(), x.Vector()
		VBROADCASTSS(Mem{Base: stats}, top)
		vs := make([]reg.VecVirtual, keyVectors(x))
		for i := range vs {
			vs[i] = x.Vector()
			x.Load(x.at(p, i), nil, vs[i])
			VSUBPS(top, vs[i], vs[i])
			VMULPS(scale, vs[i], vs[i])
		}
		vs = x.expOf(vs)
		VBROADCASTSS(Mem{Base: stats, Disp: 4}, inverse)
		for i, seen := range masks() {
			VMULPS(inverse, vs[i], vs[i])
			x.clearOthers(vs[i], seen)
			x.Store(vs[i], nil, x.at(p, i))
		}
		ADDQ(U32(4*keys), p)
		ADDQ(Imm(8), stats)
	})
}

// scoreGradients makes gradients of scores of rows of dp.
func (x set) scoreGradients() {
	x.text("scoreGradients", "(dp, p, d []float32, rows int, scale float32)", "is scoreGradientsPortable.")
	dp, p, d, scale := base("dp"), base("p"), base("d"), x.broadcast("scale")
	x.keyRows(func(masks func() []Op) {
		inner := x.Vector()
		VBROADCASTSS(Mem{Base: d}, inner)
		for i, seen := range masks() {
			g := x.Vector()
			x.Load(x.at(dp, i), nil, g)
			VSUBPS(inner, g, g)
			VMULPS(x.at(p, i), g, g)
			VMULPS(scale, g, g)
			x.clearOthers(g, seen)
			x.Store(g, nil, x.at(dp, i))
		}
		ADDQ(U32(4*keys), dp)
		ADDQ(U32(4*keys), p)
		ADDQ(Imm(4), d)
	})
}

// keyVectors is the vectors of a row of a block of keys.
func keyVectors(x set) int { return 4 * keys / x.Bytes() }

// keyRows runs body for each row of queries that don't see all keys, with masks of those that they see, then for the other rows with
// masks of nil.
func (x set) keyRows(body func(masks func() []Op)) {
	rows, seen := argument("rows"), GP64()
	XORQ(seen, seen)
	Label("masked")
	INCQ(seen)
	CMPQ(seen, U32(keys))
	JAE(LabelRef("whole"))
	body(func() []Op {
		n := GP64()
		MOVQ(seen, n)
		return x.Masks(n, keyVectors(x))
	})
	DECQ(rows)
	JNZ(LabelRef("masked"))
	JMP(LabelRef("done"))
	Label("whole")
	body(func() []Op { return make([]Op, keyVectors(x)) })
	DECQ(rows)
	JNZ(LabelRef("whole"))
	Label("done")
	x.end()
}

// clearOthers makes 0 of the lanes that aren't in the mask.
func (x set) clearOthers(v reg.VecVirtual, mask Op) {
	if mask == nil {
		return
	}
	if x.Name() == "AVX512" {
		VMOVAPS_Z(v, mask, v)
		return
	}
	VANDPS(mask, v, v)
}

// dots are those of rows.
func (x set) dots() {
	x.text("dots", "(d, x, y []float32, columns, stride int)", "is dotsPortable.")
	d, p, q, columns, stride := base("d"), base("x"), base("y"), argument("columns"), argument("stride")
	rows := Load(Param("d").Len(), GP64())
	SHLQ(Imm(2), stride)
	Label("row")
	acc := x.each()
	x.zeros(acc)
	x.across("", columns, []reg.Register{p, q}, func(i int, _ Op, load loader, _ storer) {
		v := load(0, i)
		VMULPS(load(1, i), v, v)
		VADDPS(v, acc[i], acc[i])
	})
	VMOVSS(x.joined(acc, add), Mem{Base: d})
	ADDQ(Imm(4), d)
	ADDQ(stride, p)
	ADDQ(stride, q)
	DECQ(rows)
	JNZ(LabelRef("row"))
	x.end()
}
