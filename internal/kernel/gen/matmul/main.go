// Command matmul writes the assembly of the matrix product's inner tiles.
//
// A tile is some rows by one or two vectors of C. For each k, in index order, it loads the vectors of B's row k,
// broadcasts one element of A for each row, and multiplies and adds with one rounding. Each element of C is so one chain
// of fused multiply-adds in index order, whatever the tile's shape. A function goes down a panel of C, tile by tile. It
// loads whole vectors of B; columns beyond the edge of C are computed with what stands there, and never stored.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/ziplaw/ziplaw/internal/kernel/gen/isa"
)

func main() {
	ConstraintExpr("!noasm")
	avx512, avx2 := isa.AVX512{}, isa.NewAVX2()
	for _, across := range []bool{false, true} {
		for _, vectors := range []int{1, 2} {
			for rows := 1; rows <= 12; rows++ { // 32 registers: 12 by 2 vectors of C, 2 of B, 1 of A
				tile{avx512, rows, vectors, across, 2}.write()
			}
			for rows := 1; rows <= 12/vectors; rows++ { // 16 registers: 6 by 2 or 12 by 1 vectors of C, 2 of B, 1 of A
				tile{avx2, rows, vectors, across, 4}.write()
			}
		}
	}
	packRows{avx512}.write()
	packRows{avx2}.write()
	Generate()
}

// packRows copies rows of a panel of B, which is two vectors wide.
type packRows struct{ isa.ISA }

func (x packRows) write() {
	name := "packRows" + x.Name()
	TEXT(name, NOSPLIT, "func(to, from *float32, stride, rows uintptr)")
	Pragma("noescape")
	Doc(name + " copies some rows of two vectors. The stride of from is in bytes.")
	to, from := Load(Param("to"), GP64()), Load(Param("from"), GP64())
	stride, rows := Load(Param("stride"), GP64()), Load(Param("rows"), GP64())
	Label("row")
	PREFETCHT0(Mem{Base: from, Disp: 4 * line}) // panels to come read on in the same rows
	for i := range 2 {
		v := x.Vector()
		x.Load(Mem{Base: from, Disp: i * x.Bytes()}, nil, v)
		x.Store(v, nil, Mem{Base: to, Disp: i * x.Bytes()})
	}
	ADDQ(stride, from)
	ADDQ(U8(2*x.Bytes()), to)
	DECQ(rows)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// tile is the shape of a tile, and how A is stored: row by row, or across, column by column. A loop takes some steps at once.
type tile struct {
	isa.ISA
	rows, vectors int
	across        bool
	steps         int
}

func (x tile) name() string {
	name := fmt.Sprintf("tile%sr%dv%d", x.Name(), x.rows, x.vectors)
	if x.across {
		name += "across"
	}
	return name
}

func (x tile) columns() int { return x.vectors * x.Bytes() / 4 }

const signature = "func(tiles, k uintptr, a *float32, aStride, aTile, ahead, aheadStep uintptr, b *float32, bRow uintptr, c *float32, cRow, columns uintptr, load bool)"

func (x tile) write() {
	TEXT(x.name(), NOSPLIT, signature)
	Pragma("noescape")
	Doc(fmt.Sprintf("%s computes some tiles of %d rows of C, 1 to %d columns. Strides are in bytes.", x.name(), x.rows, x.columns()))
	tiles, a, c := Load(Param("tiles"), GP64()), Load(Param("a"), GP64()), Load(Param("c"), GP64())
	cRow, ahead := Load(Param("cRow"), GP64()), Load(Param("ahead"), GP64())
	Label("tile")
	x.prefetchC(c, cRow)
	acc := x.start(c, cRow)
	x.chain(acc, a, ahead)
	x.finish(acc, c, cRow)
	step := Load(Param("aTile"), GP64())
	ADDQ(step, a)
	DECQ(tiles)
	JNZ(LabelRef("tile"))
	VZEROUPPER()
	RET()
}

// masks are those of the columns in use.
func (x tile) masks() []Op {
	return x.Masks(Load(Param("columns"), GP64()).(reg.GPVirtual), x.vectors)
}

// prefetchC asks for the next tile of C, which lies behind this one: for the ends of its rows, since where rows are not aligned to
// lines, their beginnings have come with the panel before.
func (x tile) prefetchC(c, cRow reg.Register) {
	next := GP64()
	IMUL3Q(U8(x.rows), cRow, next)
	ADDQ(c, next)
	for r := range x.rows {
		for at := 0; at < x.vectors*x.Bytes(); at += line {
			PREFETCHT0(Mem{Base: next, Disp: min(at+line, x.vectors*x.Bytes()) - 4})
		}
		if r+1 < x.rows {
			ADDQ(cRow, next)
		}
	}
}

// line is the bytes of a line of the cache.
const line = 64

// start makes the chains' first values: 0, or C's elements where load is set.
func (x tile) start(c, cRow reg.Register) [][]reg.VecVirtual {
	acc := make([][]reg.VecVirtual, x.rows)
	for r := range acc {
		for range x.vectors {
			v := x.Vector()
			x.Zero(v)
			acc[r] = append(acc[r], v)
		}
	}
	load := Load(Param("load"), GP8())
	TESTB(load, load)
	JZ(LabelRef("start"))
	masks, row := x.masks(), GP64()
	MOVQ(c, row)
	for r := range acc {
		for j, v := range acc[r] {
			x.Load(Mem{Base: row, Disp: j * x.Bytes()}, masks[j], v)
		}
		if r+1 < x.rows {
			ADDQ(cRow, row)
		}
	}
	Label("start")
	return acc
}

// finish stores the tile, and moves c behind it. Masked stores are slow on some processors.
func (x tile) finish(acc [][]reg.VecVirtual, c, cRow reg.Register) {
	columns := GP64()
	Load(Param("columns"), columns)
	CMPQ(columns, U8(x.columns()))
	JNE(LabelRef("edge"))
	x.store(acc, c, cRow, func(j int, v reg.VecVirtual) { x.Store(v, nil, Mem{Base: c, Disp: j * x.Bytes()}) })
	JMP(LabelRef("stored"))
	Label("edge")
	if x.Name() == "AVX2" {
		CMPQ(columns, U8(x.columns()-4))
		JNE(LabelRef("masked"))
		x.store(acc, c, cRow, func(j int, v reg.VecVirtual) {
			if j+1 == x.vectors {
				VMOVUPS(v.AsX(), Mem{Base: c, Disp: j * x.Bytes()})
			} else {
				x.Store(v, nil, Mem{Base: c, Disp: j * x.Bytes()})
			}
		})
		JMP(LabelRef("stored"))
		Label("masked")
	}
	masks := x.masks()
	x.store(acc, c, cRow, func(j int, v reg.VecVirtual) { x.Store(v, masks[j], Mem{Base: c, Disp: j * x.Bytes()}) })
	Label("stored")
}

func (x tile) store(acc [][]reg.VecVirtual, c, cRow reg.Register, store func(j int, v reg.VecVirtual)) {
	for _, row := range acc {
		for j, v := range row {
			store(j, v)
		}
		ADDQ(cRow, c)
	}
}

// chain is the loop over k, which is at least 1: some steps at once, then those that are left.
func (x tile) chain(acc [][]reg.VecVirtual, a, ahead reg.Register) {
	k := Load(Param("k"), GP64())
	b := newStrided(Load(Param("b"), GP64()), Load(Param("bRow"), GP64()), x.steps)
	left := newOperand(x, a)
	SUBQ(U8(x.steps), k)
	JB(LabelRef("rest"))
	Label("loop")
	for s := range x.steps {
		x.step(acc, left, b, s)
	}
	x.readAhead(ahead)
	left.advance(x.steps)
	b.advance(x.steps)
	SUBQ(U8(x.steps), k)
	JAE(LabelRef("loop"))
	Label("rest")
	ADDQ(U8(x.steps), k)
	JZ(LabelRef("chained"))
	Label("one")
	x.step(acc, left, b, 0)
	left.advance(1)
	b.advance(1)
	DECQ(k)
	JNZ(LabelRef("one"))
	Label("chained")
}

// readAhead asks for what the caller will want next, in one pass of the loop after the other.
func (x tile) readAhead(ahead reg.Register) {
	PREFETCHT0(Mem{Base: ahead})
	if !x.across && 4*x.steps*x.rows > line {
		PREFETCHT0(Mem{Base: ahead, Disp: line})
	}
	step := GP64()
	Load(Param("aheadStep"), step)
	ADDQ(step, ahead)
}

// step multiplies and adds once.
func (x tile) step(acc [][]reg.VecVirtual, left operand, b strided, s int) {
	bs := make([]reg.VecVirtual, x.vectors)
	for j := range bs {
		bs[j] = x.Vector()
		x.Load(b.at(s).Offset(j*x.Bytes()), nil, bs[j])
	}
	for r, row := range acc {
		v := x.Vector()
		VBROADCASTSS(left.at(r, s), v)
		for j := range row {
			VFMADD231PS(bs[j], v, row[j])
		}
	}
}
