//go:build cuda

package gpu

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// pair is a processor's backend and a device's, which do the same.
type pair struct {
	t         *testing.T
	cpu, cuda kernel.Backend
	random    *rand.Rand
}

// both is one buffer of each.
type both struct{ cpu, cuda kernel.Buffer }

// bothIDs is ids of each.
type bothIDs struct{ cpu, cuda kernel.IDs }

func newPair(t *testing.T, s kernel.Shape) *pair {
	t.Helper()
	p := &pair{t, kernel.NewCPU(1), backendOf(t, open(t)), rand.New(rand.NewPCG(1, 2))}
	t.Cleanup(func() { p.cpu.Close() })
	for _, b := range []kernel.Backend{p.cpu, p.cuda} {
		if err := b.Prepare(s); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func (p *pair) write(x []float32) both {
	p.t.Helper()
	var made [2]kernel.Buffer
	for i, b := range []kernel.Backend{p.cpu, p.cuda} {
		whole, _, err := b.NewBuffers(kernel.Group{Kind: kernel.Activation, Sizes: []int{len(x)}})
		if err != nil {
			p.t.Fatal(err)
		}
		b.Write(whole, x)
		made[i] = whole
	}
	return both{made[0], made[1]}
}

// values are n random numbers of about a size, with some zeros of both signs among them.
func (p *pair) values(n int, size float64) both {
	p.t.Helper()
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(size * p.random.NormFloat64())
		if p.random.IntN(50) == 0 {
			x[i] = float32(math.Copysign(0, float64(x[i])))
		}
	}
	return p.write(x)
}

func (p *pair) ids(kind kernel.Kind, x []int32) bothIDs {
	p.t.Helper()
	var made [2]kernel.IDs
	for i, b := range []kernel.Backend{p.cpu, p.cuda} {
		array, err := b.NewIDs(kind, len(x))
		if err != nil {
			p.t.Fatal(err)
		}
		b.WriteIDs(array, x)
		made[i] = array
	}
	return bothIDs{made[0], made[1]}
}

// randomIDs are n of v ids, those of some rows ignored if they are labels.
func (p *pair) randomIDs(kind kernel.Kind, n, v int) bothIDs {
	x := make([]int32, n)
	for i := range x {
		x[i] = p.random.Int32N(int32(v))
		if kind == kernel.Label && p.random.IntN(8) == 0 {
			x[i] = kernel.Ignored
		}
	}
	return p.ids(kind, x)
}

// same compares bits. All numbers that aren't are the same.
func (p *pair) same(what string, buffers ...both) {
	p.t.Helper()
	for i, b := range buffers {
		want, got := make([]float32, b.cpu.Len()), make([]float32, b.cpu.Len())
		if err := p.cpu.Read(want, b.cpu); err != nil {
			p.t.Fatal(err)
		}
		if err := p.cuda.Read(got, b.cuda); err != nil {
			p.t.Fatal(err)
		}
		for j := range want {
			if math.Float32bits(want[j]) != math.Float32bits(got[j]) && (want[j] == want[j] || got[j] == got[j]) {
				p.t.Errorf("%s: element %d of result %d is %g (%08x), on the CPU %g (%08x)", what, j, i,
					got[j], math.Float32bits(got[j]), want[j], math.Float32bits(want[j]))
				return
			}
		}
	}
}

func TestBitsOfProducts(t *testing.T) {
	p := newPair(t, kernel.Shape{Vocab: 1})
	for _, s := range [][3]int{{1, 1, 1}, {3, 50, 7}, {64, 64, 16}, {65, 63, 17}, {68, 60, 100}, {130, 129, 600}, {700, 800, 37}, {700, 801, 33}, {1300, 1500, 21}} {
		m, n, k := s[0], s[1], s[2]
		a, b, c := p.values(m*k, 1), p.values(k*n, 1), p.values(m*n, 1)
		for i := range 8 {
			transA, transB, accumulate := i&1 != 0, i&2 != 0, i&4 != 0
			p.cpu.Product(c.cpu, a.cpu, transA, b.cpu, transB, m, n, k, accumulate)
			p.cuda.Product(c.cuda, a.cuda, transA, b.cuda, transB, m, n, k, accumulate)
			p.same(fmt.Sprintf("%d by %d by %d, transposes %v %v, accumulate %v", m, n, k, transA, transB, accumulate), c)
		}
	}
}

func TestBitsOfAttention(t *testing.T) {
	p := newPair(t, kernel.Shape{AttentionShape: kernel.AttentionShape{Batch: 2, Time: 1100, Heads: 3, Size: 256}, Vocab: 1})
	for _, s := range []kernel.AttentionShape{
		{Batch: 1, Time: 1, Heads: 1, Size: 2}, {Batch: 2, Time: 9, Heads: 3, Size: 6}, {Batch: 1, Time: 33, Heads: 1, Size: 16},
		{Batch: 2, Time: 64, Heads: 2, Size: 64}, {Batch: 1, Time: 65, Heads: 1, Size: 66}, {Batch: 1, Time: 100, Heads: 2, Size: 128},
		{Batch: 1, Time: 130, Heads: 1, Size: 130}, {Batch: 1, Time: 97, Heads: 1, Size: 256}, {Batch: 1, Time: 1100, Heads: 1, Size: 18},
	} {
		r, c := s.Rows(), s.Width()
		qkv, dout := p.values(3*r*c, 1.5), p.values(r*c, 1)
		out, stats, dqkv := p.values(r*c, 1), p.values(2*r*s.Heads, 1), p.values(3*r*c, 1)
		p.cpu.Attention(out.cpu, stats.cpu, qkv.cpu, s)
		p.cuda.Attention(out.cuda, stats.cuda, qkv.cuda, s)
		p.same(fmt.Sprintf("attention %+v", s), stats, out)
		p.cpu.AttentionBackward(dqkv.cpu, dout.cpu, out.cpu, stats.cpu, qkv.cpu, s)
		p.cuda.AttentionBackward(dqkv.cuda, dout.cuda, out.cuda, stats.cuda, qkv.cuda, s)
		p.same(fmt.Sprintf("gradients of attention %+v", s), dqkv)
		cos, sin := p.values(s.Time*s.Size/2, 1), p.values(s.Time*s.Size/2, 1)
		for _, inverse := range []bool{false, true} {
			p.cpu.Rotate(qkv.cpu, cos.cpu, sin.cpu, s, inverse)
			p.cuda.Rotate(qkv.cuda, cos.cuda, sin.cuda, s, inverse)
			p.same(fmt.Sprintf("rotation %+v, inverse %v", s, inverse), qkv)
		}
	}
}

func TestBitsOfNorms(t *testing.T) {
	p := newPair(t, kernel.Shape{AttentionShape: kernel.AttentionShape{Batch: 1, Time: 1, Heads: 9, Size: 256}, Vocab: 1})
	for _, s := range [][2]int{{1, 1}, {5, 4}, {9, 15}, {8, 16}, {33, 37}, {130, 64}, {300, 33}, {7, 2050}} {
		rows, c := s[0], s[1]
		x, delta, w, dy, dsum := p.values(rows*c, 1), p.values(rows*c, 1), p.values(c, 1), p.values(rows*c, 1), p.values(rows*c, 1)
		sum, y, again, rstd, dw := p.values(rows*c, 1), p.values(rows*c, 1), p.values(rows*c, 1), p.values(rows, 1), p.values(c, 1)
		what := fmt.Sprintf("norm of %d by %d", rows, c)
		p.cpu.AddNorm(sum.cpu, y.cpu, rstd.cpu, x.cpu, delta.cpu, w.cpu)
		p.cuda.AddNorm(sum.cuda, y.cuda, rstd.cuda, x.cuda, delta.cuda, w.cuda)
		p.cpu.AddNorm(x.cpu, y.cpu, rstd.cpu, x.cpu, nil, w.cpu)
		p.cuda.AddNorm(x.cuda, y.cuda, rstd.cuda, x.cuda, nil, w.cuda)
		p.cpu.Normalize(again.cpu, sum.cpu, rstd.cpu, w.cpu)
		p.cuda.Normalize(again.cuda, sum.cuda, rstd.cuda, w.cuda)
		p.same(what, sum, x, y, rstd, again)
		for _, accumulate := range []bool{true, false} {
			p.cpu.NormBackward(dsum.cpu, dw.cpu, dy.cpu, sum.cpu, rstd.cpu, w.cpu, accumulate, accumulate)
			p.cuda.NormBackward(dsum.cuda, dw.cuda, dy.cuda, sum.cuda, rstd.cuda, w.cuda, accumulate, accumulate)
			p.same(what+", gradients", dsum, dw)
		}
	}
}

func TestBitsOfEmbeddings(t *testing.T) {
	p := newPair(t, kernel.Shape{Vocab: 1})
	for _, s := range [][3]int{{1, 1, 1}, {7, 5, 3}, {100, 130, 7}, {500, 33, 4000}} {
		rows, c, v := s[0], s[1], s[2]
		ids := p.randomIDs(kernel.Token, rows, v)
		table, dtable, dx, x := p.values(v*c, 1), p.values(v*c, 1), p.values(rows*c, 1), p.values(rows*c, 1)
		p.cpu.Embed(x.cpu, table.cpu, ids.cpu)
		p.cuda.Embed(x.cuda, table.cuda, ids.cuda)
		part := rows / 2 // a view whose rows haven't been sorted yet
		if part > 0 {
			p.cpu.EmbedBackward(dtable.cpu, dx.cpu.Slice(0, part*c), ids.cpu.Slice(rows-part, rows))
			p.cuda.EmbedBackward(dtable.cuda, dx.cuda.Slice(0, part*c), ids.cuda.Slice(rows-part, rows))
		}
		p.cpu.EmbedBackward(dtable.cpu, dx.cpu, ids.cpu)
		p.cuda.EmbedBackward(dtable.cuda, dx.cuda, ids.cuda)
		p.same(fmt.Sprintf("embedding of %d rows of %d", rows, v), x, dtable)
		p.cpu.EmbedClear(dtable.cpu, ids.cpu, c)
		p.cuda.EmbedClear(dtable.cuda, ids.cuda, c)
		p.same("cleared embedding", dtable)
	}
}

func TestBitsOfSwiGLU(t *testing.T) {
	p := newPair(t, kernel.Shape{Vocab: 1})
	for _, s := range [][2]int{{1, 1}, {5, 19}, {3, 256}, {2, 257}, {2, 1000}} {
		rows, i := s[0], s[1]
		gates := p.values(2*rows*i, 40)
		if i == 19 {
			odd := []float32{87, -87, 87.33, -87.33, 88.72283, -88.72283, 88.7229, 89, -89, 1e30, -1e30, 1e-40, -1e-40,
				float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN())}
			gates = p.write(append(odd, make([]float32, 2*rows*i-len(odd))...))
		}
		act, again, dact, dgates := p.values(rows*i, 1), p.values(rows*i, 1), p.values(rows*i, 1), p.values(2*rows*i, 1)
		p.cpu.SwiGLU(act.cpu, gates.cpu, i)
		p.cuda.SwiGLU(act.cuda, gates.cuda, i)
		p.cpu.SwiGLUBackward(dgates.cpu, again.cpu, dact.cpu, gates.cpu, i)
		p.cuda.SwiGLUBackward(dgates.cuda, again.cuda, dact.cuda, gates.cuda, i)
		p.same(fmt.Sprintf("swiglu of %d by %d", rows, i), act, again, dgates)
	}
}

// TestBitsOfLosses has a workspace that holds the logits of some rows only.
func TestBitsOfLosses(t *testing.T) {
	p := newPair(t, kernel.Shape{AttentionShape: kernel.AttentionShape{Batch: 1, Time: 2, Heads: 1, Size: 6}, Vocab: 5000})
	for _, s := range [][3]int{{1, 1, 1}, {9, 6, 21}, {700, 3, 21}, {7, 6, 2048}, {7, 5, 2049}, {5, 6, 5000}} {
		rows, c, v := s[0], s[1], s[2]
		y, w, scale := p.values(rows*c, 2), p.values(c*v, 2), p.write([]float32{1 / float32(rows)})
		labels := p.randomIDs(kernel.Label, rows, v)
		losses, mean, dy, dw := p.values(rows, 1), p.values(1, 1), p.values(rows*c, 1), p.values(c*v, 1)
		p.cpu.Loss(losses.cpu, y.cpu, w.cpu, labels.cpu)
		p.cuda.Loss(losses.cuda, y.cuda, w.cuda, labels.cuda)
		p.same(fmt.Sprintf("losses of %d rows of %d", rows, v), losses)
		p.cpu.LossBackward(losses.cpu, dy.cpu, dw.cpu, y.cpu, w.cpu, labels.cpu, scale.cpu, false)
		p.cuda.LossBackward(losses.cuda, dy.cuda, dw.cuda, y.cuda, w.cuda, labels.cuda, scale.cuda, false)
		p.cpu.Mean(mean.cpu, losses.cpu, scale.cpu)
		p.cuda.Mean(mean.cuda, losses.cuda, scale.cuda)
		p.same(fmt.Sprintf("gradients of losses of %d rows of %d", rows, v), losses, mean, dy, dw)
	}
}

func TestBitsOfMeans(t *testing.T) {
	p := newPair(t, kernel.Shape{Vocab: 1})
	for _, n := range []int{1, 15, 16, 100, 2048, 2049, 9000} {
		losses, scale, dst := p.values(n, 5), p.values(1, 1), p.values(1, 1)
		p.cpu.Mean(dst.cpu, losses.cpu, scale.cpu)
		p.cuda.Mean(dst.cuda, losses.cuda, scale.cuda)
		p.same(fmt.Sprintf("mean of %d", n), dst)
	}
}

func TestBitsOfAdamW(t *testing.T) {
	p := newPair(t, kernel.Shape{Vocab: 1})
	for _, n := range []int{1, 1024, 1025, 5000} {
		for _, size := range []float64{1, 1e-18, 1e-28, 1e-40} {
			factors := make([]float32, kernel.UpdateFactors)
			kernel.Update{Beta1: 0.9, Rest1: 0.1, Beta2: 0.95, Rest2: 0.05, Rate: 0.01, Root: 1.3, Epsilon: 1e-8, Before: 0.999, After: 1}.Floats(factors)
			f, w, m, v, g := p.write(factors), p.values(n, 1), p.values(n, size), p.values(n, 0), p.values(n, size)
			for range 3 {
				p.cpu.AdamW(w.cpu, m.cpu, v.cpu, g.cpu, f.cpu)
				p.cuda.AdamW(w.cuda, m.cuda, v.cuda, g.cuda, f.cuda)
			}
			p.same(fmt.Sprintf("adamw of %d numbers of %g", n, size), w, m, v)
		}
	}
}
