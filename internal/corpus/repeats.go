package corpus

import (
	"bytes"
	"hash/maphash"
)

// places finds windows by what they hold.
type places struct {
	of   *Corpus
	seed maphash.Seed
	by   map[uint64][]window
}

func (c *Corpus) places() places { return places{c, maphash.MakeSeed(), map[uint64][]window{}} }

// find gives a window that holds the same, with the hash of both; false where there is none.
func (p places) find(w window) (hash uint64, same window, found bool) {
	text := p.of.bytes(w)
	hash = maphash.Bytes(p.seed, text)
	for _, other := range p.by[hash] {
		if bytes.Equal(p.of.bytes(other), text) {
			return hash, other, true
		}
	}
	return hash, window{}, false
}

// add is false where a window that holds the same is there.
func (p places) add(w window) bool {
	hash, _, found := p.find(w)
	if !found {
		p.by[hash] = append(p.by[hash], w)
	}
	return !found
}

// dropRepeats keeps the first of all windows that hold the same.
func (c *Corpus) dropRepeats() {
	seen, kept := c.places(), c.windows[:0]
	for _, w := range c.windows {
		if seen.add(w) {
			kept = append(kept, w)
		}
	}
	c.summary.Dropped = len(c.windows) - len(kept)
	c.windows, c.summary.Windows = kept, len(kept)
}

// heldOutRepeated counts the held-out documents that are training documents, too.
func (c *Corpus) heldOutRepeated() int {
	held := c.places()
	for _, i := range c.order[:c.heldOut] {
		held.add(c.windows[i])
	}
	again := map[window]bool{}
	for _, i := range c.order[c.heldOut:] {
		if _, same, found := held.find(c.windows[i]); found {
			again[same] = true
		}
	}
	n := 0
	for _, i := range c.order[:c.heldOut] {
		if _, same, _ := held.find(c.windows[i]); again[same] {
			n++
		}
	}
	return n
}
