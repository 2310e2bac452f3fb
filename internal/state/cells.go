package state

import (
	"context"
	"encoding/json"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/actions"
)

// Cell is where a cell stands. The key is empty as long as its data set hasn't been sampled.
type Cell struct {
	Cell   string            `json:"cell"`
	Key    ziplaw.Key        `json:"key"`
	State  string            `json:"state"`
	Loss   *float64          `json:"loss"` // validation, in nats per token
	N      int64             `json:"n,omitempty"`
	D      int64             `json:"d"`
	Record ziplaw.ArtifactID `json:"record,omitempty"`
	Reused bool              `json:"reused"` // trained for another study

	// Of cells that workers have been asked for: the number of the attempt, how far it is, and what it waits for.
	Attempt int   `json:"attempt,omitempty"`
	Step    int   `json:"step,omitempty"`
	Steps   int   `json:"steps,omitempty"`
	Waits   *Wait `json:"waits,omitempty"`
}

// count is the cell among a study's.
func (c Cell) count() ziplaw.Counts {
	n := ziplaw.Counts{Total: 1}
	switch c.State {
	case ziplaw.StateDone:
		n.Done = 1
		if c.Reused {
			n.Reused = 1
		}
	case ziplaw.StateDiverged:
		n.Diverged = 1
	case ziplaw.StateFailed:
		n.Failed = 1
	case ziplaw.StateRunning:
		n.Running = 1
	default:
		n.Queued = 1
	}
	return n
}

// Grid is what is known of a study's cells.
type Grid struct {
	Study ziplaw.Study

	source Source
	sets   map[string]actions.Sampled // by data set; absent before it is sampled
	rest   string                     // the state of cells that have no result
	states map[string]Cell            // by id, of cells that have a state of their own, which a result replaces
}

// Grid is the grid of a study's running version, or else of its newest finished one.
func (s Source) Grid(ctx context.Context, study string) (g Grid, err error) {
	g = Grid{source: s, sets: map[string]actions.Sampled{}, states: map[string]Cell{}}
	info, err := s.Describe(ctx, study)
	if err != nil {
		return g, err
	}
	if finished(info) {
		v, err := s.Believed(ctx, study)
		if err != nil {
			return g, err
		}
		return g, g.finished(ctx, v)
	}
	return g, g.unfinished(ctx, study, runs(info))
}

func (g *Grid) finished(ctx context.Context, v ziplaw.StudyVersion) error {
	g.rest = ziplaw.StateFailed
	if err := g.source.Store.GetJSON(ctx, v.Spec, &g.Study); err != nil {
		return err
	}
	for _, d := range v.DataSets {
		if err := g.sampled(ctx, d.DataSet, d.Sample); err != nil {
			return err
		}
	}
	return nil
}

// sampled reads what a data set's sample record names.
func (g *Grid) sampled(ctx context.Context, name string, record ziplaw.ArtifactID) (err error) {
	g.sets[name], err = actions.LoadSampled(ctx, g.source.Store, record)
	return err
}

// lookups is how many cells are looked up at once.
const lookups = 8

// Cells are all cells of the study, in its order.
func (g *Grid) Cells(ctx context.Context) ([]Cell, error) {
	list := []Cell{}
	var all []ziplaw.Cell
	for _, d := range g.Study.DataSets() {
		for _, c := range g.Study.Cells(d.Name) {
			all = append(all, c)
			list = append(list, Cell{})
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(lookups)
	for i, c := range all {
		group.Go(func() (err error) { list[i], err = g.Cell(ctx, c); return err })
	}
	return list, group.Wait()
}

// Find is the cell of an id; false where the study has none.
func (g *Grid) Find(id string) (ziplaw.Cell, bool) {
	for _, d := range g.Study.DataSets() {
		for _, c := range g.Study.Cells(d.Name) {
			if c.String() == id {
				return c, true
			}
		}
	}
	return ziplaw.Cell{}, false
}

// Action is the action that trains a cell; false before its data set is sampled.
func (g *Grid) Action(c ziplaw.Cell) (act action.Action, known bool) {
	set, known := g.sets[c.DataSet]
	if known {
		act, _ = actions.TrainCell(g.Study, c, set)
	}
	return act, known
}

// Keys are those of the cells of data sets that have been sampled, and of the cells whose checkpoints these may go on from.
func (g *Grid) Keys() (keys []ziplaw.Key, err error) {
	for name, set := range g.sets {
		for _, c := range g.Study.Cells(name) {
			act, _ := actions.TrainCell(g.Study, c, set)
			key, err := act.Key()
			if err != nil {
				return nil, err
			}
			keys = append(keys, key)
			from, found := actions.ConvertedFrom(g.Study, c, set)
			if !found {
				continue
			}
			if key, err = from.Key(); err != nil {
				return nil, err
			}
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// Vocabulary is the number of a data set's token ids; 0 before it is sampled.
func (g *Grid) Vocabulary(set string) int { return g.sets[set].Manifest.Vocabulary }

// Cell is where one of the study's cells stands, with what the store knows of it.
func (g *Grid) Cell(ctx context.Context, c ziplaw.Cell) (Cell, error) {
	id := c.String()
	row, own := g.states[id]
	if !own {
		row.State = g.rest
	}
	row.Cell, row.D = id, c.D
	act, known := g.Action(c)
	if !known {
		return row, nil
	}
	key, err := act.Key()
	if err != nil {
		return row, err
	}
	row.Key = key
	entry, rec, found, err := g.source.Store.Lookup(ctx, key)
	if err != nil || !found {
		return row, err
	}
	var r ziplaw.CellResult
	if err := json.Unmarshal(rec.Values, &r); err != nil {
		return row, fmt.Errorf("cell %s: record %s: %w", id, entry.Record, err)
	}
	row = Cell{Cell: id, Key: key, State: r.State, N: r.N, D: c.D, Record: entry.Record, Reused: rec.Label != id}
	if r.State == ziplaw.StateDone {
		row.Loss = &r.Validation
	}
	return row, nil
}
