package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestAttentionFunctionsGiveTheSameBitsOnEveryPath runs the functions of attention on blocks of all heights.
func TestAttentionFunctionsGiveTheSameBitsOnEveryPath(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	const most = 160
	for range 300 {
		rows, numbers := 1+r.IntN(attentionBlock), randoms
		if r.IntN(3) == 0 {
			numbers = awkward
		}
		seen := 1 + r.IntN(most-rows)
		columns, scale := rowOfScores(seen+rows-1)+lanes*r.IntN(2), 0.1+r.Float32()
		width, stride := 1+r.IntN(70), 70+r.IntN(3)
		x := [][]float32{numbers(r, attentionBlock*(most+lanes)), numbers(r, attentionBlock*(most+lanes)), numbers(r, 2*most), numbers(r, 2*most), numbers(r, 2*most)}
		for _, f := range []struct {
			name string
			run  func(p path, x [][]float32)
		}{
			{"softmax", func(p path, x [][]float32) { p.softmax(x[0], x[2], rows, columns, seen, scale) }},
			{"scoreWeights", func(p path, x [][]float32) { p.scoreWeights(x[0], x[2], 1+columns/2, scale) }},
			{"scoreGradients", func(p path, x [][]float32) { p.scoreGradients(x[0], x[1], x[2], 1+columns/2, scale) }},
			{"dots", func(p path, x [][]float32) { p.dots(x[2][:rows], x[0], x[1], width, stride) }},
		} {
			sameOnEveryPath(t, fmt.Sprintf("%s of %d rows, %d seen of %d columns", f.name, rows, seen, columns), x, f.run)
		}
	}
}

// TestKeptWeightsChangeNoBit computes gradients with and without weights that the forward pass has kept.
func TestKeptWeightsChangeNoBit(t *testing.T) {
	r := rand.New(rand.NewPCG(43, 44))
	for _, s := range []AttentionShape{
		{1, 1, 1, 2}, {2, 31, 2, 4}, {1, 32, 3, 6}, {2, 33, 1, 16}, {1, 95, 2, 8}, {1, 130, 1, 64}, {1, keptTime, 1, 4}, {1, keptTime + 1, 1, 4},
	} {
		rows, c := s.Rows(), s.Width()
		qkv, dout := randoms(r, 3*rows*c), randoms(r, rows*c)
		gradients := func(stats int) []float32 {
			out, state, dqkv := &cpuBuffer{x: make([]float32, rows*c)}, &cpuBuffer{x: make([]float32, stats)}, make([]float32, 3*rows*c)
			b := NewCPU(1)
			defer b.Close()
			if err := b.Prepare(Shape{AttentionShape: s, Intermediate: 1, Vocab: 1}); err != nil {
				t.Fatal(err)
			}
			b.Attention(out, state, &cpuBuffer{x: qkv}, s)
			clear(b.scratch[0])
			b.AttentionBackward(&cpuBuffer{x: dqkv}, &cpuBuffer{x: dout}, out, state, &cpuBuffer{x: qkv}, s)
			return dqkv
		}
		without, with := gradients(2*s.Heads*rows), gradients(NewCPU(1).AttentionStats(s))
		for i := range with {
			if !same(without[i], with[i]) {
				t.Fatalf("%+v: element %d is %v with the weights kept, and %v without", s, i, with[i], without[i])
			}
		}
	}
}
