package plan

import (
	"context"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/dataset"
)

// Cell is what `ziplaw plan` prints of a cell.
type Cell struct {
	Cell       string     `json:"cell"`
	Key        ziplaw.Key `json:"key,omitempty"` // absent where the documents haven't been made
	N          int64      `json:"n"`             // all parameters
	NBody      int64      `json:"n_non_embedding"`
	D          int64      `json:"d"`
	Steps      int        `json:"steps"`
	FLOPs      float64    `json:"flops"`     // really done: causal attention, no input embedding
	FLOPs6ND   float64    `json:"flops_6nd"` // by the rule of thumb
	Bytes      int64      `json:"bytes"`     // memory of the training
	Seconds    float64    `json:"seconds"`   // on one core of this machine
	Vocabulary int        `json:"vocabulary"`
}

// Totals are sums over cells; Bytes is the largest.
type Totals struct {
	Cells    int     `json:"cells"`
	D        int64   `json:"d"`
	FLOPs    float64 `json:"flops"`
	FLOPs6ND float64 `json:"flops_6nd"`
	Bytes    int64   `json:"bytes"`
	Seconds  float64 `json:"seconds"` // of all cores together
	Store    int64   `json:"store_bytes"`
	// Checkpoints is the bytes of the largest cell's checkpoints while it trains.
	Checkpoints int64 `json:"checkpoint_bytes"`
}

// What the engine takes beside the training, in seconds of one core: a cell's task, claim and records, and a data set's workflow,
// sample, measures and fit. 600 cells of milliseconds took 33 s on two cores, and 2,000 data sets of one such cell 308 s.
const (
	EngineOfCell    = 0.1
	EngineOfDataSet = 0.16
)

// Engine is the time that the engine takes for a study, in seconds of one core.
func (p *Plan) Engine() float64 {
	sets := float64(len(p.DataSets))
	return sets * (EngineOfDataSet + EngineOfCell*float64(p.Study.Grid().Size()))
}

// Cost gives a cell's size and cost. Throughput maps a cell's model to the FLOP/s that one core reaches with it.
func Cost(s ziplaw.Study, c ziplaw.Cell, vocabulary int, throughput func(h int) float64) Cell {
	config := Config(s, c, vocabulary)
	n := int64(config.Params())
	flops := config.FLOPsPerToken() * float64(c.D)
	return Cell{
		Cell: c.String(), N: n, NBody: int64(config.NonEmbeddingParams()), D: c.D, Steps: Steps(s, c),
		FLOPs: flops, FLOPs6ND: 6 * float64(n) * float64(c.D),
		Bytes: Bytes(s, config), Seconds: flops / throughput(c.Model.H), Vocabulary: vocabulary,
	}
}

// Add sums a cell into the totals.
func (t *Totals) Add(c Cell) {
	t.Cells++
	t.D += c.D
	t.FLOPs += c.FLOPs
	t.FLOPs6ND += c.FLOPs6ND
	t.Bytes = max(t.Bytes, c.Bytes)
	t.Seconds += c.Seconds
}

// Keys makes the documents of a data set, without storing them, and returns the keys of its cells in the order of
// ziplaw.Study.Cells.
func (p *Plan) Keys(ctx context.Context, d DataSet) ([]ziplaw.Key, error) {
	forget := func(_ context.Context, b []byte) (ziplaw.ArtifactID, error) { return ziplaw.IDOf(b), nil }
	m, digests, err := dataset.Materialize(ctx, p.Study, d.Source, forget, nil)
	if err != nil {
		return nil, err
	}
	var keys []ziplaw.Key
	for _, c := range p.Study.Cells(d.Name) {
		act, _ := actions.TrainCell(p.Study, c, actions.Sampled{Manifest: m, Digests: digests})
		key, err := act.Key()
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}
