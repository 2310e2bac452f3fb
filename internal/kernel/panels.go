package kernel

import "sync"

// parameters is a group of parameters. Its version changes with their values.
type parameters struct{ version int }

// changed is told when values of a buffer have been written.
func (b *cpuBuffer) changed() {
	if b.group != nil {
		b.group.version++
	}
}

// panels are a parameter packed for products.
type panels struct {
	sync.Mutex
	x  []float32
	of packing
}

// packing is what panels were made of: a (k,n) with the values of a version.
type packing struct {
	tiles         *tiles
	k, n, version int
}

// packed is b, a parameter that products read many times before it changes, packed as long as it does not change. Its memory comes
// with the first product.
func (c *cpuOperations) packed(b *cpuBuffer, r right, k, n int) right {
	t := current.tiles
	if t == nil || b.group == nil {
		return r
	}
	p := &b.panels[0]
	if r.transposed {
		p = &b.panels[1]
	}
	p.Lock()
	defer p.Unlock()
	if size := t.packedSize(k, n); len(p.x) < size {
		p.x = c.memory.floats(size)
	}
	r.packed, r.k, r.panels = p.x, k, t.panels(n)
	if of := (packing{t, k, n, b.group.version}); p.of != of {
		p.of = of
		c.tasks.pack = packPanels{r, n}
		c.split(&c.tasks.pack, r.panels, 1)
	}
	return r
}

// packPanels packs some panels of b.
type packPanels struct {
	b right
	n int
}

func (p *packPanels) part(_, from, to int) {
	current.tiles.packPanels(p.b, p.n, from, to)
}
