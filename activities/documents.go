package activities

import (
	"context"
	"fmt"

	"github.com/ziplaw/ziplaw/internal/dataset"
)

// documents opens the first n documents of shards, which the cache fetches. All shards that are damaged are one error.
func (a *Activities) documents(ctx context.Context, shards []dataset.Shard, n int) (*dataset.Documents, error) {
	var (
		found damage
		open  []*dataset.ShardReader
	)
	for first := 0; len(shards) > 0 && first < n; shards = shards[1:] {
		first += shards[0].Documents
		s, err := a.shard(ctx, shards[0])
		if err := found.note("", err); err != nil {
			return nil, err
		}
		open = append(open, s)
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	docs := dataset.NewDocuments(open)
	if docs.Len() < n {
		return nil, fmt.Errorf("data set: %d documents wanted, %d stored", n, docs.Len())
	}
	return docs, nil
}

func (a *Activities) shard(ctx context.Context, s dataset.Shard) (*dataset.ShardReader, error) {
	file, err := a.Cache.Get(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	return dataset.NewShardReader(file, int64(file.Len()))
}

// reading is what a cell reads.
type reading struct{ train, held *dataset.Reading }

// reading opens the training documents of an order, and the held-out ones, of a data set.
func (a *Activities) reading(ctx context.Context, name string, m dataset.Manifest, order []int32) (r reading, err error) {
	var (
		found       damage
		train, held *dataset.Documents
	)
	train, err = a.documents(ctx, m.Train, highest(order)+1)
	if err = found.note(name, err); err != nil {
		return r, err
	}
	held, err = a.documents(ctx, m.Held, m.HeldOut)
	if err = found.note(name, err); err != nil {
		return r, err
	}
	if err := found.err(); err != nil {
		return r, err
	}
	v, err := dataset.StoredVocabulary(m)
	return reading{dataset.NewReading(train, v, order), dataset.NewReading(held, v, nil)}, err
}

func highest(order []int32) int {
	top := int32(-1)
	for _, i := range order {
		top = max(top, i)
	}
	return int(top)
}
