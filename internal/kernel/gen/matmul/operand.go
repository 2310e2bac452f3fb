package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// strided addresses up to four places that lie a stride apart.
type strided struct{ base, stride, three reg.Register }

func newStrided(base, stride reg.Register, n int) strided {
	x := strided{base: base, stride: stride}
	if n > 3 {
		x.three = GP64()
		LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, x.three)
	}
	return x
}

func (x strided) at(i int) Mem {
	switch i {
	case 1:
		return Mem{Base: x.base, Index: x.stride, Scale: 1}
	case 2:
		return Mem{Base: x.base, Index: x.stride, Scale: 2}
	case 3:
		return Mem{Base: x.base, Index: x.three, Scale: 1}
	}
	return Mem{Base: x.base}
}

// advance moves the base by 1, 2 or 4 strides.
func (x strided) advance(n int) {
	if n == 1 {
		ADDQ(x.stride, x.base)
		return
	}
	LEAQ(Mem{Base: x.base, Index: x.stride, Scale: uint8(n)}, x.base)
}

// operand addresses the elements of A: of some rows, and of some steps on.
type operand interface {
	at(row, step int) Mem
	advance(steps int)
}

func newOperand(x tile, a reg.Register) operand {
	base := GP64()
	MOVQ(a, base)
	stride := Load(Param("aStride"), GP64())
	if x.across {
		return across{newStrided(base, stride, x.steps)}
	}
	rows := byRows{newStrided(base, stride, x.rows)}
	for i := 4; i < x.rows; i += 4 {
		next := rows[len(rows)-1]
		p := GP64()
		LEAQ(Mem{Base: next.base, Index: stride, Scale: 4}, p)
		next.base = p
		rows = append(rows, next)
	}
	return rows
}

// across is A stored column by column: the next step is a stride away.
type across struct{ strided }

func (x across) at(row, step int) Mem { return x.strided.at(step).Offset(4 * row) }

// byRows is A stored row by row: a pointer for every four rows.
type byRows []strided

func (x byRows) at(row, step int) Mem { return x[row/4].at(row % 4).Offset(4 * step) }

func (x byRows) advance(steps int) {
	for _, four := range x {
		ADDQ(U8(4*steps), four.base)
	}
}
