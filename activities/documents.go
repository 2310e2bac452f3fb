package activities

import (
	"context"
	"fmt"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/dataset"
)

// shardCache keeps the shards that cells read last, decoded, so that the cells of one data set share them.
type shardCache struct {
	once    sync.Once
	shards  *lru.Cache[ziplaw.ArtifactID, [][]int32]
	reading singleflight.Group
}

// cachedShards bounds the cache: 32 shards of 16,384 documents of 256 ids are 537 MB.
const cachedShards = 32

func (c *shardCache) cache() *lru.Cache[ziplaw.ArtifactID, [][]int32] {
	c.once.Do(func() { c.shards, _ = lru.New[ziplaw.ArtifactID, [][]int32](cachedShards) })
	return c.shards
}

// training reads the first n stored training documents. Callers don't change them.
func (a *Activities) training(ctx context.Context, m dataset.Manifest, n int) ([][]int32, error) {
	if n > m.Documents {
		return nil, fmt.Errorf("data set: %d training documents wanted, %d stored", n, m.Documents)
	}
	docs, err := a.documents(ctx, m.Train, n)
	if err != nil {
		return nil, err
	}
	return docs[:n], nil
}

// documents reads shards until n documents are there. All that are damaged are one error.
func (a *Activities) documents(ctx context.Context, shards []dataset.Shard, n int) ([][]int32, error) {
	var found damage
	docs := make([][]int32, 0, n)
	for first := 0; len(shards) > 0 && first < n; shards = shards[1:] {
		s := shards[0]
		first += s.Documents
		shard, err := a.shard(ctx, s.ID)
		if err := found.note("", err); err != nil {
			return nil, err
		}
		docs = append(docs, shard...)
	}
	return docs, found.err()
}

// shard reads a shard, once for all who ask for it at a time.
func (a *Activities) shard(ctx context.Context, id ziplaw.ArtifactID) ([][]int32, error) {
	if docs, ok := a.shards.cache().Get(id); ok {
		return docs, nil
	}
	read := a.shards.reading.DoChan(string(id), func() (any, error) { return a.readShard(context.WithoutCancel(ctx), id) })
	select {
	case r := <-read:
		docs, _ := r.Val.([][]int32)
		return docs, r.Err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (a *Activities) readShard(ctx context.Context, id ziplaw.ArtifactID) ([][]int32, error) {
	b, err := a.Store.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	docs, err := dataset.DecodeShard(b)
	if err != nil {
		return nil, err
	}
	a.shards.cache().Add(id, docs)
	return docs, nil
}
