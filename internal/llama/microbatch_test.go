package llama

import (
	"slices"
	"testing"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// inMicroBatches is a CPU that takes some documents at a time, on some lanes.
type inMicroBatches struct {
	*kernel.CPU
	documents, lanes int
}

func (b inMicroBatches) Splits(kernel.Shape) []kernel.Split {
	return []kernel.Split{{Documents: b.documents, Lanes: b.lanes}}
}

func (b inMicroBatches) Split(splits []kernel.Split) kernel.Split { return splits[0] }

// TestMicroBatches trains with batches, the last of which is smaller, in parts of all sizes, and validates.
func TestMicroBatches(t *testing.T) {
	c := Config{Vocab: 33, Hidden: 8, Intermediate: 16, Layers: 2, Heads: 2, Context: 32}
	docs := uniformDocuments(c, 18)
	var want []float32
	var wantLoss float64
	for _, b := range [][2]int{{5, 1}, {1, 1}, {2, 1}, {3, 1}, {4, 1}, {1, 2}, {2, 2}, {4, 2}, {1, 3}, {2, 3}, {1, 8}} {
		documents, lanes := b[0], b[1]
		backend := inMicroBatches{kernel.NewCPU(max(2, lanes)), documents, lanes}
		trainer, err := New(c, quickRecipe(5), backend, 1, docs)
		if err != nil {
			t.Fatal(err)
		}
		if err := trainer.Run(t.Context(), 1, nil); err != nil {
			t.Fatal(err)
		}
		loss, err := trainer.Validate(docs[:7])
		if err != nil {
			t.Fatal(err)
		}
		got := slices.Concat(trainer.Parameters(t), trainer.Losses())
		if want == nil {
			want, wantLoss = got, loss
		}
		if !slices.Equal(got, want) || loss != wantLoss {
			t.Errorf("micro-batches of %d on %d lanes: the bits differ from those of whole batches", documents, lanes)
		}
		if err := backend.Close(); err != nil {
			t.Error(err)
		}
	}
}
