// Package measure measures how well anybody's data compresses: it reads documents from files as they come, on one
// goroutine, and measures and counts them on the others. Memory holds a sample of the documents, and what counts of the
// rest.
package measure

import (
	"cmp"
	"context"
	"errors"
	"io"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/analysis"
	"github.com/ziplaw/ziplaw/internal/content"
	"github.com/ziplaw/ziplaw/internal/random"
)

// File is a file or a stream of a data set.
type File struct {
	Name string
	// Open opens it. A stream is opened once.
	Open   func() (*content.Content, error)
	Stream bool
}

// Options say what is measured of a data set.
type Options struct {
	Documents content.DocumentOptions
	// Compressibility is how H is measured. Its Documents are drawn without replacement from all documents, by Seed; 0 is
	// all of them.
	Compressibility ziplaw.Compressibility
	Seed            uint64
	Interval        ziplaw.FitOptions // Level, Resamples and Seed
	// Raw measures ids as one byte each, not as four: bytes of text, as they are.
	Raw bool
	// Skip leaves out files that can't be read, or whose content is wrong.
	Skip bool
	// Each keeps H of each document that is measured.
	Each bool
}

// Result is what is known of a data set.
type Result struct {
	Documents int64 // of all files, with at least one token
	Tokens    int64
	Files     int
	Short     int64 // texts that are shorter than a window, and make no document
	Distinct  int   // different tokens
	// Entropy0 and Entropy1 are in nats per token, over all documents.
	Entropy0, Entropy1 float64
	H                  ziplaw.Measure
	Sizes              analysis.Sizes // of the documents that H is measured on
	HPerDocument       []float64      // in the order of the documents; nil unless Options.Each
	Noticed            []Notice
	Skipped            []error
}

// Notice is what some files have, which nobody may have wanted.
type Notice struct {
	Kind  string `json:"kind"`
	Files int    `json:"files"`
	First string `json:"first"`
}

// Of measures a data set. Read, which may be nil, hears how many bytes of the files are read. Errors are *content.Error,
// *NoDocumentsError, or the context's.
func Of(ctx context.Context, files []File, o Options, read func(n int64)) (Result, error) {
	if read == nil {
		read = func(int64) {}
	}
	var (
		r       = reader{options: o, read: read, batches: make(chan *batch, 2*runtime.GOMAXPROCS(0)), free: make(chan *batch, 4*runtime.GOMAXPROCS(0))}
		workers = make([]*worker, runtime.GOMAXPROCS(0))
		g, all  = errgroup.WithContext(ctx)
	)
	for i := range workers {
		w, err := newWorker(o)
		if err != nil {
			return Result{}, err
		}
		workers[i] = w
		g.Go(func() error { return w.work(all, r.batches, r.free) })
	}
	g.Go(func() error {
		defer close(r.batches)
		return r.files(all, files)
	})
	if err := g.Wait(); err != nil {
		return Result{}, errors.Join(ctx.Err(), err)
	}
	return r.result(workers)
}

// NoDocumentsError says that data has no document to be measured.
type NoDocumentsError struct {
	Files   int
	Short   int64
	Context int
	Skipped []error
}

// batch is some documents, one after the other.
type batch struct {
	tokens []int32
	ends   []int
	first  int64 // number of the first document
}

// batchTokens is how many tokens make a batch full.
const batchTokens = 1 << 15

// reader reads documents from files.
type reader struct {
	options   Options
	read      func(n int64)
	batches   chan *batch
	free      chan *batch // for the next documents
	current   *batch
	documents int64
	tokens    int64
	short     int64
	fine      int // files
	noticed   []Notice
	skipped   []error
}

func (r *reader) files(ctx context.Context, files []File) error {
	for _, f := range files {
		err := r.file(ctx, f)
		if err == nil {
			continue
		}
		if !r.options.Skip || f.Stream || !content.Skippable(err) {
			return err
		}
		r.skipped = append(r.skipped, err)
	}
	return r.send(ctx)
}

// file reads a file's documents. Where it may be skipped, it is read through first: a file is in the data as a whole or not at
// all.
func (r *reader) file(ctx context.Context, f File) error {
	if r.options.Skip && !f.Stream {
		if err := r.each(ctx, f, func(int64) {}, func(*content.Documents) error { return nil }, func([]int32) error { return nil }); err != nil {
			return err
		}
	}
	err := r.each(ctx, f, r.read, r.done, func(doc []int32) error { return r.add(ctx, doc) })
	if err == nil {
		r.fine++
	}
	return err
}

// each reads a file's documents, and ends with what there is to say of it.
func (r *reader) each(ctx context.Context, f File, read func(int64), done func(*content.Documents) error, add func([]int32) error) error {
	c, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })() // a reading that waits for a pipe ends
	docs, err := content.NewDocuments(c, r.options.Documents)
	if err != nil {
		return err
	}
	var (
		doc  []int32
		told int64
	)
	for i := 0; ; i++ {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if doc, err = docs.Next(doc[:0]); err != nil {
			break
		}
		if err := add(doc); err != nil {
			return err
		}
		if i%256 == 0 {
			read(c.Taken() - told)
			told = c.Taken()
		}
	}
	read(c.Taken() - told)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, io.EOF):
		return done(docs)
	}
	return err
}

// done notes what a file is.
func (r *reader) done(d *content.Documents) error {
	r.short += d.Short()
	for _, kind := range d.Look().Notices() {
		r.notice(kind, d.Name())
	}
	return nil
}

func (r *reader) notice(kind, name string) {
	for i := range r.noticed {
		if r.noticed[i].Kind == kind {
			r.noticed[i].Files++
			return
		}
	}
	r.noticed = append(r.noticed, Notice{Kind: kind, Files: 1, First: name})
}

// add puts a document into the current batch.
func (r *reader) add(ctx context.Context, doc []int32) error {
	if r.current == nil {
		select {
		case r.current = <-r.free:
		default:
			r.current = &batch{}
		}
		*r.current = batch{tokens: r.current.tokens[:0], ends: r.current.ends[:0], first: r.documents}
	}
	b := r.current
	b.tokens = append(b.tokens, doc...)
	b.ends = append(b.ends, len(b.tokens))
	r.documents++
	r.tokens += int64(len(doc))
	if len(b.tokens) < batchTokens {
		return nil
	}
	return r.send(ctx)
}

// send gives the current batch to a worker.
func (r *reader) send(ctx context.Context) error {
	if r.current == nil {
		return nil
	}
	select {
	case r.batches <- r.current:
		r.current = nil
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// result adds up what the workers have found.
func (r *reader) result(workers []*worker) (Result, error) {
	if r.documents == 0 {
		return Result{}, &NoDocumentsError{Files: r.fine, Short: r.short, Context: r.options.Documents.Context, Skipped: r.skipped}
	}
	sum := workers[0]
	for _, w := range workers[1:] {
		sum.merge(w)
	}
	res := Result{
		Documents: r.documents, Tokens: r.tokens, Files: r.fine, Short: r.short, Noticed: r.noticed, Skipped: r.skipped,
		Distinct: sum.grams.Distinct(), Entropy0: sum.grams.Entropy0(), Entropy1: sum.grams.Entropy1(),
	}
	var h []float64
	if r.options.Compressibility.Documents > 0 {
		var err error
		if res.Sizes, h, err = sum.sample.measure(r.options); err != nil {
			return Result{}, err
		}
	} else {
		res.Sizes, h = sum.sizes, sum.inOrder()
	}
	if h != nil && len(h) <= mostResampled {
		res.H = analysis.MeasureOf(h, r.options.Compressibility.Statistic, r.options.Interval)
	} else {
		res.H = res.Sizes.Measure(r.options.Compressibility.Statistic, r.options.Interval)
	}
	if r.options.Each {
		res.HPerDocument = h
	}
	return res, nil
}

// mostResampled is how many documents are resampled one by one, which gives a study's numbers to the bit; of more it is counted
// how many have each size.
const mostResampled = 10_000

// numbered is a document with its number, or what was found of it.
type numbered[T any] struct {
	number int64
	of     T
}

func sortByNumber[T any](all []numbered[T]) {
	slices.SortFunc(all, func(a, b numbered[T]) int { return cmp.Compare(a.number, b.number) })
}

// drawing are the random numbers by which documents are drawn.
func (o Options) drawing() random.Key { return random.NewKey(o.Seed, "documents of H") }
