package dataset

import (
	"context"
	"crypto/sha256"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw"
)

// Put stores bytes and returns their id. Goroutines share it.
type Put func(context.Context, []byte) (ziplaw.ArtifactID, error)

// Materialize writes the documents that a study needs of a source, shard by shard on all cores, and returns their manifest
// and digests. Progress, which may be nil, hears the documents written so far, from several goroutines.
func Materialize(ctx context.Context, s ziplaw.Study, src Source, put Put, progress func(documents int)) (Manifest, Digests, error) {
	v := NewVocabulary(s, src.Vocabulary())
	origin := src.Origin()
	m := Manifest{
		Context: s.Context, Length: src.Len(), Documents: Pool(s, src.Len()), HeldOut: s.Recipe.HeldOut,
		Vocabulary: v.Size, Pad: v.Pad, IDs: v.IDs,
		Kind: origin.Kind, Children: origin.MeanChildren, Termination: origin.Termination,
	}
	var d Digests
	err := src.Prepare(ctx, m.Documents)
	if err != nil {
		return m, d, err
	}
	w := writer{vocabulary: v, context: s.Context, put: put, progress: progress}
	if m.Train, d.train, err = w.write(ctx, src.Train, m.Documents); err != nil {
		return m, d, err
	}
	if m.Held, d.heldOut, err = w.write(ctx, src.HeldOut, m.HeldOut); err != nil {
		return m, d, err
	}
	if m.Digests, err = put(ctx, d.Bytes()); err != nil {
		return m, d, err
	}
	m.Origin, err = put(ctx, origin.Text)
	return m, d, err
}

type writer struct {
	vocabulary Vocabulary
	context    int
	put        Put
	progress   func(int)
	written    atomic.Int64
}

// write stores n documents of a source and returns their shards and digests.
func (w *writer) write(ctx context.Context, document func([]int32, int) ([]int32, error), n int) ([]Shard, []byte, error) {
	each := ShardDocuments(w.context)
	shards, digests := make([]Shard, (n+each-1)/each), make([]byte, n*sha256.Size)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range shards {
		g.Go(func() (err error) {
			first, last := i*each, min((i+1)*each, n)
			shards[i], err = w.shard(ctx, document, first, last-first, digests[first*sha256.Size:last*sha256.Size])
			return err
		})
	}
	return shards, digests, g.Wait()
}

// shard stores n documents from the first on, and writes their digests.
func (w *writer) shard(ctx context.Context, document func([]int32, int) ([]int32, error), first, n int, digests []byte) (Shard, error) {
	var (
		digester Digester
		doc      = make([]int32, 0, w.context)
		shard    = NewShardWriter(w.vocabulary.Largest(), w.context, n)
		err      error
	)
	for i := range n {
		if ctx.Err() != nil {
			return Shard{}, ctx.Err()
		}
		if doc, err = document(doc[:0], first+i); err != nil {
			return Shard{}, err
		}
		shard.Add(doc)
		if err := w.vocabulary.Compact(doc); err != nil {
			return Shard{}, err
		}
		sum := digester.Digest(doc)
		copy(digests[i*sha256.Size:], sum[:])
	}
	id, err := w.put(ctx, shard.Bytes())
	if err == nil && w.progress != nil {
		w.progress(int(w.written.Add(int64(n))))
	}
	return Shard{ID: id, Documents: n}, err
}
