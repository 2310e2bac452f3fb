package kerneltest

import (
	"math"
	"slices"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

func testEmbed(_ T, d *device) {
	const v, c = 7, 5
	ids := []int32{3, 0, 3, 6, 3, 2}
	table, dx := values(1, v*c), values(2, len(ids)*c)
	lookUp := func(table []float64) (x []float64) {
		for _, id := range ids {
			x = append(x, table[int(id)*c:(int(id)+1)*c]...)
		}
		return x
	}
	x, tokens := d.zeros(len(dx)), d.putIDs(kernel.Token, ids)
	d.Embed(x, d.put(table), tokens)
	d.is("embed", x, lookUp(table), 0)
	dtable := d.zeros(v * c)
	d.EmbedBackward(dtable, d.put(dx), tokens)
	d.is("gradient of the table", dtable, gradient(table, dx, lookUp), d.Gradient)
	d.EmbedClear(dtable, tokens, c)
	d.is("cleared gradient", dtable, make([]float64, v*c), 0)
}

func testNorm(t T, d *device) {
	for _, c := range []int{1, 4, 32, 37} {
		const rows = 5
		n := rows * c
		x, delta, w, dy := values(1, n), values(2, n), values(3, c), values(4, n)
		total := plus(x, delta)
		ofSum := func(s []float64) []float64 { return rmsNorm(s, w) }
		ofWeight := func(w []float64) []float64 { return rmsNorm(total, w) }

		sum, y, rstd, bw, bdy := d.zeros(n), d.zeros(n), d.zeros(rows), d.put(w), d.put(dy)
		d.AddNorm(sum, y, rstd, d.put(x), d.put(delta), bw)
		d.is("sum", sum, total, d.Forward)
		d.is("norm", y, ofSum(total), d.Forward)
		again := d.zeros(n)
		d.Normalize(again, sum, rstd, bw)
		d.is("norm again", again, d.read(y), 0)
		dsum, dw := d.put(x), d.zeros(c)
		d.NormBackward(dsum, dw, bdy, sum, rstd, bw, true, false)
		d.is("gradient of the sum, added", dsum, plus(x, gradient(total, dy, ofSum)), d.Gradient)
		d.NormBackward(dsum, dw, bdy, sum, rstd, bw, false, false)
		d.is("gradient of the sum", dsum, gradient(total, dy, ofSum), d.Gradient)
		d.is("gradient of the weights", dw, gradient(w, dy, ofWeight), d.Gradient)
		d.AddNorm(sum, y, rstd, sum, nil, bw)
		d.is("norm without a residual", y, ofSum(total), d.Forward)
	}
}

func rmsNorm(x, w []float64) []float64 {
	y := make([]float64, len(x))
	for r := 0; r < len(x); r += len(w) {
		row := x[r : r+len(w)]
		rstd := 1 / math.Sqrt(inner(row, row)/float64(len(w))+1e-6)
		for i := range row {
			y[r+i] = row[i] * rstd * w[i]
		}
	}
	return y
}

func testProduct(t T, d *device) {
	for _, s := range []struct{ m, n, k int }{{1, 1, 1}, {3, 50, 7}, {40, 5, 33}, {17, 33, 1030}} {
		for _, trans := range [][2]bool{{false, false}, {true, false}, {false, true}, {true, true}} {
			a, b, c := values(1, s.m*s.k), values(2, s.k*s.n), values(3, s.m*s.n)
			want := product(a, trans[0], b, trans[1], s.m, s.n, s.k)
			out := d.put(c)
			d.Product(out, d.put(a), trans[0], d.put(b), trans[1], s.m, s.n, s.k, true)
			d.is("sum of products", out, plus(c, want), d.Products)
			d.Product(out, d.put(a), trans[0], d.put(b), trans[1], s.m, s.n, s.k, false)
			d.is("product", out, want, d.Products)
		}
	}
}

func product(a []float64, transA bool, b []float64, transB bool, m, n, k int) []float64 {
	if transA {
		a = transpose(a, k, m)
	}
	if !transB {
		b = transpose(b, k, n)
	}
	c := make([]float64, 0, m*n)
	for i := range m {
		for j := range n {
			c = append(c, inner(a[i*k:(i+1)*k], b[j*k:(j+1)*k]))
		}
	}
	return c
}

// transpose turns x (rows,columns).
func transpose(x []float64, rows, columns int) []float64 {
	y := make([]float64, len(x))
	for i := range rows {
		for j := range columns {
			y[j*rows+i] = x[i*columns+j]
		}
	}
	return y
}

func testSwiGLU(_ T, d *device) {
	const rows, i = 5, 19
	gateUp, dact := values(1, rows*2*i), values(2, rows*i)
	for j := range gateUp {
		gateUp[j] *= 4
	}
	act, in := d.zeros(rows*i), d.put(gateUp)
	d.SwiGLU(act, in, i)
	d.is("swiglu", act, swiglu(gateUp, i), d.Forward)
	again, dgateUp := d.zeros(rows*i), d.zeros(rows*2*i)
	d.SwiGLUBackward(dgateUp, again, d.put(dact), in, i)
	d.is("swiglu again", again, d.read(act), 0)
	d.is("gradient of gate and up", dgateUp, gradient(gateUp, dact, func(x []float64) []float64 { return swiglu(x, i) }), d.Gradient)
}

func swiglu(gateUp []float64, i int) (act []float64) {
	for row := range slices.Chunk(gateUp, 2*i) {
		for j, g := range row[:i] {
			act = append(act, g/(1+math.Exp(-g))*row[i+j])
		}
	}
	return act
}

func testLoss(t T, d *device) {
	const rows, c, v = 9, 6, 21
	y, w := values(1, rows*c), values(2, c*v)
	labels := []int32{4, 0, kernel.Ignored, 20, 4, 4, kernel.Ignored, 7, 1}
	const scale = 1.0 / 7
	weights := slices.Repeat([]float64{scale}, rows)
	byY := gradient(y, weights, func(y []float64) []float64 { return crossEntropy(y, w, labels, c) })
	byW := gradient(w, weights, func(w []float64) []float64 { return crossEntropy(y, w, labels, c) })
	want := crossEntropy(y, w, labels, c)
	by, bw, ids, factor := d.put(y), d.put(w), d.putIDs(kernel.Label, labels), d.put([]float64{scale})
	losses, dy, dw, mean := d.zeros(rows), d.zeros(rows*c), d.zeros(c*v), d.zeros(1)
	d.Loss(losses, by, bw, ids)
	d.is("losses", losses, want, d.Products)
	d.LossBackward(losses, dy, dw, by, bw, ids, factor, false)
	d.is("losses with gradients", losses, want, d.Products)
	d.is("gradient of y", dy, byY, d.lossGradient())
	d.is("gradient of w", dw, byW, d.lossGradient())
	d.Mean(mean, losses, factor)
	d.is("mean", mean, []float64{inner(weights, want)}, d.Products)
}

func crossEntropy(y, w []float64, labels []int32, c int) []float64 {
	v := len(w) / c
	logits := product(y, false, w, false, len(labels), v, c)
	losses := make([]float64, len(labels))
	for r, label := range labels {
		if label == kernel.Ignored {
			continue
		}
		var sum float64
		for _, x := range logits[r*v : (r+1)*v] {
			sum += math.Exp(x)
		}
		losses[r] = math.Log(sum) - logits[r*v+int(label)]
	}
	return losses
}
