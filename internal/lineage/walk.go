package lineage

import (
	"context"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/store"
)

// atOnce is how many requests are in flight.
const atOnce = 16

// visited is a record that a walk comes to.
type visited struct {
	id     ziplaw.ArtifactID
	from   ziplaw.ArtifactID // the record that names it first; empty for a root
	role   string            // in that record
	record ziplaw.Record
	err    error // why it can't be read: a *badArtifact
}

// walker goes from records to those that they go on from. It reads each once, however many walks it makes.
type walker struct {
	store *store.Store
	seen  map[ziplaw.ArtifactID]bool
}

func newWalker(st *store.Store) *walker {
	return &walker{store: st, seen: map[ziplaw.ArtifactID]bool{}}
}

// walk visits the records that lie behind the roots, the roots included, breadth first and in the order of their
// inputs: the same order each time. Records that can't be read are visited with the reason; other failures of the store
// end the walk.
func (w *walker) walk(ctx context.Context, roots []ziplaw.ArtifactID, visit func(visited)) error {
	var level []visited
	for _, id := range roots {
		level = w.add(level, visited{id: id})
	}
	for len(level) > 0 {
		if err := w.read(ctx, level); err != nil {
			return err
		}
		var next []visited
		for _, v := range level {
			visit(v)
			for _, in := range v.record.Inputs {
				if strings.HasPrefix(in.Role, actions.RecordRole) {
					next = w.add(next, visited{id: in.ID, from: v.id, role: in.Role})
				}
			}
		}
		level = next
	}
	return nil
}

func (w *walker) add(level []visited, v visited) []visited {
	if v.id == "" || w.seen[v.id] {
		return level
	}
	w.seen[v.id] = true
	return append(level, v)
}

func (w *walker) read(ctx context.Context, level []visited) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i := range level {
		g.Go(func() error {
			v := &level[i]
			err := getJSON(ctx, w.store, v.id, &v.record)
			if isBad(err) {
				v.record, v.err = ziplaw.Record{}, err
				return nil
			}
			return err
		})
	}
	return g.Wait()
}
