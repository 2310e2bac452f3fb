package activities

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/plan"
)

// FinishedCell is a cell of a study with its record.
type FinishedCell struct {
	Cell   ziplaw.Cell
	Key    ziplaw.Key
	Record ziplaw.ArtifactID
	Result ziplaw.CellResult
	Losses ziplaw.ArtifactID
}

// finishedCells finds the records of a data set's cells, in the order of ziplaw.Study.Cells. Cells without one, which
// failed, are left out.
func (a *Activities) finishedCells(ctx context.Context, s ziplaw.Study, dataset string, data sampled) ([]FinishedCell, error) {
	var cells []FinishedCell
	for _, c := range s.Cells(dataset) {
		done, found, err := a.find(ctx, plan.Action(s, c, data.manifest.Vocabulary, plan.Read(s, c, data.manifest, data.digests)))
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		f := FinishedCell{Cell: c, Key: done.Record.Key, Record: done.ID}
		if err := json.Unmarshal(done.Record.Values, &f.Result); err != nil {
			return nil, fmt.Errorf("cell %s: record %s: %w", c, done.ID, err)
		}
		f.Losses, _ = done.Record.Output(roleLosses)
		cells = append(cells, f)
	}
	return cells, nil
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
