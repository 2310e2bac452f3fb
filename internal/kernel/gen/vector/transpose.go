package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// transpose writes the function for blocks of 8 by 8 elements. Each half of a vector takes four elements of a row, so that no
// element has to cross the halves afterwards.
func transpose() {
	TEXT("transposeAVX2", NOSPLIT, "func(y *float32, yRow uintptr, x *float32, xRow, blocks uintptr)")
	Pragma("noescape")
	Doc("transposeAVX2 writes 8 rows of x, 8 columns for each block, as columns of y. Strides are in bytes.")
	y, x := Load(Param("y"), GP64()), Load(Param("x"), GP64())
	yRow, xRow := Load(Param("yRow"), GP64()), Load(Param("xRow"), GP64())
	blocks := Load(Param("blocks"), GP64())
	xThree, yThree, low, high := GP64(), GP64(), GP64(), GP64()
	LEAQ(Mem{Base: xRow, Index: xRow, Scale: 2}, xThree)
	LEAQ(Mem{Base: yRow, Index: yRow, Scale: 2}, yThree)
	Label("block")
	LEAQ(Mem{Base: x, Index: xRow, Scale: 4}, low)
	for i := range 4 { // blocks to come read on in the same rows
		PREFETCHT0(fourth(x, xRow, xThree, i).Offset(512))
		PREFETCHT0(fourth(low, xRow, xThree, i).Offset(512))
	}
	LEAQ(Mem{Base: y, Index: yRow, Scale: 4}, high)
	for half, to := range []reg.Register{y, high} {
		var rows [4]reg.VecVirtual
		for i := range rows {
			rows[i] = YMM()
			VMOVUPS(fourth(x, xRow, xThree, i).Offset(16*half), rows[i].AsX())
			VINSERTF128(Imm(1), fourth(low, xRow, xThree, i).Offset(16*half), rows[i], rows[i])
		}
		for i, column := range columns(rows) {
			VMOVUPS(column, fourth(to, yRow, yThree, i))
		}
	}
	ADDQ(Imm(32), x)
	LEAQ(Mem{Base: y, Index: yRow, Scale: 8}, y)
	DECQ(blocks)
	JNZ(LabelRef("block"))
	VZEROUPPER()
	RET()
}

// fourth is the i-th of four rows.
func fourth(base, row, three reg.Register, i int) Mem {
	switch i {
	case 1:
		return Mem{Base: base, Index: row, Scale: 1}
	case 2:
		return Mem{Base: base, Index: row, Scale: 2}
	case 3:
		return Mem{Base: base, Index: three, Scale: 1}
	}
	return Mem{Base: base}
}

// columns transposes 4 by 4 elements in each half of the vectors.
func columns(rows [4]reg.VecVirtual) (out [4]reg.VecVirtual) {
	var t [4]reg.VecVirtual
	for i := range t {
		t[i], out[i] = YMM(), YMM()
	}
	VUNPCKLPS(rows[1], rows[0], t[0])
	VUNPCKLPS(rows[3], rows[2], t[1])
	VUNPCKHPS(rows[1], rows[0], t[2])
	VUNPCKHPS(rows[3], rows[2], t[3])
	VUNPCKLPD(t[1], t[0], out[0])
	VUNPCKHPD(t[1], t[0], out[1])
	VUNPCKLPD(t[3], t[2], out[2])
	VUNPCKHPD(t[3], t[2], out[3])
	return out
}
