package llama

import (
	"slices"
	"testing"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// inMicroBatches is a CPU that takes some documents at a time.
type inMicroBatches struct {
	*kernel.CPU
	documents int
}

func (b inMicroBatches) MicroBatch(batch kernel.Shape) int { return min(b.documents, batch.Batch) }

// TestMicroBatches trains with batches, the last of which is smaller, in parts of all sizes, and validates.
func TestMicroBatches(t *testing.T) {
	c := Config{Vocab: 33, Hidden: 8, Intermediate: 16, Layers: 2, Heads: 2, Context: 32}
	docs := uniformDocuments(c, 18)
	var want []float32
	var wantLoss float64
	for _, documents := range []int{5, 1, 2, 3, 4} {
		backend := inMicroBatches{kernel.NewCPU(2), documents}
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
			t.Errorf("micro-batches of %d: the bits differ from those of whole batches", documents)
		}
		if err := backend.Close(); err != nil {
			t.Error(err)
		}
	}
}
