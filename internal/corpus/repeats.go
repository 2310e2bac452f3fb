package corpus

import (
	"context"
	"hash/maphash"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw/internal/content"
)

// mostSeen is how many windows are remembered at once while repeats are looked for: some 200 MB.
const mostSeen = 1 << 22

// fingerprint tells windows apart: two of 2^40 have one in 10^14 cases.
type fingerprint [2]uint64

// fingerprints makes fingerprints that mean something within one process.
type fingerprints [2]maphash.Seed

func newFingerprints() fingerprints { return fingerprints{maphash.MakeSeed(), maphash.MakeSeed()} }

func (f fingerprints) of(text []byte) fingerprint {
	return fingerprint{maphash.Bytes(f[0], text), maphash.Bytes(f[1], text)}
}

// dropRepeats finds the windows that repeat an earlier one. It reads the files as
// often as keeps what is remembered at once small: each time it looks at a part of
// all fingerprints.
func (c *Corpus) dropRepeats(ctx context.Context) error {
	prints := newFingerprints()
	c.dropped = newBitset(c.summary.Windows)
	parts := uint64(c.summary.Windows/mostSeen + 1)
	for part := range parts {
		read := c.progress("looking for repeats")
		seen := map[fingerprint]struct{}{}
		next := int32(0)
		for _, f := range c.summary.Files {
			r := c.options.reader()
			r.read = read
			r.window = func(text []byte) error {
				if p := prints.of(text); p[0]%parts == part {
					if _, again := seen[p]; again {
						c.dropped.set(next)
					}
					seen[p] = struct{}{}
				}
				next++
				return nil
			}
			if err := c.same(ctx, r, f); err != nil {
				return err
			}
		}
	}
	c.summary.Dropped = int(c.dropped.count(0, int32(c.summary.Windows)))
	return nil
}

// same reads a file again, which must be what it was.
func (c *Corpus) same(ctx context.Context, r *reader, f File) error {
	if f.Windows == 0 {
		return nil
	}
	n, window := 0, r.window
	r.window = func(text []byte) error {
		if n++; n > f.Windows {
			return &ChangedError{Path: f.path}
		}
		return window(text)
	}
	sum, _, err := r.readFile(ctx, f.path)
	if err == nil && sum != f.SHA256 || content.Skippable(err) { // it could be read before
		return &ChangedError{Path: f.path, Err: err}
	}
	return err
}

// Repeated counts held-out documents that say little of data that a model hasn't seen.
type Repeated struct {
	Exact int // they are training documents, too
	Near  int // they share a run of NearWords words with a training document, and are none themselves
}

// Repeated looks for the held-out documents in all training documents. It reads
// the files once more, and prepares nothing.
func (c *Corpus) Repeated(ctx context.Context) (r Repeated, err error) {
	if c.options.HeldOut == 0 {
		return r, nil
	}
	held, numbers, err := c.heldOut(ctx)
	if err != nil {
		return r, err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	read := c.progress("comparing held-out documents")
	raw := int32(0)
	for i, f := range c.summary.Files {
		from, kept := raw, c.first[i]
		g.Go(func() error {
			reader := c.options.reader()
			reader.read = read
			look := held.search()
			reader.window = func(text []byte) error {
				if c.dropped.has(from) {
					from++
					return nil
				}
				if !numbers[kept] {
					look.in(text)
				}
				from, kept = from+1, kept+1
				return nil
			}
			return c.same(ctx, reader, f)
		})
		raw += int32(f.Windows)
	}
	if err := g.Wait(); err != nil {
		return r, err
	}
	return held.found(), nil
}

// heldOut gives the held-out documents and their numbers.
func (c *Corpus) heldOut(ctx context.Context) (*heldOut, map[int32]bool, error) {
	order := c.order(c.options.HeldOut)
	cut, err := c.take(ctx, order)
	if err != nil {
		return nil, nil, err
	}
	h, numbers := newHeldOut(), map[int32]bool{}
	text := make([]byte, c.options.Context)
	for i, n := range order {
		numbers[n] = true
		if _, err := cut.from.ReadAt(text, int64(i)*int64(len(text))); err != nil {
			return nil, nil, err
		}
		h.add(text)
	}
	return h, numbers, nil
}

// heldOut are held-out documents as they are looked for.
type heldOut struct {
	prints fingerprints
	exact  map[fingerprint][]int // documents, by what they hold
	runs   map[uint64][]int      // documents, by the runs of words in them
	filter bitset                // of the runs, so that most of what isn't there is known at once
	exacts []atomic.Bool         // of each document, what was found
	nears  []atomic.Bool
}

// filterBits is the size of the filter: 64 KiB.
const filterBits = 1 << 19

func newHeldOut() *heldOut {
	return &heldOut{prints: newFingerprints(), exact: map[fingerprint][]int{}, runs: map[uint64][]int{}, filter: newBitset(filterBits)}
}

func (h *heldOut) add(text []byte) {
	i := len(h.exacts)
	h.exacts, h.nears = make([]atomic.Bool, i+1), make([]atomic.Bool, i+1) // nothing is found yet
	p := h.prints.of(text)
	h.exact[p] = append(h.exact[p], i)
	var w words
	w.each(text, func(run uint64) {
		if of := h.runs[run]; len(of) == 0 || of[len(of)-1] != i {
			h.runs[run] = append(of, i)
			h.filter.set(int32(run % filterBits))
		}
	})
}

// search looks for the documents; each goroutine has one of its own.
func (h *heldOut) search() *search { return &search{heldOut: h} }

type search struct {
	*heldOut
	words words
}

// in looks for the held-out documents in a training document.
func (s *search) in(text []byte) {
	for _, i := range s.exact[s.prints.of(text)] {
		s.exacts[i].Store(true)
	}
	if len(s.runs) == 0 {
		return
	}
	s.words.each(text, func(run uint64) {
		if s.filter.has(int32(run % filterBits)) {
			for _, i := range s.runs[run] {
				s.nears[i].Store(true)
			}
		}
	})
}

func (h *heldOut) found() (r Repeated) {
	for i := range h.exacts {
		switch {
		case h.exacts[i].Load():
			r.Exact++
		case h.nears[i].Load():
			r.Near++
		}
	}
	return r
}
