package upkeep

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/store"
)

// atOnce is how many requests are in flight.
const atOnce = 16

// node is an artifact that was looked into.
type node struct {
	record ziplaw.Record // without a key where it is none
	err    error         // why it can't be read: nothing says then what it leads to
}

// refs are what a record names.
func (n *node) refs() []ziplaw.Ref { return slices.Concat(n.record.Inputs, n.record.Outputs) }

// graph is what artifacts lead to. Each record is read once, whoever asks.
type graph struct {
	store *store.Store
	nodes map[ziplaw.ArtifactID]*node
	kinds map[ziplaw.ArtifactID]string
}

func newGraph(st *store.Store) *graph {
	return &graph{store: st, nodes: map[ziplaw.ArtifactID]*node{}, kinds: map[ziplaw.ArtifactID]string{}}
}

// read looks into artifacts that may be records.
func (g *graph) read(ctx context.Context, ids []ziplaw.ArtifactID) error {
	var missing []ziplaw.ArtifactID
	for _, id := range ids {
		if g.nodes[id] == nil {
			g.nodes[id] = &node{}
			missing = append(missing, id)
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, id := range missing {
		n := g.nodes[id]
		group.Go(func() error { return n.read(ctx, g.store, id) })
	}
	return group.Wait()
}

func (n *node) read(ctx context.Context, st *store.Store, id ziplaw.ArtifactID) error {
	if n.err = id.Validate(); n.err != nil {
		return nil //nolint:nilerr // it is the node's
	}
	b, err := st.Get(ctx, id)
	if _, bad := errors.AsType[*store.ArtifactError](err); bad {
		n.err = err
		return nil
	}
	if err != nil {
		return err
	}
	var rec ziplaw.Record
	if json.Unmarshal(b, &rec) == nil && rec.Action != "" && rec.Key != "" {
		n.record = rec
	}
	return nil
}

// reach calls for every artifact that roots lead to, the roots included, each once, and says whether it was looked into. Roots may be
// any artifacts; what records name is looked into only where it is a record.
func (g *graph) reach(ctx context.Context, roots []ziplaw.ArtifactID, visit func(id ziplaw.ArtifactID, looked bool)) error {
	seen := map[ziplaw.ArtifactID]bool{}
	level := fresh(seen, roots)
	for _, id := range level {
		visit(id, true)
	}
	for len(level) > 0 {
		if err := g.read(ctx, level); err != nil {
			return err
		}
		var next []ziplaw.ArtifactID
		for _, id := range level {
			for _, r := range g.follow(id) {
				if seen[r.ID] || r.ID == "" {
					continue
				}
				seen[r.ID] = true
				visit(r.ID, isRecord(r))
				if isRecord(r) {
					next = append(next, r.ID)
				}
			}
		}
		level = next
	}
	return nil
}

// follow is what a record that was read names, with the kinds of that noted.
func (g *graph) follow(id ziplaw.ArtifactID) []ziplaw.Ref {
	n := g.nodes[id]
	if n.record.Key != "" {
		g.kinds[id] = KindRecords
	}
	refs := n.refs()
	for _, r := range refs {
		if g.kinds[r.ID] == "" || g.kinds[r.ID] == KindRecords {
			g.kinds[r.ID] = kindOf(n.record.Action, r.Role)
		}
	}
	return refs
}

func isRecord(r ziplaw.Ref) bool { return strings.HasPrefix(r.Role, actions.RecordRole) }

// fresh are the ids that weren't seen before.
func fresh(seen map[ziplaw.ArtifactID]bool, ids []ziplaw.ArtifactID) (level []ziplaw.ArtifactID) {
	for _, id := range ids {
		if id != "" && !seen[id] {
			seen[id] = true
			level = append(level, id)
		}
	}
	return level
}
