package bench

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

//go:embed matmul.py
var matmulText string

var matmulScript = Script{"matmul.py", matmulText, "pip install numpy"}

// matmul is c (M,N) = op(a) op(b), with op the transpose where asked for.
type matmul struct {
	M      int  `json:"m"`
	N      int  `json:"n"`
	K      int  `json:"k"`
	TransA bool `json:"trans_a"`
	TransB bool `json:"trans_b"`
}

// matmulCases are a square product and those of models' training steps.
func matmulCases(o Options, p *Python) []Case {
	cases := []Case{matmulCase("1024^3", matmul{M: 1024, N: 1024, K: 1024}, o, p)}
	widths := []int{64, 256}
	if o.All {
		widths = append(widths, 512, 1024)
	}
	for _, h := range widths {
		cases = append(cases, layerCases(h, o, p)...)
	}
	return cases
}

// matmulRows are those of a batch of 32 documents of 256 tokens.
const matmulRows = 32 * 256

// layerCases are the products of a layer of width h, whose feed-forward part has the width 2h: each forward, for the
// gradient of its input, and for that of its weights.
func layerCases(h int, o Options, p *Python) (cases []Case) {
	for _, w := range []struct {
		name    string
		in, out int
	}{{"qkv", h, 3 * h}, {"out", h, h}, {"gate-up", h, 4 * h}, {"down", 2 * h, h}} {
		for _, x := range []struct {
			name string
			matmul
		}{
			{"forward", matmul{M: matmulRows, N: w.out, K: w.in}},
			{"input-gradient", matmul{M: matmulRows, N: w.in, K: w.out, TransB: true}},
			{"weight-gradient", matmul{M: w.in, N: w.out, K: matmulRows, TransA: true}},
		} {
			cases = append(cases, matmulCase(fmt.Sprintf("h%d %s %s", h, w.name, x.name), x.matmul, o, p))
		}
	}
	return cases
}

func matmulCase(name string, x matmul, o Options, p *Python) Case {
	flops := 2 * float64(x.M) * float64(x.N) * float64(x.K)
	return Case{
		Work: "matmul " + name, Unit: "GFLOP/s", Amount: flops / 1e9, FLOPs: flops, Threads: o.Threads,
		Ours:  func() (Side, error) { return x.ours(o.Threads) },
		Peers: []func(context.Context) (Side, error){p.Peer(matmulScript, "", 1, o.Threads, x)},
	}
}

// ours is the product on a backend of its own.
func (x matmul) ours(threads int) (Side, error) {
	b := kernel.NewCPU(threads)
	_, parts, err := b.NewBuffers(kernel.Group{Kind: kernel.Activation, Sizes: []int{x.M * x.N, x.M * x.K, x.K * x.N}})
	if err == nil {
		err = b.Prepare(kernel.Shape{AttentionShape: kernel.AttentionShape{Batch: 1, Time: x.M, Heads: 1, Size: x.K}, Intermediate: x.N, Vocab: 1})
	}
	if err != nil {
		_ = b.Close()
		return nil, err
	}
	for _, part := range parts[1:] {
		b.Write(part, numbers(part.Len()))
	}
	product := func() error {
		b.Product(parts[0], parts[1], x.TransA, parts[2], x.TransB, x.M, x.N, x.K, false)
		return nil
	}
	return newCalls(func() { _ = b.Close() }, product), nil
}

// numbers are n of them between 0 and 1.
func numbers(n int) []float32 {
	x := make([]float32, n)
	for i, v := uint32(0), uint32(1); int(i) < n; i++ {
		v = v*1664525 + 1013904223
		x[i] = float32(v>>8) / (1 << 24)
	}
	return x
}
