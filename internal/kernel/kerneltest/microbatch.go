package kerneltest

import (
	"fmt"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// testMicroBatches holds that gradients which add up over two parts of a batch, one behind the other or at once, have the bits of those of
// the whole batch.
func testMicroBatches(_ T, d *device) {
	const rows, c, v = 37, 24, 41
	first := (20 + d.Steps - 1) / d.Steps * d.Steps
	labels, tokens := make([]int32, rows), make([]int32, rows)
	for i := range rows {
		labels[i], tokens[i] = int32(7*i%(v+1))-1, int32(i*i%v)
	}
	x, y, dy, w := d.put(values(1, rows*c)), d.put(values(2, rows*c)), d.put(values(3, rows*c)), d.put(values(4, c*v))
	norm, scale, rstd := d.put(values(5, c)), d.put([]float64{0.03}), d.put(positive(values(6, rows)))
	ofLabels, ofTokens := d.putIDs(kernel.Label, labels), d.putIDs(kernel.Token, tokens)
	losses, dx, dsum := d.zeros(rows), d.zeros(rows*c), d.zeros(rows*c)
	weights := func() []kernel.Buffer {
		return []kernel.Buffer{d.zeros(c), d.zeros(c * v), d.zeros(c * c), d.zeros(v * c)}
	}
	backward := func(b kernel.Operations, g []kernel.Buffer, from, to int) {
		part := func(b kernel.Buffer) kernel.Buffer { return b.Slice(from*c, to*c) }
		add := from > 0
		b.NormBackward(part(dsum), g[0], part(dy), part(x), rstd.Slice(from, to), norm, false, add)
		b.LossBackward(losses.Slice(from, to), part(dx), g[1], part(y), w, ofLabels.Slice(from, to), scale, add)
		b.Product(g[2], part(x), true, part(dy), false, c, c, to-from, add)
		b.EmbedBackward(g[3], part(dy), ofTokens.Slice(from, to))
	}
	whole := weights()
	backward(d, whole, 0, rows)
	wantRows, wantInput, wantLosses := d.read(dsum), d.read(dx), d.read(losses)
	for _, lanes := range []int{1, 2} {
		parts, bounds := weights(), []int{0, first, rows}
		d.MicroBatches(2, lanes, func(o kernel.Operations, i, lane int) {
			if lane >= lanes {
				d.t.Error(fmt.Sprintf("micro-batch %d on lane %d of %d", i, lane, lanes))
			}
			backward(o, parts, bounds[i], bounds[i+1])
		})
		over := fmt.Sprintf(" over micro-batches on %d lanes", lanes)
		for i, what := range []string{"norm", "classifier", "product", "embedding"} {
			d.same("gradient of the weights"+over+", "+what, d.read(parts[i]), d.read(whole[i]))
		}
		d.same("gradient of the rows"+over, d.read(dsum), wantRows)
		d.same("gradient of the classifier's input"+over, d.read(dx), wantInput)
		d.same("losses"+over, d.read(losses), wantLosses)
	}
}

func positive(x []float64) []float64 {
	for i := range x {
		x[i] = 1 + x[i]*x[i]
	}
	return x
}
