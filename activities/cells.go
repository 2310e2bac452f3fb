package activities

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/actions"
)

// FinishedCell is a cell of a study with its record.
type FinishedCell struct {
	Cell   ziplaw.Cell
	Key    ziplaw.Key
	Record ziplaw.ArtifactID
	Result ziplaw.CellResult
	Losses ziplaw.ArtifactID
	curve  []float32 // the losses, where they aren't in the store
}

// finishedCells finds the records of a data set's cells, in the order of ziplaw.Study.Cells, but for those that are absent:
// they have none, or another study's. The record of any other has been lost, which is the error corrupt_artifact.
func (a *Activities) finishedCells(ctx context.Context, s ziplaw.Study, dataset string, data actions.Sampled, absent func(ziplaw.Cell, ziplaw.Key) bool) ([]FinishedCell, error) {
	var (
		wanted []ziplaw.Cell
		acts   []action.Action
	)
	for _, c := range s.Cells(dataset) {
		act, _ := actions.TrainCell(s, c, data)
		key, err := act.Key()
		if err != nil {
			return nil, err
		}
		if !absent(c, key) {
			wanted, acts = append(wanted, c), append(acts, act)
		}
	}
	cells := make([]FinishedCell, len(wanted))
	err := each(ctx, dataset, len(wanted), func(ctx context.Context, i int) (err error) {
		cells[i], err = a.finishedCell(ctx, wanted[i], acts[i])
		return err
	})
	return cells, err
}

func (a *Activities) finishedCell(ctx context.Context, c ziplaw.Cell, act action.Action) (f FinishedCell, err error) {
	done, found, err := a.find(ctx, act)
	if err != nil {
		return f, err
	}
	if !found {
		return f, &ziplaw.Error{Code: ziplaw.CodeCorruptArtifact, Message: fmt.Sprintf("cell %s has lost its record, or what the record names", c)}
	}
	f = FinishedCell{Cell: c, Key: done.Record.Key, Record: done.ID}
	f.Losses, _ = done.Record.Output(actions.RoleLosses)
	f.Result, err = actions.Values[ziplaw.CellResult](done.Record)
	return f, err
}

// How many data sets, and how many cells or shards of each, one activity reads at once.
const (
	setsAtOnce  = 4
	cellsAtOnce = 8
)

// each reads n things of one data set.
func each(ctx context.Context, dataset string, n int, read func(context.Context, int) error) error {
	return readAll(ctx, cellsAtOnce, n, func(int) string { return dataset }, read)
}

// losses reads the training loss of every step of a cell.
func (a *Activities) losses(ctx context.Context, id ziplaw.ArtifactID) ([]float32, error) {
	b, err := a.Store.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	losses := make([]float32, len(b)/4)
	for i := range losses {
		losses[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return losses, nil
}

func encodeLosses(losses []float32) []byte {
	b := make([]byte, 0, 4*len(losses))
	for _, l := range losses {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(l))
	}
	return b
}
