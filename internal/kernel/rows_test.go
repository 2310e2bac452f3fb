package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestFunctionsOfRowsGiveTheSameBitsOnEveryPath runs them on rows of all lengths up to some.
func TestFunctionsOfRowsGiveTheSameBitsOnEveryPath(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 52))
	for n := range 140 {
		rows, c, numbers := 1+r.IntN(5), 1+n/2, randoms
		if n%2 == 0 {
			numbers = awkward
		}
		const heads = 3
		size, stride := rows*c+1, c+r.IntN(3)
		x := [][]float32{numbers(r, rows*(2*heads*c+3)), numbers(r, rows*stride+c), numbers(r, rows*stride+c), numbers(r, c), numbers(r, rows+1), numbers(r, 2*rows*c+1)}
		rstd := func(x [][]float32) []float32 { return x[4][:rows] }
		for _, f := range []struct {
			name string
			run  func(p path, x [][]float32)
		}{
			{"norms", func(p path, x [][]float32) { p.norms(x[0][:size], x[1], x[3], rstd(x)) }},
			{"normGradients", func(p path, x [][]float32) { p.normGradients(x[0][:size], x[1], x[2], x[3], rstd(x)) }},
			{"weightGradient", func(p path, x [][]float32) { p.weightGradient(x[3], x[1], x[2], rstd(x), stride) }},
			{"turns", func(p path, x [][]float32) { p.turns(x[0], x[1], x[2], rows, heads, c, 2*heads*c+3, 1) }},
			{"turns back", func(p path, x [][]float32) { p.turns(x[0], x[1], x[2], rows, heads, c, 2*heads*c, -1) }},
			{"gates", func(p path, x [][]float32) { p.gates(x[1], x[0], rows, c) }},
			{"gateGradients", func(p path, x [][]float32) { p.gateGradients(x[5], x[1], x[2], x[0], rows, c) }},
		} {
			sameOnEveryPath(t, fmt.Sprintf("%s of %d rows of %d", f.name, rows, c), x, f.run)
		}
	}
}
