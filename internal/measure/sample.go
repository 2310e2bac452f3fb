package measure

import (
	"cmp"
	"container/heap"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw/analysis"
	"github.com/ziplaw/ziplaw/internal/random"
)

// sample draws documents without replacement from a stream of any length: those to which the random numbers give the lowest
// places. Which they are depends on their numbers and on the seed, and not on who draws.
type sample struct {
	size int
	key  random.Key
	held places
}

// drawn is a document in the sample.
type drawn struct {
	place  uint64
	number int64
	doc    []int32
}

// places has the highest place on top.
type places []drawn

func (p places) Len() int           { return len(p) }
func (p places) Less(i, j int) bool { return p[j].before(p[i]) }
func (p places) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *places) Push(x any)        { *p = append(*p, x.(drawn)) }
func (p *places) Pop() any {
	last := len(*p) - 1
	x := (*p)[last]
	*p = (*p)[:last]
	return x
}

func (d drawn) before(o drawn) bool {
	return d.place < o.place || d.place == o.place && d.number < o.number
}

func newSample(o Options) *sample {
	return &sample{size: o.Compressibility.Documents, key: o.drawing()}
}

// offer takes a document where its place is among the lowest.
func (s *sample) offer(number int64, doc []int32) {
	stream := s.key.At(uint64(number))
	s.take(drawn{place: stream.Uint64(), number: number}, doc)
}

func (s *sample) take(d drawn, doc []int32) {
	if len(s.held) < s.size {
		d.doc = slices.Clone(doc)
		heap.Push(&s.held, d)
		return
	}
	if s.size == 0 || !d.before(s.held[0]) {
		return
	}
	room := s.held[0].doc[:0]
	d.doc = append(room, doc...) //nolint:gocritic // the document that goes leaves its memory
	s.held[0] = d
	heap.Fix(&s.held, 0)
}

func (s *sample) merge(o *sample) {
	for _, d := range o.held {
		s.take(d, d.doc)
	}
}

// measure measures the sample's documents on all cores, in the order of their numbers.
func (s *sample) measure(o Options) (sizes analysis.Sizes, h []float64, err error) {
	slices.SortFunc(s.held, func(a, b drawn) int { return cmp.Compare(a.number, b.number) })
	h = make([]float64, len(s.held))
	parts := make([]analysis.Sizes, runtime.GOMAXPROCS(0))
	var g errgroup.Group
	for p := range parts {
		g.Go(func() error {
			c, err := newCompressor(o)
			if err != nil {
				return err
			}
			for i := p * len(h) / len(parts); i < (p+1)*len(h)/len(parts); i++ {
				raw, compressed := c.sizes(s.held[i].doc)
				parts[p].Add(raw, compressed)
				h[i] = float64(compressed) / float64(raw)
			}
			return nil
		})
	}
	err = g.Wait()
	for _, part := range parts {
		sizes.Merge(part)
	}
	return sizes, h, err
}
