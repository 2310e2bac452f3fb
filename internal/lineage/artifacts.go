package lineage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/dataset"
	"github.com/ziplaw/ziplaw/internal/store"
)

// shard is what counts of a shard of documents: the digest of each.
type shard struct {
	digests   []byte
	documents int
}

// named is an artifact that a record names.
type named struct {
	ziplaw.Ref
	label string // of the record
}

// shardsAtOnce bounds the memory that shards take: each is some 8 MB.
const shardsAtOnce = 4

// readArtifacts reads all artifacts that are no records and computes their digests.
func (c *checker) readArtifacts(ctx context.Context) error {
	var first, others, shards []named
	for _, a := range c.artifacts() {
		switch a.Role {
		case actions.RoleDocuments:
			shards = append(shards, a)
		case actions.RoleModel, actions.RoleLosses:
			others = append(others, a)
		default:
			first = append(first, a)
		}
	}
	c.known = c.checked + len(first) + len(others) + len(shards)
	if err := c.readAll(ctx, first, atOnce, c.readOther); err != nil {
		return err
	}
	c.named = c.vocabularies()
	if c.options.Artifacts > 0 {
		c.until = time.Now().Add(c.options.Artifacts)
	}
	if err := c.readAll(ctx, others, atOnce, c.readOther); err != nil {
		return err
	}
	return c.readAll(ctx, shards, shardsAtOnce, c.readShard)
}

// late says that there is no time for more, and notes it.
func (c *checker) late(mu *sync.Mutex) bool {
	if c.until.IsZero() || time.Now().Before(c.until) {
		return false
	}
	mu.Lock()
	defer mu.Unlock()
	c.partly = true
	return true
}

// artifacts lists what the study and its records name beside records, each once.
func (c *checker) artifacts() []named {
	seen := map[ziplaw.ArtifactID]bool{}
	all := []named{}
	add := func(r ziplaw.Ref, label string) {
		if !seen[r.ID] && !strings.HasPrefix(r.Role, actions.RecordRole) {
			seen[r.ID] = true
			all = append(all, named{r, label})
		}
	}
	add(ziplaw.Ref{Role: actions.RoleSpec, ID: c.study.version.Spec}, c.study.name())
	for _, id := range c.order {
		rec := c.records[id]
		for _, r := range slices.Concat(rec.Inputs, rec.Outputs) {
			add(r, c.names.known[id])
		}
	}
	return all
}

// readAll reads artifacts, some at once, and adds the bad ones in their order.
func (c *checker) readAll(ctx context.Context, all []named, limit int, read func(context.Context, named, *sync.Mutex) error) error {
	var mu sync.Mutex // guards the checker
	bad := make([]error, len(all))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(limit)
	for i, a := range all {
		g.Go(func() error {
			if c.late(&mu) {
				return nil
			}
			err := read(ctx, a, &mu)
			if err != nil && !isBad(err) {
				return err
			}
			bad[i] = err
			if err == nil || stateOf(err) != StateMissing {
				mu.Lock()
				defer mu.Unlock()
				c.count()
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i, err := range bad {
		if err != nil {
			c.bad(all[i].ID, all[i].Role, all[i].label, err)
		}
	}
	return nil
}

// readOther reads an artifact, and keeps those that say what a data set holds.
func (c *checker) readOther(ctx context.Context, a named, mu *sync.Mutex) error {
	if a.Role == actions.RoleManifest || a.Role == actions.RoleDigests {
		b, err := get(ctx, c.study.store, a.ID)
		mu.Lock()
		defer mu.Unlock()
		c.bytes[a.ID] = b
		return err
	}
	if err := a.ID.Validate(); err != nil {
		return &badArtifact{a.ID, err}
	}
	err := c.study.store.Check(ctx, a.ID)
	if _, bad := errors.AsType[*store.ArtifactError](err); bad {
		return &badArtifact{a.ID, err}
	}
	return err
}

// use is a shard as a manifest names it.
type use struct{ shard, manifest ziplaw.ArtifactID }

// vocabularies are those in which manifests name shards: digests are of the models' ids. Samples of another version have
// shards of another form, of which nothing is checked but that their bytes are what their names say.
func (c *checker) vocabularies() map[ziplaw.ArtifactID]map[ziplaw.ArtifactID]dataset.Vocabulary {
	all := map[ziplaw.ArtifactID]map[ziplaw.ArtifactID]dataset.Vocabulary{}
	for _, id := range c.order {
		rec := c.records[id]
		if rec.Action != actions.NameSample || actions.Version(rec) != actions.SampleVersion {
			continue
		}
		manifest, _ := rec.Output(actions.RoleManifest)
		var m dataset.Manifest
		if json.Unmarshal(c.bytes[manifest], &m) != nil {
			continue // which is reported with the sample
		}
		v, err := dataset.StoredVocabulary(m)
		if err != nil {
			continue // the same
		}
		for _, s := range slices.Concat(m.Train, m.Held) {
			if all[s.ID] == nil {
				all[s.ID] = map[ziplaw.ArtifactID]dataset.Vocabulary{}
			}
			all[s.ID][manifest] = v
		}
	}
	return all
}

// readShard reads a shard, and computes its documents' digests as each manifest means them.
func (c *checker) readShard(ctx context.Context, a named, mu *sync.Mutex) error {
	b, err := get(ctx, c.study.store, a.ID)
	if err != nil {
		return err
	}
	for manifest, v := range c.named[a.ID] {
		s, err := digestsOf(b, v)
		if err != nil {
			return &badArtifact{a.ID, err}
		}
		mu.Lock()
		c.shards[use{a.ID, manifest}] = s
		mu.Unlock()
	}
	return nil
}

func digestsOf(b []byte, v dataset.Vocabulary) (s shard, err error) {
	r, err := dataset.NewShardReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return s, err
	}
	var (
		digester dataset.Digester
		doc      []int32
	)
	s.documents = r.Len()
	for i := range r.Len() {
		if doc, err = r.Append(doc[:0], i); err != nil {
			return s, err
		}
		var sum [sha256.Size]byte // of no document, where an id isn't in the vocabulary
		if v.Compact(doc) == nil {
			sum = digester.Digest(doc)
		}
		s.digests = append(s.digests, sum[:]...)
	}
	return s, nil
}
