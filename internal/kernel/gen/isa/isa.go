// Package isa is what the generators see of an instruction set: its vectors, and loads and stores of their first
// columns.
package isa

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// ISA is an instruction set. A mask of nil means all columns.
type ISA interface {
	Name() string
	Vector() reg.VecVirtual
	Bytes() int // of a vector
	// Masks gives a mask for each vector of a row, from the number of columns in use, which it overwrites.
	Masks(columns reg.GPVirtual, vectors int) []Op
	Load(m Mem, mask Op, v reg.VecVirtual)  // masked columns become 0
	Merge(m Mem, mask Op, v reg.VecVirtual) // masked columns stay
	Store(v reg.VecVirtual, mask Op, m Mem)
	Zero(v reg.VecVirtual)
	AddTo(sum, v reg.VecVirtual, mask Op) // masked columns of sum stay
}

// AVX512 is the 512-bit instruction set with its mask registers.
type AVX512 struct{}

// Name is part of functions' names.
func (AVX512) Name() string { return "AVX512" }

// Vector is 16 float32.
func (AVX512) Vector() reg.VecVirtual { return ZMM() }

// Bytes of a vector.
func (AVX512) Bytes() int { return 64 }

// Masks are mask registers: bit i is column i.
func (AVX512) Masks(columns reg.GPVirtual, vectors int) []Op {
	MOVQ(columns, reg.RCX)
	bits := GP64()
	MOVQ(U32(1), bits)
	SHLQ(reg.CL, bits)
	DECQ(bits)
	masks := make([]Op, vectors)
	for i := range masks {
		k := K()
		KMOVW(bits.As32(), k)
		masks[i] = k
		if i+1 < vectors {
			SHRQ(Imm(16), bits)
		}
	}
	return masks
}

// Load loads the columns of the mask; the others become 0.
func (AVX512) Load(m Mem, mask Op, v reg.VecVirtual) {
	if mask == nil {
		VMOVUPS(m, v)
		return
	}
	VMOVUPS_Z(m, mask, v)
}

// Merge loads the columns of the mask; the others stay.
func (AVX512) Merge(m Mem, mask Op, v reg.VecVirtual) { VMOVUPS(m, mask, v) }

// Store stores the columns of the mask.
func (AVX512) Store(v reg.VecVirtual, mask Op, m Mem) {
	if mask == nil {
		VMOVUPS(v, m)
		return
	}
	VMOVUPS(v, mask, m)
}

// Zero makes all columns 0.
func (AVX512) Zero(v reg.VecVirtual) { VPXORD(v, v, v) }

// AddTo adds the columns of the mask.
func (AVX512) AddTo(sum, v reg.VecVirtual, mask Op) {
	if mask == nil {
		VADDPS(v, sum, sum)
		return
	}
	VADDPS(v, sum, mask, sum)
}

// AVX2 is the 256-bit instruction set, with FMA.
type AVX2 struct{ table *Mem }

// Name is part of functions' names.
func (*AVX2) Name() string { return "AVX2" }

// Vector is 8 float32.
func (*AVX2) Vector() reg.VecVirtual { return YMM() }

// Bytes of a vector.
func (*AVX2) Bytes() int { return 32 }

// tableOnes is the number of words of ones, and of zeros, in the table that masks are loaded from.
const tableOnes = 32

// NewAVX2 writes the words that masks are loaded from: the mask of n columns begins n words before the first zero. It
// is called once, before any function.
func NewAVX2() *AVX2 {
	table := GLOBL("masksAVX2", RODATA|NOPTR)
	for i := 0; i < tableOnes; i += 2 { // two words at a time
		DATA(4*i, U64(math.MaxUint64))
	}
	for i := 0; i < tableOnes; i += 2 {
		DATA(4*(tableOnes+i), U64(0))
	}
	return &AVX2{&table}
}

// Masks are vectors: the words of columns in use are all ones.
func (x *AVX2) Masks(columns reg.GPVirtual, vectors int) []Op {
	end := GP64()
	LEAQ(x.table.Offset(4*tableOnes), end)
	SHLQ(Imm(2), columns)
	SUBQ(columns, end)
	masks := make([]Op, vectors)
	for i := range masks {
		v := YMM()
		VMOVUPS(Mem{Base: end, Disp: 32 * i}, v)
		masks[i] = v
	}
	return masks
}

// Load loads the columns of the mask; the others become 0.
func (*AVX2) Load(m Mem, mask Op, v reg.VecVirtual) {
	if mask == nil {
		VMOVUPS(m, v)
		return
	}
	VMASKMOVPS(m, mask, v)
}

// Merge loads the columns of the mask; the others stay.
func (*AVX2) Merge(m Mem, mask Op, v reg.VecVirtual) {
	loaded := YMM()
	VMASKMOVPS(m, mask, loaded)
	VBLENDVPS(mask, loaded, v, v)
}

// Store stores the columns of the mask.
func (*AVX2) Store(v reg.VecVirtual, mask Op, m Mem) {
	if mask == nil {
		VMOVUPS(v, m)
		return
	}
	VMASKMOVPS(v, mask, m)
}

// Zero makes all columns 0.
func (*AVX2) Zero(v reg.VecVirtual) { VXORPS(v, v, v) }

// AddTo adds the columns of the mask. The others get a 0, which changes no sum: none of them is a negative zero.
func (*AVX2) AddTo(sum, v reg.VecVirtual, mask Op) {
	if mask != nil {
		VANDPS(mask, v, v)
	}
	VADDPS(v, sum, sum)
}
