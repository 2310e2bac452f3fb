//go:build cuda

package gpu

import (
	"fmt"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// perRow is n over rows, the columns of a buffer.
func perRow(n, rows int) int {
	if rows == 0 || n%rows != 0 {
		panic(fmt.Sprintf("gpu: %d numbers in %d rows", n, rows))
	}
	return n / rows
}

// Embed implements kernel.Backend.
func (b *backend) Embed(x, table kernel.Buffer, tokens kernel.IDs) {
	i := b.rows(tokens)
	c := perRow(x.Len(), i.Len())
	i.array.bound(perRow(table.Len(), c))
	b.launch(embedLaunch(i.Len(), c), b.numbers(x, i.Len()*c), b.numbers(table, table.Len()), i.region())
}

// EmbedBackward implements kernel.Backend.
func (b *backend) EmbedBackward(dtable, dx kernel.Buffer, tokens kernel.IDs) {
	i := b.rows(tokens)
	c := perRow(dx.Len(), i.Len())
	i.array.bound(perRow(dtable.Len(), c))
	b.needOrder(i)
	b.launch(embedBackwardLaunch(i.Len(), c),
		b.numbers(dtable, dtable.Len()), b.numbers(dx, i.Len()*c), i.region(), i.order(), i.starts())
}

// EmbedClear implements kernel.Backend.
func (b *backend) EmbedClear(dtable kernel.Buffer, tokens kernel.IDs, c int) {
	i := b.rows(tokens)
	i.array.bound(perRow(dtable.Len(), c))
	b.launch(embedClearLaunch(i.Len(), c), b.numbers(dtable, dtable.Len()), i.region())
}

// AddNorm implements kernel.Backend.
func (b *backend) AddNorm(sum, y, rstd, x, delta, w kernel.Buffer) {
	rows, c := rstd.Len(), w.Len()
	var d region
	if delta != nil {
		d = b.numbers(delta, rows*c)
	}
	b.launch(addNormLaunch(rows, c),
		b.numbers(sum, rows*c), b.numbers(y, rows*c), b.numbers(rstd, rows), b.numbers(x, rows*c), d, b.numbers(w, c))
}

// Normalize implements kernel.Backend.
func (b *backend) Normalize(y, sum, rstd, w kernel.Buffer) {
	rows, c := rstd.Len(), w.Len()
	b.launch(normalizeLaunch(rows, c), b.numbers(y, rows*c), b.numbers(sum, rows*c), b.numbers(rstd, rows), b.numbers(w, c))
}

// NormBackward implements kernel.Backend.
func (b *backend) NormBackward(dsum, dw, dy, sum, rstd, w kernel.Buffer, addRows, addWeights bool) {
	rows, c := rstd.Len(), w.Len()
	pdy, psum, prstd := b.numbers(dy, rows*c), b.numbers(sum, rows*c), b.numbers(rstd, rows)
	b.launchOn(sideLane, normWeightLaunch(rows, c, addWeights), b.numbers(dw, c), pdy, psum, prstd)
	b.launch(normBackwardLaunch(rows, c, addRows), b.numbers(dsum, rows*c), pdy, psum, prstd, b.numbers(w, c))
}

// Product implements kernel.Backend.
func (b *backend) Product(c, x kernel.Buffer, transA bool, y kernel.Buffer, transB bool, m, n, k int, accumulate bool) {
	b.product(b.numbers(c, m*n), b.numbers(x, m*k), transA, b.numbers(y, k*n), transB, m, n, k, accumulate)
}

// product launches a product. One with the transpose of a is the gradient of a weight.
func (b *backend) product(c, x region, transA bool, y region, transB bool, m, n, k int, accumulate bool) {
	l := mainLane
	if transA {
		l = sideLane
	}
	b.launchOn(l, b.device.products.launch(transA, transB, m, n, k, accumulate), c, x, y)
}

// Rotate implements kernel.Backend.
func (b *backend) Rotate(qkv, cos, sin kernel.Buffer, s kernel.AttentionShape, inverse bool) {
	angles := s.Time * (s.Size / 2)
	b.launch(rotateLaunch(s, inverse), b.numbers(qkv, 3*s.Rows()*s.Width()), b.numbers(cos, angles), b.numbers(sin, angles))
}

// Attention implements kernel.Backend.
func (b *backend) Attention(out, stats, qkv kernel.Buffer, s kernel.AttentionShape) {
	n := s.Rows() * s.Width()
	b.launch(attentionForwardLaunch(s), b.numbers(out, n), b.numbers(stats, 2*s.Heads*s.Rows()), b.numbers(qkv, 3*n))
}

// AttentionBackward implements kernel.Backend.
func (b *backend) AttentionBackward(dqkv, dout, out, stats, qkv kernel.Buffer, s kernel.AttentionShape) {
	n := s.Rows() * s.Width()
	if s.Heads*s.Rows() > b.inner.n {
		panic("gpu: attention of a larger shape than was prepared")
	}
	pdout, inner := b.numbers(dout, n), b.inner.region()
	b.launch(attentionInnerLaunch(s), inner, pdout, b.numbers(out, n))
	for _, l := range attentionBackwardLaunches(s) {
		b.launch(l, b.numbers(dqkv, 3*n), pdout, inner, b.numbers(stats, 2*s.Heads*s.Rows()), b.numbers(qkv, 3*n))
	}
}

// SwiGLU implements kernel.Backend.
func (b *backend) SwiGLU(act, gateUp kernel.Buffer, i int) {
	rows := perRow(act.Len(), i)
	b.launch(swigluForwardLaunch(rows, i), b.numbers(act, rows*i), b.numbers(gateUp, 2*rows*i))
}

// SwiGLUBackward implements kernel.Backend.
func (b *backend) SwiGLUBackward(dgateUp, act, dact, gateUp kernel.Buffer, i int) {
	rows := perRow(act.Len(), i)
	b.launch(swigluBackwardLaunch(rows, i),
		b.numbers(dgateUp, 2*rows*i), b.numbers(act, rows*i), b.numbers(dact, rows*i), b.numbers(gateUp, 2*rows*i))
}

// Loss implements kernel.Backend.
func (b *backend) Loss(losses, y, w kernel.Buffer, labels kernel.IDs) {
	b.classify(losses, nil, nil, y, w, labels, nil, false)
}

// LossBackward implements kernel.Backend.
func (b *backend) LossBackward(losses, dy, dw, y, w kernel.Buffer, labels kernel.IDs, scale kernel.Buffer, accumulate bool) {
	b.classify(losses, dy, dw, y, w, labels, scale, accumulate)
}

// classify goes over the rows in slices whose logits fit the workspace. Each element of dw is one chain over all rows.
// Without dy, dw and scale there are no gradients.
func (b *backend) classify(losses, dy, dw, y, w kernel.Buffer, labels kernel.IDs, scale kernel.Buffer, accumulate bool) {
	i, rows := b.rows(labels), losses.Len()
	c := perRow(y.Len(), rows)
	v := perRow(w.Len(), c)
	slice := b.logits.n / v
	if i.Len() != rows || slice == 0 {
		panic(fmt.Sprintf("gpu: %d labels of %d rows, and room for the logits of %d", i.Len(), rows, slice))
	}
	i.array.bound(v)
	gradient := dy != nil
	var pdy, pdw, pscale region
	if gradient {
		pdy, pdw, pscale = b.numbers(dy, rows*c), b.numbers(dw, c*v), b.numbers(scale, 1)
	}
	py, pw, plosses, logits := b.numbers(y, rows*c), b.numbers(w, c*v), b.numbers(losses, rows), b.logits.region()
	for from := 0; from < rows; from += slice {
		n := min(slice, rows-from)
		ys, plogits := py.part(from*c, n*c), logits.part(0, n*v)
		b.product(plogits, ys, false, pw, false, n, v, c, false)
		b.launch(crossEntropyLaunch(n, v, gradient), plosses.part(from, n), plogits, i.region().part(from, n), pscale)
		if gradient {
			b.product(pdw, ys, true, plogits, false, c, v, n, accumulate || from > 0) // first: its lane waits for all that the main one has by then
			b.product(pdy.part(from*c, n*c), plogits, false, pw, true, n, c, v, false)
		}
	}
}

// Mean implements kernel.Backend.
func (b *backend) Mean(dst, losses, scale kernel.Buffer) {
	b.launch(meanLaunch(losses.Len()), b.numbers(dst, 1), b.numbers(losses, losses.Len()), b.numbers(scale, 1))
}

// AdamW implements kernel.Backend.
func (b *backend) AdamW(p, m, v, g, factors kernel.Buffer) {
	n := p.Len()
	b.launch(adamWLaunch(n), b.numbers(p, n), b.numbers(m, n), b.numbers(v, n), b.numbers(g, n), b.numbers(factors, kernel.UpdateFactors))
}
