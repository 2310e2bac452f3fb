package kernel

import (
	"math"
	"runtime"
)

// MicroBatches implements Backend. There are as many lanes as threads, so that each finds in its cache what it has left there.
func (c *CPU) MicroBatches(n, lanes int, f func(o Operations, i, lane int)) {
	threads := min(c.active, lanes, n)
	if threads <= 1 {
		for i := range n {
			f(c, i, 0)
		}
		return
	}
	c.makeLanes(threads)
	if len(c.turns) < n {
		c.turns = make([]counter, n)
	}
	for i := range n {
		c.turns[i].Store(0)
	}
	c.tasks.microBatches = microBatches{c, n, threads, f}
	c.team.run(shares{&c.tasks.microBatches, threads, 1, threads, threads, threads})
}

// makeLanes makes what threads work with that take micro-batches by themselves. Lanes are there from the first micro-batches on.
func (c *CPU) makeLanes(threads int) {
	for i := len(c.lanes); i < threads; i++ {
		lane := &cpuOperations{active: 1, memory: c.memory, scratch: c.scratch[i : i+1], logits: c.logits}
		if i > 0 {
			lane.logits = c.memory.floats(int(c.shapes[min(i, len(c.shapes)-1)].logits()))
		}
		c.lanes = append(c.lanes, lane)
	}
}

// microBatches is a task with a part for each thread.
type microBatches struct {
	of         *CPU
	n, threads int
	f          func(o Operations, i, lane int)
}

func (m *microBatches) part(_, from, to int) {
	for lane := from; lane < to; lane++ {
		for i := lane; i < m.n; i += m.threads {
			m.run(i, lane)
		}
	}
}

func (m *microBatches) run(i, lane int) {
	c, turns := m.of.lanes[lane], m.of.turns
	c.order = order{own: &turns[i]}
	if i > 0 {
		c.order.before = &turns[i-1]
	}
	defer turns[i].Store(math.MaxUint32) // nobody waits for it any more
	m.f(c, i, lane)
}

// order is that in which micro-batches add to gradients: each to those that the one before has added to.
type order struct {
	before, own *counter // gradients that each has added to, or nil
	added       uint32
}

// await waits until the micro-batch before has added to the gradient that is so many behind the next one.
func (o *order) await(further int) {
	if o.before == nil {
		return
	}
	for n := 1; o.before.Load() <= o.added+uint32(further); n++ {
		if n%1000 == 0 {
			runtime.Gosched()
		}
	}
}

// pass says that the next gradient is added to.
func (o *order) pass() {
	if o.own != nil {
		o.added++
		o.own.Store(o.added)
	}
}
