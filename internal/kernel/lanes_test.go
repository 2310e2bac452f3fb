package kernel

import (
	"slices"
	"testing"
)

// TestClassifierOnLanes: logits of micro-batches that are held in several slices, of several stripes of columns, have the bits of one
// micro-batch after another, however many threads take them.
func TestClassifierOnLanes(t *testing.T) {
	const n, rows, c, v = 5, 2*longRows + 7, 4, 2*stripeBlocks*blockK + 50
	var want []float32
	for _, threads := range []int{1, 2, 3, 5} {
		b := NewCPU(threads)
		if err := b.Prepare(Shape{AttentionShape: AttentionShape{Batch: 1, Time: rows, Heads: 1, Size: c}, Vocab: v}); err != nil {
			t.Fatal(err)
		}
		_, x, err := b.NewBuffers(Group{Sizes: []int{n * rows * c, n * rows * c, n * rows, c * v, c * v, 1}})
		if err != nil {
			t.Fatal(err)
		}
		y, dy, losses, w, dw, scale := x[0], x[1], x[2], x[3], x[4], x[5]
		for i, b := range []Buffer{y, w} {
			for k := range floats(b) {
				floats(b)[k] = float32((k*(7+i))%19-9) / 16
			}
		}
		floats(scale)[0] = 1.0 / (n * rows)
		labels := &cpuIDs{make([]int32, n*rows)}
		for i := range labels.x {
			labels.x[i] = int32(i*31%(v+1)) - 1
		}
		for range 3 {
			b.MicroBatches(n, threads, func(o Operations, i, _ int) {
				of := func(x Buffer, width int) Buffer { return x.Slice(i*rows*width, (i+1)*rows*width) }
				o.LossBackward(of(losses, 1), of(dy, c), dw, of(y, c), w, labels.Slice(i*rows, (i+1)*rows), scale, i > 0)
			})
			got := slices.Concat(floats(losses), floats(dy), floats(dw))
			if want == nil {
				want = got
			}
			if i, ok := bitsEqual(got, want); !ok {
				t.Errorf("%d threads: number %d is %v, want %v", threads, i, got[i], want[i])
			}
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestLanes: a batch is shared out where that leaves few threads idle.
func TestLanes(t *testing.T) {
	for _, test := range []struct{ width, threads, documents, context, lanes, micro int }{
		{64, 1, 32, 256, 1, 1},
		{64, 2, 2, 256, 2, 1},
		{64, 2, 1, 256, 1, 1},
		{64, 2, 32, 256, 2, 1},
		{64, 2, 32, 64, 2, 4},
		{64, 2, 8, 2048, 2, 1},
		{64, 3, 4, 256, 1, 4}, // one would have two, and the others one
		{64, 3, 32, 256, 3, 1},
		{64, 8, 4, 256, 1, 4},
		{64, 16, 32, 256, 16, 1},
		{64, 64, 32, 256, 1, 32},
		{4, 1, 32, 256, 1, 4},
		{4, 2, 2, 256, 2, 1},
		{4, 2, 32, 256, 2, 4},
		{1024, 2, 32, 256, 2, 1},
	} {
		d := CPUDevice{Threads: test.threads}
		s := Shape{AttentionShape: AttentionShape{Batch: test.documents, Time: test.context, Heads: 1, Size: test.width}, Intermediate: 2 * test.width, Vocab: 9}
		splits := d.Splits(s)
		if got := splits[len(splits)-1]; got.Lanes != test.lanes || got.Documents != test.micro {
			t.Errorf("%+v: %+v", test, got)
		}
	}
}
