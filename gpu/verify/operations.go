package verify

import (
	"fmt"
	"math"
	"slices"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// operations run every kernel, at sizes that don't fill its tiles and at sizes of several tiles.
func operations() []operation {
	var all []operation
	for _, trans := range [][2]bool{{false, false}, {false, true}, {true, false}, {true, true}} {
		for _, size := range [][3]int{{65, 63, 17}, {130, 129, 600}, {700, 800, 37}, {1300, 1500, 21}} {
			all = append(all, product(trans[0], trans[1], size[0], size[1], size[2]))
		}
	}
	for _, s := range []kernel.AttentionShape{
		{Batch: 1, Time: 1, Heads: 1, Size: 2}, {Batch: 2, Time: 9, Heads: 3, Size: 6}, {Batch: 2, Time: 97, Heads: 2, Size: 64},
		{Batch: 1, Time: 65, Heads: 2, Size: 66}, {Batch: 1, Time: 100, Heads: 1, Size: 128}, {Batch: 1, Time: 130, Heads: 1, Size: 130},
		{Batch: 1, Time: 67, Heads: 1, Size: 256}, {Batch: 1, Time: 600, Heads: 1, Size: 18},
	} {
		all = append(all, attention(s))
	}
	for _, s := range [][2]int{{1, 1}, {9, 15}, {33, 37}, {130, 64}, {7, 2050}} {
		all = append(all, norm(s[0], s[1]))
	}
	for _, s := range [][3]int{{1, 1, 1}, {100, 130, 7}, {500, 33, 4000}} {
		all = append(all, embedding(s[0], s[1], s[2]))
	}
	for _, s := range [][2]int{{5, 19}, {3, 256}, {2, 1000}} {
		all = append(all, swiglu(s[0], s[1]))
	}
	all = append(all, swigluAtLimits())
	for _, s := range [][3]int{{1, 1, 1}, {9, 6, 21}, {700, 3, 21}, {7, 5, 2049}, {5, 6, 5000}} {
		all = append(all, loss(s[0], s[1], s[2]))
	}
	for _, power := range []float64{0, -60, -93, -133} {
		all = append(all, adamW(5000, power))
	}
	return all
}

// product is a product, and the product added to it.
func product(transA, transB bool, m, n, k int) operation {
	letter := map[bool]string{false: "n", true: "t"}
	form := letter[transA] + letter[transB]
	name := "product_" + form + "_32"
	switch { // enough tiles for the larger ones
	case m > 1000:
		name = "product_" + form + "_128"
	case m > 500:
		name = "product_" + form + "_64"
	}
	return operation{fmt.Sprintf("product %s %dx%dx%d", form, m, n, k), []string{name}, kernel.Shape{Vocab: 1}, func(in *inputs) []kernel.Buffer {
		a, b, c, sum := in.values(m*k, 0), in.values(k*n, 0), in.zeros(m*n), in.values(m*n, 0)
		in.Product(c, a, transA, b, transB, m, n, k, false)
		in.Product(sum, a, transA, b, transB, m, n, k, true)
		return []kernel.Buffer{c, sum}
	}}
}

// attention is a rotation, attention of what was rotated, its gradients, and the rotation back.
func attention(s kernel.AttentionShape) operation {
	size := 64
	for s.Size > size {
		size *= 2
	}
	kernels := []string{"rotate", "attention_inner"}
	for _, name := range []string{"attention", "attention_queries", "attention_keys", "attention_values"} {
		kernels = append(kernels, fmt.Sprintf("%s_%d", name, size))
	}
	name := fmt.Sprintf("attention %dx%d heads %dx%d", s.Batch, s.Time, s.Heads, s.Size)
	return operation{name, kernels, kernel.Shape{AttentionShape: s, Vocab: 1}, func(in *inputs) []kernel.Buffer {
		n, angles := s.Rows()*s.Width(), s.Time*s.Size/2
		qkv, dout, cos, sin := in.values(3*n, 0), in.values(n, 0), in.values(angles, -1), in.values(angles, -1)
		out, stats, dqkv, turned := in.zeros(n), in.zeros(2*s.Rows()*s.Heads), in.zeros(3*n), in.zeros(3*n)
		in.Rotate(qkv, cos, sin, s, false)
		in.Attention(out, stats, qkv, s)
		in.AttentionBackward(dqkv, dout, out, stats, qkv, s)
		in.Copy(turned, dqkv)
		in.Rotate(turned, cos, sin, s, true)
		return []kernel.Buffer{qkv, stats, out, dqkv, turned}
	}}
}

func norm(rows, c int) operation {
	kernels := []string{"add_norm", "normalize", "norm_backward", "norm_weight"}
	shape := kernel.Shape{AttentionShape: kernel.AttentionShape{Batch: 1, Time: 1, Heads: c/256 + 1, Size: 256}, Vocab: 1}
	return operation{fmt.Sprintf("norm %dx%d", rows, c), kernels, shape, func(in *inputs) []kernel.Buffer {
		n := rows * c
		x, delta, w, dy, added := in.values(n, 0), in.values(n, 0), in.values(c, 0), in.values(n, 0), in.values(n, 0)
		sum, y, again, rstd, dsum, dw := in.zeros(n), in.zeros(n), in.zeros(n), in.zeros(rows), in.zeros(n), in.zeros(c)
		in.AddNorm(sum, y, rstd, x, delta, w)
		in.Normalize(again, sum, rstd, w)
		in.NormBackward(dsum, dw, dy, sum, rstd, w, false, false)
		in.NormBackward(added, dw, dy, sum, rstd, w, true, true)
		in.AddNorm(x, delta, rstd, x, nil, w) // without a residual, in place
		return []kernel.Buffer{sum, y, again, dsum, added, dw, x, delta, rstd}
	}}
}

func embedding(rows, c, v int) operation {
	kernels := []string{"embed", "embed_backward", "embed_clear"}
	return operation{fmt.Sprintf("embedding of %d rows of %d in %d ids", rows, c, v), kernels, kernel.Shape{Vocab: 1}, func(in *inputs) []kernel.Buffer {
		tokens, table, dx := in.ids(kernel.Token, rows, v), in.values(v*c, 0), in.values(rows*c, 0)
		x, dtable, cleared := in.zeros(rows*c), in.values(v*c, 0), in.values(v*c, 0)
		in.Embed(x, table, tokens)
		in.EmbedBackward(dtable, dx, tokens)
		in.EmbedClear(cleared, tokens, c)
		return []kernel.Buffer{x, dtable, cleared}
	}}
}

func swiglu(rows, i int) operation {
	return gated(fmt.Sprintf("swiglu %dx%d", rows, i), rows, i, func(in *inputs) kernel.Buffer { return in.values(2*rows*i, 5) })
}

// swigluAtLimits has gates at which exp overflows or underflows, and some that aren't numbers.
func swigluAtLimits() operation {
	x := []float32{87, -87, 87.33, -87.33, 88.72283, -88.72283, 88.7229, -88.7229, 89, -89, 1e30, -1e30, 1e-40, -1e-40,
		float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), 0}
	gates := slices.Concat(x, slices.Repeat([]float32{1.5}, len(x)))
	return gated("swiglu at limits", 1, len(x), func(in *inputs) kernel.Buffer { return in.write(gates) })
}

func gated(name string, rows, i int, gates func(*inputs) kernel.Buffer) operation {
	return operation{name, []string{"swiglu", "swiglu_backward"}, kernel.Shape{Vocab: 1}, func(in *inputs) []kernel.Buffer {
		g, dact := gates(in), in.values(rows*i, 0)
		act, again, dgates := in.zeros(rows*i), in.zeros(rows*i), in.zeros(2*rows*i)
		in.SwiGLU(act, g, i)
		in.SwiGLUBackward(dgates, again, dact, g, i)
		return []kernel.Buffer{act, again, dgates}
	}}
}

// loss has a workspace that holds the logits of some rows only.
func loss(rows, c, v int) operation {
	kernels := []string{"cross_entropy", "mean", "product_nn_32", "product_nt_32", "product_tn_32"}
	shape := kernel.Shape{AttentionShape: kernel.AttentionShape{Batch: 1, Time: 2, Heads: 1, Size: 6}, Vocab: 5000}
	return operation{fmt.Sprintf("loss of %d rows of %d in %d ids", rows, c, v), kernels, shape, func(in *inputs) []kernel.Buffer {
		y, w, labels, scale := in.values(rows*c, 1), in.values(c*v, 1), in.ids(kernel.Label, rows, v), in.write([]float32{1 / float32(rows)})
		alone, losses, mean, dy, dw := in.zeros(rows), in.zeros(rows), in.zeros(1), in.zeros(rows*c), in.zeros(c*v)
		in.Loss(alone, y, w, labels)
		in.LossBackward(losses, dy, dw, y, w, labels, scale, false)
		in.Mean(mean, losses, scale)
		return []kernel.Buffer{alone, losses, mean, dy, dw}
	}}
}

// adamW is three steps with gradients of about a power of two; at small ones moments become 0.
func adamW(n int, power float64) operation {
	factors := make([]float32, kernel.UpdateFactors)
	kernel.Update{
		Beta1: 0.9, Rest1: 0.1, Beta2: 0.95, Rest2: 0.05, Rate: 0.01, Root: 1.3, Epsilon: 1e-8, Before: 0.999, After: 1,
	}.Floats(factors)
	return operation{fmt.Sprintf("adamw of gradients of 2^%g", power), []string{"adamw"}, kernel.Shape{Vocab: 1}, func(in *inputs) []kernel.Buffer {
		f, p, m, v, g := in.write(factors), in.values(n, 0), in.values(n, power), in.zeros(n), in.values(n, power)
		for range 3 {
			in.AdamW(p, m, v, g, f)
		}
		return []kernel.Buffer{p, m, v}
	}}
}
