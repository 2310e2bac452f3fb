package kerneltest

import (
	"math"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// testLarge compares operations on shapes of several tiles of any device with references of their own: gradients are
// those of the formulas, since finite differences of so much would take too long.
func testLarge(_ T, d *device) {
	testLargeProduct(d)
	testLargeAttention(d)
	testLargeLoss(d)
	testLargeNorm(d)
	testLargeEmbedding(d)
}

func testLargeProduct(d *device) {
	const m, n, k = 192, 256, 96
	a, b := values(1, m*k), values(2, k*n)
	want := product(a, false, b, false, m, n, k)
	for _, trans := range [][2]bool{{false, false}, {true, false}, {false, true}, {true, true}} {
		x, y := a, b
		if trans[0] {
			x = transpose(a, m, k)
		}
		if trans[1] {
			y = transpose(b, k, n)
		}
		out := d.zeros(m * n)
		d.Product(out, d.put(x), trans[0], d.put(y), trans[1], m, n, k, false)
		d.is("large product", out, want, d.Products)
	}
}

func testLargeAttention(d *device) {
	s := largest.AttentionShape
	n := s.Rows() * s.Width()
	qkv, dout := values(3, 3*n), values(4, n)
	out, stats, in, dqkv := d.zeros(n), d.zeros(2*s.Heads*s.Rows()), d.put(qkv), d.zeros(3*n)
	d.Attention(out, stats, in, s)
	want := attention(qkv, s)
	d.is("large attention", out, want, d.Forward)
	d.AttentionBackward(dqkv, d.put(dout), out, stats, in, s)
	d.is("gradient of a large qkv", dqkv, attentionGradient(qkv, dout, s), d.Gradient)
}

// attentionGradient: with weights p of a query and dp = dout v, ds = p (dp - sum p dp) Size^-1/2, dq = ds k, dk = ds q and
// dv = p dout.
func attentionGradient(qkv, dout []float64, s kernel.AttentionShape) []float64 {
	c, scale := s.Width(), 1/math.Sqrt(float64(s.Size))
	d := make([]float64, len(qkv))
	for b := range s.Batch {
		for h := range s.Heads {
			at := func(t int) int { return (b*s.Time+t)*3*c + h*s.Size }
			for t := range s.Time {
				q, do := qkv[at(t):][:s.Size], dout[(b*s.Time+t)*c+h*s.Size:][:s.Size]
				p, dp := make([]float64, t+1), make([]float64, t+1)
				var total, mean float64
				for u := range p {
					p[u] = math.Exp(inner(q, qkv[at(u)+c:][:s.Size]) * scale)
					dp[u] = inner(do, qkv[at(u)+2*c:][:s.Size])
					total += p[u]
				}
				for u := range p {
					p[u] /= total
					mean += p[u] * dp[u]
				}
				for u := range p {
					ds := p[u] * (dp[u] - mean) * scale
					for i := range s.Size {
						d[at(t)+i] += ds * qkv[at(u)+c+i]
						d[at(u)+c+i] += ds * q[i]
						d[at(u)+2*c+i] += p[u] * do[i]
					}
				}
			}
		}
	}
	return d
}

func testLargeLoss(d *device) {
	const scale = 1.0 / 64
	rows, c, v := largest.Rows(), 32, largest.Vocab
	y, w := values(5, rows*c), values(6, c*v)
	labels := make([]int32, rows)
	for i := range labels {
		labels[i] = int32(i * 37 % v)
		if i%11 == 3 {
			labels[i] = kernel.Ignored
		}
	}
	logits := product(y, false, w, false, rows, v, c)
	for r, label := range labels {
		row := logits[r*v : (r+1)*v]
		var sum float64
		for _, x := range row {
			sum += math.Exp(x)
		}
		for i, x := range row {
			row[i] = scale * math.Exp(x) / sum
			if label == kernel.Ignored {
				row[i] = 0
			}
		}
		if label != kernel.Ignored {
			row[label] -= scale
		}
	}
	losses, dy, dw := d.zeros(rows), d.zeros(rows*c), d.zeros(c*v)
	d.LossBackward(losses, dy, dw, d.put(y), d.put(w), d.putIDs(kernel.Label, labels), d.put([]float64{scale}), false)
	d.is("large losses", losses, crossEntropy(y, w, labels, c), d.Products)
	d.is("gradient of a large y", dy, product(logits, false, w, true, rows, c, v), d.lossGradient())
	d.is("gradient of a large w", dw, product(y, true, logits, false, c, v, rows), d.lossGradient())
}

func testLargeNorm(d *device) {
	rows, c := largest.Rows(), largest.Width()
	n := rows * c
	x, w, dy := values(7, n), values(8, c), values(9, n)
	sum, y, rstd, dsum, dw := d.zeros(n), d.zeros(n), d.zeros(rows), d.zeros(n), d.zeros(c)
	bw := d.put(w)
	d.AddNorm(sum, y, rstd, d.put(x), nil, bw)
	d.is("large norm", y, rmsNorm(x, w), d.Forward)
	d.NormBackward(dsum, dw, d.put(dy), sum, rstd, bw, false, false)
	want, wantW := make([]float64, n), make([]float64, c)
	for r := range rows {
		row, g := x[r*c:(r+1)*c], dy[r*c:(r+1)*c]
		s := 1 / math.Sqrt(inner(row, row)/float64(c)+1e-6)
		var mean float64
		for i := range row {
			mean += w[i] * g[i] * row[i] * s / float64(c)
			wantW[i] += g[i] * row[i] * s
		}
		for i := range row {
			want[r*c+i] = s * (w[i]*g[i] - row[i]*s*mean)
		}
	}
	d.is("gradient of a large sum", dsum, want, d.Gradient)
	d.is("gradient of large weights", dw, wantW, d.Gradient)
}

// testLargeEmbedding has ids that many rows share, and ids that none has.
func testLargeEmbedding(d *device) {
	rows, c, v := largest.Rows(), largest.Width(), largest.Vocab
	ids := make([]int32, rows)
	for i := range ids {
		ids[i] = int32(i * i % 7 * 131 % v)
	}
	dx, want := values(10, rows*c), make([]float64, v*c)
	for r, id := range ids {
		for i := range c {
			want[int(id)*c+i] += dx[r*c+i]
		}
	}
	tokens, dtable := d.putIDs(kernel.Token, ids), d.zeros(v*c)
	d.EmbedBackward(dtable, d.put(dx), tokens)
	d.is("gradient of a large table", dtable, want, d.Gradient)
	d.EmbedClear(dtable, tokens, c)
	d.is("large cleared gradient", dtable, make([]float64, v*c), 0)
}
