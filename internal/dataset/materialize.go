package dataset

import (
	"context"

	"github.com/ziplaw/ziplaw"
)

// Put stores bytes and returns their id.
type Put func(context.Context, []byte) (ziplaw.ArtifactID, error)

// Materialize writes the documents that a study needs of a source, shard by shard, and returns their manifest and
// digests. Progress, which may be nil, hears the documents written so far.
func Materialize(ctx context.Context, s ziplaw.Study, src Source, put Put, progress func(documents int)) (Manifest, Digests, error) {
	v := NewVocabulary(s, src.Vocabulary())
	origin := src.Origin()
	m := Manifest{
		Context: s.Context, Length: src.Len(), Documents: Pool(s, src.Len()), HeldOut: s.Recipe.HeldOut,
		Vocabulary: v.Size, Pad: v.Pad, IDs: v.IDs,
		Kind: origin.Kind, Children: origin.MeanChildren, Termination: origin.Termination,
	}
	w := writer{vocabulary: v, context: s.Context, put: put, progress: progress}
	var (
		d   Digests
		err error
	)
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
	written    int
}

// write stores n documents of a source and returns their shards and digests.
func (w *writer) write(ctx context.Context, document func([]int32, int) []int32, n int) (shards []Shard, digests []byte, err error) {
	doc := make([]int32, 0, w.context)
	for first := 0; first < n; first += ShardDocuments {
		shard := NewShardWriter(w.vocabulary.Size, w.context)
		for i := first; i < min(first+ShardDocuments, n); i++ {
			doc = w.vocabulary.Compact(document(doc[:0], i))
			shard.Add(doc)
			sum := Digest(doc)
			digests = append(digests, sum[:]...)
		}
		id, err := w.put(ctx, shard.Bytes())
		if err != nil {
			return nil, nil, err
		}
		shards = append(shards, Shard{ID: id, Documents: shard.Documents})
		w.written += shard.Documents
		if w.progress != nil {
			w.progress(w.written)
		}
	}
	return shards, digests, ctx.Err()
}
