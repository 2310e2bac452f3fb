package store

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw"
)

// Entries gives all entries that can be read, in the order of their keys.
func (s *Store) Entries(ctx context.Context) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		objects, err := s.list(ctx, entryPrefix)
		if err != nil {
			yield(Entry{}, err)
			return
		}
		for batch := range slices.Chunk(objects, 8*atOnce) {
			entries, err := s.readEntries(ctx, batch)
			if err != nil {
				yield(Entry{}, err)
				return
			}
			for _, e := range entries {
				if e.Key != "" && !yield(e, nil) {
					return
				}
			}
		}
	}
}

// readEntries reads some entries at once. One that can't be read, or has gone meanwhile, is left empty.
func (s *Store) readEntries(ctx context.Context, objects []listed) ([]Entry, error) {
	entries := make([]Entry, len(objects))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i, o := range objects {
		key := ziplaw.Key(strings.TrimSuffix(strings.TrimPrefix(o.name, entryPrefix), ".json"))
		if checkKey(key) != nil {
			continue
		}
		g.Go(func() error {
			e, _, err := s.Entry(ctx, key)
			if _, bad := errors.AsType[*EntryError](err); bad {
				return nil
			}
			entries[i] = e
			return err
		})
	}
	return entries, g.Wait()
}
