//go:build cuda

package gpu

import (
	"github.com/ziplaw/ziplaw/gpu/driver"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// recording is a step that was recorded as a CUDA graph.
type recording struct {
	graph  *driver.Graph
	orders []*ids // whose rows must be sorted when the graph runs
	direct bool   // enqueued anew each time, since the step needs two orders of one array
}

// need notes an order of rows. There is room for one order of each array.
func (r *recording) need(i *ids) {
	for _, other := range r.orders {
		if other.array == i.array {
			r.direct = r.direct || other.view != i.view
			return
		}
	}
	r.orders = append(r.orders, i)
}

func (r *recording) close() error {
	if r.graph == nil {
		return nil
	}
	return r.graph.Close()
}

// Replay implements kernel.Backend. Recording runs nothing, so that the first time too is a launch of the graph.
func (b *backend) Replay(key kernel.Step, enqueue func()) {
	b.mustNotRecord("Replay")
	if b.err != nil {
		return
	}
	if b.device.direct {
		b.beside(enqueue)
		return
	}
	r, found := b.graphs[key]
	if !found {
		r = b.record(enqueue)
		b.graphs[key] = r
	}
	if r.direct {
		b.beside(enqueue)
		return
	}
	for _, i := range r.orders {
		b.needOrder(i)
	}
	if b.err == nil {
		b.check("replay", r.graph.Launch(b.stream))
	}
}

// Split implements kernel.Backend.
func (b *backend) Split(splits []kernel.Split) kernel.Split { return splits[0] }

// MicroBatches implements kernel.Backend: one after another.
func (b *backend) MicroBatches(n, _ int, f func(o kernel.Operations, i, lane int)) {
	for i := range n {
		f(b, i, 0)
	}
}

func (b *backend) record(enqueue func()) *recording {
	r := &recording{}
	b.recording = r
	defer func() { b.recording = nil }()
	graph, err := driver.Capture(b.device.context, b.stream, func() error {
		b.beside(enqueue)
		return b.err
	})
	r.graph = graph
	b.check("record", err)
	return r
}
