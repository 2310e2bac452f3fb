//go:build cuda

package gpu

import (
	"slices"

	"gorgonia.org/cu"

	"github.com/ziplaw/ziplaw/gpu/driver"
)

// side is the side lane of a backend. Within Replay its operations run beside those of the main lane that they don't conflict with; at
// the end of a step the main lane waits for it. In a graph, that makes branches.
type side struct {
	stream  cu.Stream
	open    bool // within Replay; otherwise all operations are on the main lane
	forked  bool // it waits for what was on the main lane when Replay began
	hazards hazards
	tail    cu.Event   // of the main lane
	events  []cu.Event // of the uses in hazards.open[sideLane]
	idle    []cu.Event // of none
}

func (s *side) make(d *Device) error {
	return d.on(func() (err error) {
		if s.stream, err = cu.MakeStream(cu.NonBlocking); err != nil {
			return err
		}
		if s.tail, err = cu.MakeEvent(cu.DisableTiming); err != nil {
			_ = s.stream.Destroy()
			return err
		}
		return nil
	})
}

// destroy frees what make has made, and the events of all operations.
func (s *side) destroy() (first error) {
	if s.tail == (cu.Event{}) {
		return nil
	}
	for _, e := range slices.Concat([]cu.Event{s.tail}, s.idle, s.events) {
		if err := cu.DestroyEvent(&e); first == nil {
			first = err
		}
	}
	if err := s.stream.Destroy(); first == nil {
		first = err
	}
	return first
}

// beside runs enqueue, whose operations may be on both lanes. What enqueue leaves open by a panic is forgotten.
func (b *backend) beside(enqueue func()) {
	b.side.open, b.side.forked = true, false
	defer func() {
		b.side.open = false
		b.side.forget()
	}()
	enqueue()
	b.join()
}

// streamOf is the stream that a lane's operation is for.
func (b *backend) streamOf(l lane) cu.Stream {
	if l == sideLane && b.side.open {
		return b.side.stream
	}
	return b.stream
}

// await lets a lane wait for what conflicts with its next operation.
func (b *backend) await(l lane, u use) {
	s := &b.side
	if !s.open {
		return
	}
	n := s.hazards.before(l, u)
	switch {
	case l == mainLane && n > 0:
		b.awaitSide(n)
	case l == sideLane && (n > 0 || !s.forked):
		b.check("record an event", driver.Record(b.device.context, s.tail, b.stream))
		b.check("wait", driver.Wait(b.device.context, s.stream, s.tail))
		s.hazards.settle(mainLane, len(s.hazards.open[mainLane]))
		s.forked = true
	}
}

// awaitSide lets the main lane wait for the first n operations of the side lane.
func (b *backend) awaitSide(n int) {
	s := &b.side
	b.check("wait", driver.Wait(b.device.context, b.stream, s.events[n-1]))
	s.hazards.settle(sideLane, n)
	s.idle, s.events = append(s.idle, s.events[:n]...), s.events[n:]
}

// enqueued notes an operation behind which its lane is now.
func (b *backend) enqueued(l lane, u use) {
	s := &b.side
	if !s.open {
		return
	}
	s.hazards.add(l, u)
	if l == sideLane {
		e := b.event()
		b.check("record an event", driver.Record(b.device.context, e, s.stream))
		s.events = append(s.events, e)
	}
}

// event gives one that nobody waits for.
func (b *backend) event() (e cu.Event) {
	s := &b.side
	if n := len(s.idle); n > 0 {
		e, s.idle = s.idle[n-1], s.idle[:n-1]
		return e
	}
	b.check("make an event", b.device.on(func() (err error) {
		e, err = cu.MakeEvent(cu.DisableTiming)
		return err
	}))
	return e
}

// join lets the main lane wait for the side lane.
func (b *backend) join() {
	if n := len(b.side.events); n > 0 {
		b.awaitSide(n)
	}
}

// forget settles all that is open.
func (s *side) forget() {
	s.idle, s.events = append(s.idle, s.events...), nil
	s.hazards = hazards{}
}
