// Command matmul writes the assembly of the matrix product's inner blocks.
//
// A block is some rows by one or two vectors of C. For each k, in index order, it loads the vectors of B's row k,
// broadcasts one element of A for each row, and multiplies and adds with one rounding. Each element of C is so one chain
// of fused multiply-adds in index order, whatever the block's shape. Columns beyond the edge of C are masked: never
// loaded, never stored.
package main

import (
	"fmt"
	"strconv"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/ziplaw/ziplaw/internal/kernel/gen/isa"
)

func main() {
	ConstraintExpr("!noasm")
	avx512, avx2 := isa.AVX512{}, isa.NewAVX2()
	for _, vectors := range []int{2, 1} {
		for _, rows := range []int{8, 4, 2, 1} {
			block{avx512, rows, vectors, true}.write()
		}
	}
	for _, vectors := range []int{2, 1} { // 16 registers: 6 by 2 vectors of C, 2 of B, 1 of A
		for _, rows := range []int{6, 4, 2, 1} {
			block{avx2, rows, vectors, false}.write()
		}
		for _, rows := range []int{4, 2, 1} {
			block{avx2, rows, vectors, true}.write()
		}
	}
	Generate()
}

// block is the shape of a block; masked ones leave columns beyond the edge alone.
type block struct {
	isa.ISA
	rows, vectors int
	masked        bool
}

func (x block) name() string {
	name := fmt.Sprintf("block%sr%dv%d", x.Name(), x.rows, x.vectors)
	if x.masked && x.Name() == "AVX2" {
		name += "masked"
	}
	return name
}

func (x block) write() {
	TEXT(x.name(), NOSPLIT, "func(k uintptr, a *float32, aRow, aCol uintptr, b *float32, bRow uintptr, c *float32, cRow, columns uintptr, load bool)")
	Pragma("noescape")
	width := x.vectors * x.Bytes() / 4
	columns := strconv.Itoa(width)
	masks := make([]Op, x.vectors)
	if x.masked {
		columns = "1 to " + columns
		masks = x.Masks(Load(Param("columns"), GP64()).(reg.GPVirtual), x.vectors)
	}
	Doc(fmt.Sprintf("%s computes %d rows of C, %s columns. Strides are in bytes.", x.name(), x.rows, columns))
	acc := x.start(masks)
	x.chain(acc, masks)
	x.eachRow(func(r int, m Mem) {
		for j, v := range acc[r] {
			x.Store(v, masks[j], m.Offset(j*x.Bytes()))
		}
	})
	VZEROUPPER()
	RET()
}

// start makes the chains' first values: 0, or C's elements where load is set.
func (x block) start(masks []Op) [][]reg.VecVirtual {
	acc := make([][]reg.VecVirtual, x.rows)
	for r := range acc {
		for range x.vectors {
			v := x.Vector()
			VXORPS(v.AsY(), v.AsY(), v.AsY())
			acc[r] = append(acc[r], v)
		}
	}
	load := Load(Param("load"), GP8())
	TESTB(load, load)
	JZ(LabelRef("start"))
	x.eachRow(func(r int, m Mem) {
		for j, v := range acc[r] {
			x.Load(m.Offset(j*x.Bytes()), masks[j], v)
		}
	})
	Label("start")
	return acc
}

// chain is the loop over k, which is at least 1.
func (x block) chain(acc [][]reg.VecVirtual, masks []Op) {
	k := Load(Param("k"), GP64())
	a, aCol := Load(Param("a"), GP64()), Load(Param("aCol"), GP64())
	b, bRow := Load(Param("b"), GP64()), Load(Param("bRow"), GP64())
	rows := newRowsOf(a, x.rows)
	Label("loop")
	var bs []reg.VecVirtual
	for j, mask := range masks {
		v := x.Vector()
		x.Load(Mem{Base: b, Disp: j * x.Bytes()}, mask, v)
		bs = append(bs, v)
	}
	rows.advance()
	for r, row := range acc {
		v := x.Vector()
		VBROADCASTSS(rows.at(r), v)
		for j := range row {
			VFMADD231PS(bs[j], v, row[j])
		}
	}
	ADDQ(aCol, a)
	ADDQ(bRow, b)
	DECQ(k)
	JNZ(LabelRef("loop"))
}

// rowsOf addresses the rows of A: four from its pointer, four from another one, four rows on.
type rowsOf struct {
	n                   int
	a, next, row, three reg.Register
}

func newRowsOf(a reg.Register, n int) rowsOf {
	x := rowsOf{n: n, a: a}
	if n > 1 {
		x.row = Load(Param("aRow"), GP64())
	}
	if n > 3 {
		x.three = GP64()
		LEAQ(Mem{Base: x.row, Index: x.row, Scale: 2}, x.three)
	}
	if n > 4 {
		x.next = GP64()
	}
	return x
}

func (x rowsOf) advance() {
	if x.n > 4 {
		LEAQ(Mem{Base: x.a, Index: x.row, Scale: 4}, x.next)
	}
}

func (x rowsOf) at(r int) Mem {
	base := x.a
	if r >= 4 {
		base = x.next
	}
	switch r % 4 {
	case 1:
		return Mem{Base: base, Index: x.row, Scale: 1}
	case 2:
		return Mem{Base: base, Index: x.row, Scale: 2}
	case 3:
		return Mem{Base: base, Index: x.three, Scale: 1}
	}
	return Mem{Base: base}
}

// eachRow walks down the rows of C.
func (x block) eachRow(f func(r int, m Mem)) {
	c := Load(Param("c"), GP64())
	var stride reg.Register
	if x.rows > 1 {
		stride = Load(Param("cRow"), GP64())
	}
	for r := range x.rows {
		f(r, Mem{Base: c})
		if r+1 < x.rows {
			ADDQ(stride, c)
		}
	}
}
