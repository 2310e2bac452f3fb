package measure

import (
	"context"

	"github.com/ziplaw/ziplaw/analysis"
)

// worker measures and counts the documents of batches.
type worker struct {
	options    Options
	compressor *compressor
	grams      *analysis.NGrams
	sample     *sample
	sizes      analysis.Sizes
	h          []numbered[[]float64] // of each batch
}

func newWorker(o Options) (*worker, error) {
	c, err := newCompressor(o)
	return &worker{options: o, compressor: c, grams: analysis.NewNGrams(), sample: newSample(o)}, err
}

func (w *worker) work(ctx context.Context, batches <-chan *batch, free chan<- *batch) error {
	for {
		select {
		case b, more := <-batches:
			if !more {
				return nil
			}
			w.batch(b)
			select {
			case free <- b:
			default:
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (w *worker) batch(b *batch) {
	var h []float64
	from := 0
	for i, to := range b.ends {
		doc := b.tokens[from:to]
		from = to
		w.grams.Add(doc)
		if w.options.Compressibility.Documents > 0 {
			w.sample.offer(b.first+int64(i), doc)
			continue
		}
		raw, compressed := w.compressor.sizes(doc)
		w.sizes.Add(raw, compressed)
		if w.keeps() {
			h = append(h, float64(compressed)/float64(raw))
		}
	}
	if h != nil {
		w.h = append(w.h, numbered[[]float64]{b.first, h})
	}
}

// keeps says whether H of each document is still wanted: for the caller, or since they are few.
func (w *worker) keeps() bool { return w.options.Each || w.sizes.N <= mostResampled }

func (w *worker) merge(o *worker) {
	w.grams.Merge(o.grams)
	w.sample.merge(o.sample)
	w.sizes.Merge(o.sizes)
	w.h = append(w.h, o.h...)
}

// inOrder is H of all documents in their order; nil where it wasn't kept of all.
func (w *worker) inOrder() []float64 {
	sortByNumber(w.h)
	var all []float64
	for _, some := range w.h {
		all = append(all, some.of...)
	}
	if int64(len(all)) < w.sizes.N {
		return nil
	}
	return all
}

// compressor measures documents as the options want their bytes.
type compressor struct {
	*analysis.Compressor
	raw   bool
	bytes []byte
}

func newCompressor(o Options) (*compressor, error) {
	c, err := analysis.NewCompressor(o.Compressibility.Level)
	return &compressor{Compressor: c, raw: o.Raw}, err
}

// sizes are the bytes of a document, and those of a gzip file with them in it.
func (c *compressor) sizes(doc []int32) (raw, compressed int) {
	if !c.raw {
		return c.Tokens(doc)
	}
	c.bytes = c.bytes[:0]
	for _, id := range doc {
		c.bytes = append(c.bytes, byte(id))
	}
	return len(c.bytes), c.Bytes(c.bytes)
}
