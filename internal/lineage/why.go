package lineage

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/store"
)

// Neighbour is a finished action with the parameters that it doesn't share with another.
type Neighbour struct {
	Key         ziplaw.Key          `json:"key"`
	Label       string              `json:"label"` // the name that it was made under; empty where its record can't be read
	Record      ziplaw.ArtifactID   `json:"record"`
	Differences []action.Difference `json:"differences"`
}

// labelsRead bounds the records that are read to choose among neighbours that are equally near.
const labelsRead = 64

// Nearest finds the entry of the same action with the fewest parameters that differ from a preimage, other than its own;
// nil where the store has none. Of several it takes the one that was made under the given name, or else the first by
// key. It reads all entries of the store.
func Nearest(ctx context.Context, st *store.Store, preimage json.RawMessage, label string) (*Neighbour, error) {
	key, err := action.KeyOf(preimage)
	if err != nil {
		return nil, err
	}
	name := action.NameOf(preimage)
	var nearest []Neighbour
	for e, err := range st.Entries(ctx) {
		if err != nil {
			return nil, err
		}
		if e.Key == key || action.NameOf(e.Preimage) != name {
			continue
		}
		n := Neighbour{Key: e.Key, Record: e.Record, Differences: action.Differences(preimage, e.Preimage)}
		switch {
		case nearest == nil || len(n.Differences) < len(nearest[0].Differences):
			nearest = []Neighbour{n}
		case len(n.Differences) == len(nearest[0].Differences):
			nearest = append(nearest, n)
		}
	}
	return choose(ctx, st, nearest, label)
}

func choose(ctx context.Context, st *store.Store, near []Neighbour, label string) (*Neighbour, error) {
	near = near[:min(len(near), labelsRead)]
	for i := range near {
		var rec ziplaw.Record
		if err := getJSON(ctx, st, near[i].Record, &rec); err != nil && !isBad(err) {
			return nil, err
		}
		near[i].Label = rec.Label
	}
	if len(near) == 0 {
		return nil, nil
	}
	i := slices.IndexFunc(near, func(n Neighbour) bool { return n.Label == label })
	return &near[max(0, i)], nil
}
