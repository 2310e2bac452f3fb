package kerneltest

import (
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// testOrder holds that operations run in the order in which they are enqueued, writes among them, with nothing read between,
// and that a write has read its source when it returns.
func testOrder(_ T, d *device) {
	const n = 3000
	x, y, rstd, w := d.zeros(n), d.zeros(n), d.zeros(1), d.zeros(n)
	step, slots := d.zeros(n), d.zeros(40)
	host := make([]float32, n)
	var want []float64
	total := float64(0)
	for i := range 40 {
		for j := range host {
			host[j] = float32(i)
		}
		d.Write(step, host)
		d.AddNorm(x, y, rstd, x, step, w)
		d.Copy(slots.Slice(i, i+1), x.Slice(n-1, n))
		total += float64(i)
		want = append(want, total)
	}
	d.is("sums in their order", slots, want, 0)
	ids := d.putIDs(kernel.Token, make([]int32, n))
	table, one := d.put([]float64{1, 2, 3, 4}), make([]int32, n)
	rows := d.group(kernel.Activation, n, n, n, n)
	for i := range rows {
		for j := range one {
			one[j] = int32(i)
		}
		d.WriteIDs(ids, one)
		clear(one)
		d.Embed(rows[i], table, ids)
	}
	for i, b := range rows {
		for _, x := range d.read(b) {
			if x != float64(i+1) {
				d.t.Fatalf("a row of id %d is %g", i, x)
			}
		}
	}
}

// testReuse computes on a large batch and then on a smaller one in the same buffers: nothing of the first is left in the
// second.
func testReuse(_ T, d *device) {
	big, small := largest.AttentionShape, largest.AttentionShape
	small.Batch, small.Time = 1, 33
	c := big.Width()
	rows := big.Rows()
	qkv, out, stats, dout, dqkv := d.put(values(1, 3*rows*c)), d.zeros(rows*c), d.zeros(2*big.Heads*rows), d.put(values(2, rows*c)), d.zeros(3*rows*c)
	both := func(s kernel.AttentionShape) []float64 {
		part := func(b kernel.Buffer, perRow int) kernel.Buffer { return b.Slice(0, s.Rows()*perRow) }
		q, o, st, do, dq := part(qkv, 3*c), part(out, c), part(stats, 2*big.Heads), part(dout, c), part(dqkv, 3*c)
		d.Attention(o, st, q, s)
		d.AttentionBackward(dq, do, o, st, q, s)
		return d.read(dq)
	}
	before := both(small)
	both(big)
	d.same("gradient of a small batch behind a large one", both(small), before)
}

// same compares bits.
func (d *device) same(what string, got, want []float64) {
	d.t.Helper()
	for i := range want {
		if got[i] != want[i] {
			d.t.Fatalf("%s: element %d is %g, it was %g", what, i, got[i], want[i])
		}
	}
}

// testReplay holds that a replayed step does its work every time, on the values that buffers have then, and that steps of
// several keys don't mix.
func testReplay(_ T, d *device) {
	x, one, w := d.put([]float64{1}), d.put([]float64{1}), d.put([]float64{1})
	y, rstd, ten := d.zeros(1), d.zeros(1), d.put([]float64{1000})
	training, validation := kernel.Step{Training: true, Documents: 2}, kernel.Step{Documents: 2}
	for i := range 4 {
		if i == 2 {
			d.Write(one, []float32{10})
		}
		d.Replay(training, func() { d.AddNorm(x, y, rstd, x, one, w) })
		d.Replay(validation, func() {
			d.AddNorm(x, y, rstd, x, ten, w)
			d.AddNorm(x, y, rstd, x, ten, w)
		})
		d.Replay(kernel.Step{Training: true, Documents: 1}, func() { d.Copy(y, x) })
	}
	d.is("replayed sum", x, []float64{8023}, 0)
	d.is("copy of the sum", y, []float64{8023}, 0)
	testReplayedStep(d)
}

// testReplayedStep compares a recorded chain of operations with the same operations enqueued one by one, bit for bit.
func testReplayedStep(d *device) {
	s := largest.AttentionShape
	c, rows := s.Width(), s.Rows()
	weights, labels := d.put(values(1, 3*c*c)), make([]int32, rows)
	for i := range labels {
		labels[i] = int32(i % c)
	}
	ids, scale := d.putIDs(kernel.Label, labels), d.put([]float64{0.01})
	x, qkv, out, stats, losses := d.put(values(2, rows*c)), d.zeros(3*rows*c), d.zeros(rows*c), d.zeros(2*s.Heads*rows), d.zeros(rows)
	dy, dw := d.zeros(rows*c), d.zeros(c*c)
	chain := func() {
		d.Product(qkv, x, false, weights, false, rows, 3*c, c, false)
		d.Attention(out, stats, qkv, s)
		d.LossBackward(losses, dy, dw, out, weights.Slice(0, c*c), ids, scale, false)
	}
	chain()
	wantY, wantW := d.read(dy), d.read(dw)
	for range 3 {
		d.Write(dw, make([]float32, c*c))
		d.Replay(kernel.Step{Training: true, Documents: 3}, chain)
		d.same("replayed gradient of y", d.read(dy), wantY)
		d.same("replayed gradient of w", d.read(dw), wantW)
	}
}

// testSnapshot reads a snapshot on another goroutine while the buffers change, and takes a second one.
func testSnapshot(t T, d *device) {
	const n = 5000
	parts := d.group(kernel.Parameter, n, 3, n)
	x := values(1, n)
	d.Write(parts[0], narrow(x))
	d.Write(parts[1], []float32{1, 2, 3})
	for range 2 {
		s, err := d.Snapshot([]kernel.Buffer{parts[0], parts[1]})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Snapshot(parts); err == nil {
			t.Error("two snapshots at once")
		}
		read := make(chan error)
		head, tail, small := make([]float32, 1000), make([]float32, n-1000), make([]float32, 2)
		go func() {
			err := s.Read(tail, 0, 1000)
			if err == nil {
				err = s.Read(head, 0, 0)
			}
			if err == nil {
				err = s.Read(small, 1, 1)
			}
			read <- err
		}()
		for i := range 20 {
			d.Write(parts[0], make([]float32, n))
			d.Write(parts[1], []float32{float32(i), 0, 0})
			d.Copy(parts[2], parts[0])
		}
		if err := <-read; err != nil {
			t.Fatal(err)
		}
		d.same("snapshot", widen(append(head, tail...)), x)
		d.same("snapshot of the second buffer", widen(small), []float64{2, 3})
		s.Close()
		d.Write(parts[0], narrow(x))
		d.Write(parts[1], []float32{1, 2, 3})
	}
}
