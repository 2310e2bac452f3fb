package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
)

// cellJSON is a cell in a list. The key is absent as long as the data set hasn't been sampled.
type cellJSON struct {
	Cell   string            `json:"cell"`
	Key    ziplaw.Key        `json:"key"`
	State  string            `json:"state"`
	Loss   *float64          `json:"loss"` // validation, in nats per token
	N      int64             `json:"n,omitempty"`
	D      int64             `json:"d"`
	Record ziplaw.ArtifactID `json:"record,omitempty"`
	Reused bool              `json:"reused"` // trained for another study
}

func (a *app) listCells(ctx context.Context, s *session, study string) error {
	cells, err := s.cells(ctx, study)
	if err != nil {
		return err
	}
	return a.value(cells, func(w io.Writer) error { return cellTable(w, cells) })
}

func cellTable(w io.Writer, cells []cellJSON) error {
	rows := [][]string{{"CELL", "KEY", "STATE", "LOSS"}}
	for _, c := range cells {
		loss := ""
		if c.Loss != nil {
			loss = fmt.Sprintf("%.4f", *c.Loss)
		}
		rows = append(rows, []string{c.Cell, c.Key.Short(), c.State, loss})
	}
	return table(w, rows)
}

// cells are the cells of a study, of its running version or else its newest finished one.
func (s *session) cells(ctx context.Context, study string) ([]cellJSON, error) {
	g, err := s.gridOf(ctx, study)
	if err != nil {
		return nil, err
	}
	return g.cells(ctx)
}

// grid is what is known of a study's cells.
type grid struct {
	session *session
	study   ziplaw.Study
	sets    map[string]actions.Sampled // by data set; absent before it is sampled
	rest    string                     // the state of cells that have no result
	states  map[string]string          // of cells that have a state of their own
}

func (g *grid) finished(ctx context.Context, v ziplaw.StudyVersion) error {
	g.rest = ziplaw.StateFailed
	if err := g.session.store.GetJSON(ctx, v.Spec, &g.study); err != nil {
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
func (g *grid) sampled(ctx context.Context, name string, record ziplaw.ArtifactID) (err error) {
	g.sets[name], err = actions.LoadSampled(ctx, g.session.store, record)
	return err
}

// lookups is how many cells are looked up at once.
const lookups = 8

func (g *grid) cells(ctx context.Context) ([]cellJSON, error) {
	list := []cellJSON{}
	var all []ziplaw.Cell
	for _, d := range g.study.DataSets() {
		for _, c := range g.study.Cells(d.Name) {
			all = append(all, c)
			list = append(list, cellJSON{Cell: c.String(), State: g.rest, D: c.D})
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(lookups)
	for i, c := range all {
		group.Go(func() error { return g.fill(ctx, &list[i], c) })
	}
	return list, group.Wait()
}

// fill adds what the store knows of a cell.
func (g *grid) fill(ctx context.Context, row *cellJSON, c ziplaw.Cell) error {
	if own := g.states[row.Cell]; own != "" {
		row.State = own
	}
	set, sampled := g.sets[c.DataSet]
	if !sampled {
		return nil
	}
	act, _ := actions.TrainCell(g.study, c, set)
	key, err := act.Key()
	if err != nil {
		return err
	}
	row.Key = key
	entry, rec, found, err := g.session.store.Lookup(ctx, key)
	if err != nil || !found {
		return err
	}
	var r ziplaw.CellResult
	if err := json.Unmarshal(rec.Values, &r); err != nil {
		return fmt.Errorf("cell %s: record %s: %w", row.Cell, entry.Record, err)
	}
	row.State, row.N, row.Record, row.Reused = r.State, r.N, entry.Record, rec.Label != row.Cell
	if r.State == ziplaw.StateDone {
		row.Loss = &r.Validation
	}
	return nil
}
