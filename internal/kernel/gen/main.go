// Command gen writes the assembly of the matrix product's inner blocks for AVX-512 and AVX2 with FMA.
//
// A block is R rows by L vectors of C. For each k, in index order, it loads L vectors of B's row k, broadcasts one
// element of A for each row, and multiplies and adds with one rounding. Each element of C is so one chain of fused
// multiply-adds in index order, whatever R and L are. Columns beyond the edge are masked: never loaded, never stored.
package main

import (
	"fmt"
	"strconv"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("!noasm")
	for _, b := range []struct{ rows, vectors int }{{8, 2}, {8, 1}, {1, 2}, {1, 1}} {
		block(avx512{}, b.rows, b.vectors)
	}
	for _, b := range []struct{ rows, vectors int }{{4, 2}, {4, 1}, {1, 2}, {1, 1}} {
		block(avx2{}, b.rows, b.vectors)
	}
	Generate()
}

// isa is what the two instruction sets do differently.
type isa interface {
	name() string
	vector() reg.VecVirtual
	bytes() int
	mask(vectors int) []Op // from the argument "mask"
	load(m Mem, mask Op, v reg.VecVirtual)
	store(v reg.VecVirtual, mask Op, m Mem)
}

type avx512 struct{}

func (avx512) name() string           { return "avx512" }
func (avx512) vector() reg.VecVirtual { return ZMM() }
func (avx512) bytes() int             { return 64 }

// mask is a bit for each column: 16 bits a vector.
func (avx512) mask(vectors int) []Op {
	bits := Load(Param("mask"), GP64())
	masks := make([]Op, vectors)
	for i := range masks {
		k := K()
		KMOVW(bits.(reg.GPVirtual).As32(), k)
		SHRQ(Imm(16), bits)
		masks[i] = k
	}
	return masks
}

func (avx512) load(m Mem, mask Op, v reg.VecVirtual)  { VMOVUPS_Z(m, mask, v) }
func (avx512) store(v reg.VecVirtual, mask Op, m Mem) { VMOVUPS(v, mask, m) }

type avx2 struct{}

func (avx2) name() string           { return "avx2" }
func (avx2) vector() reg.VecVirtual { return YMM() }
func (avx2) bytes() int             { return 32 }

// mask is the address of 32 bits for each column, all ones where the column is stored.
func (avx2) mask(vectors int) []Op {
	p := Load(Param("mask"), GP64())
	masks := make([]Op, vectors)
	for i := range masks {
		v := YMM()
		VMOVUPS(Mem{Base: p, Disp: 32 * i}, v)
		masks[i] = v
	}
	return masks
}

func (avx2) load(m Mem, mask Op, v reg.VecVirtual)  { VMASKMOVPS(m, mask, v) }
func (avx2) store(v reg.VecVirtual, mask Op, m Mem) { VMASKMOVPS(v, mask, m) }

// block writes block<ISA>r<rows>v<vectors>(k, a, aRow, aCol, b, bRow, c, cRow, mask, load). Strides are in bytes.
func block(x isa, rows, vectors int) {
	name := "block" + x.name() + "r" + strconv.Itoa(rows) + "v" + strconv.Itoa(vectors)
	maskType := "uint64"
	if x.name() == "avx2" {
		maskType = "*int32"
	}
	TEXT(name, NOSPLIT, fmt.Sprintf("func(k uintptr, a *float32, aRow, aCol uintptr, b *float32, bRow uintptr, c *float32, cRow uintptr, mask %s, load bool)", maskType))
	Pragma("noescape")
	Doc(fmt.Sprintf("%s multiplies %d rows of A with up to %d columns of B into C.", name, rows, vectors*x.bytes()/4))
	masks := x.mask(vectors)
	acc := make([][]reg.VecVirtual, rows)
	for r := range acc {
		for range vectors {
			v := x.vector()
			VXORPS(v.(reg.VecVirtual).AsY(), v.AsY(), v.AsY())
			acc[r] = append(acc[r], v)
		}
	}
	// The rows' addresses: row pointers a + r*aRow for r = 0, 3, 6 and indexes aRow, 2 aRow keep registers few.
	c := Load(Param("c"), GP64())
	cRow := Load(Param("cRow"), GP64())
	load := Load(Param("load"), GP8())
	TESTB(load, load)
	JZ(LabelRef("start"))
	eachRow(c, cRow, rows, func(r int, m Mem) {
		for j, v := range acc[r] {
			x.load(m.Offset(j*x.bytes()), masks[j], v)
		}
	})
	Label("start")
	k := Load(Param("k"), GP64())
	a := Load(Param("a"), GP64())
	aRow := Load(Param("aRow"), GP64())
	aCol := Load(Param("aCol"), GP64())
	b := Load(Param("b"), GP64())
	bRow := Load(Param("bRow"), GP64())
	row4 := GP64()
	if rows > 4 {
		row4 = GP64()
	}
	aRow3 := GP64()
	LEAQ(Mem{Base: aRow, Index: aRow, Scale: 2}, aRow3)
	TESTQ(k, k)
	JZ(LabelRef("store"))
	Label("loop")
	var bv []reg.VecVirtual
	for j := range vectors {
		v := x.vector()
		x.load(Mem{Base: b, Disp: j * x.bytes()}, masks[j], v)
		bv = append(bv, v)
	}
	if rows > 4 {
		LEAQ(Mem{Base: a, Index: aRow, Scale: 4}, row4)
	}
	for r := range rows {
		base := Op(a)
		if r >= 4 {
			base = row4
		}
		m := Mem{Base: base.(reg.Register)}
		switch r % 4 {
		case 1:
			m.Index, m.Scale = aRow, 1
		case 2:
			m.Index, m.Scale = aRow, 2
		case 3:
			m.Index, m.Scale = aRow3, 1
		}
		av := x.vector()
		VBROADCASTSS(m, av)
		for j := range vectors {
			VFMADD231PS(bv[j], av, acc[r][j])
		}
	}
	ADDQ(aCol, a)
	ADDQ(bRow, b)
	DECQ(k)
	JNZ(LabelRef("loop"))
	Label("store")
	c2 := Load(Param("c"), GP64())
	cRow2 := Load(Param("cRow"), GP64())
	eachRow(c2, cRow2, rows, func(r int, m Mem) {
		for j, v := range acc[r] {
			x.store(v, masks[j], m.Offset(j*x.bytes()))
		}
	})
	VZEROUPPER()
	RET()
}

// eachRow walks a pointer down the rows.
func eachRow(p, stride reg.Register, rows int, f func(r int, m Mem)) {
	for r := range rows {
		f(r, Mem{Base: p})
		if r+1 < rows {
			ADDQ(stride, p)
		}
	}
}
