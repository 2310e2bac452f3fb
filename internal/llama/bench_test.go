package llama

import (
	"fmt"
	"testing"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// BenchmarkStep takes training steps of the quick study's cells: one layer, one head, batch 2 x 256.
func BenchmarkStep(b *testing.B) {
	for _, h := range []int{4, 8, 16, 32} {
		b.Run(fmt.Sprintf("h%d", h), func(b *testing.B) {
			c := Config{Vocab: 300, Hidden: h, Intermediate: 2 * h, Layers: 1, Heads: 1, Context: 256}
			trainer := newTestTrainer(b, c, quickRecipe(2), 1, uniformDocuments(c, 2*(b.N+1)))
			b.ResetTimer()
			for range b.N {
				if err := trainer.Step(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*2*c.Context)/b.Elapsed().Seconds(), "tokens/s")
		})
	}
}

func newTestTrainer(t testing.TB, c Config, r Recipe, threads int, docs Documents) *Trainer {
	t.Helper()
	backend := kernel.NewCPU(threads)
	t.Cleanup(func() { backend.Close() })
	trainer, err := New(c, r, backend, 1, docs)
	if err != nil {
		t.Fatal(err)
	}
	return trainer
}

func quickRecipe(batch int) Recipe {
	return Recipe{
		Batch: batch, AdamW: AdamWTorch, LearningRate: 0.01, Warmup: 0.05, Schedule: ScheduleCosine, PadTargets: PadMasked,
	}
}

// uniformDocuments are n documents without structure, full but for every third.
func uniformDocuments(c Config, n int) Slice {
	docs, x := make(Slice, n), uint64(1)
	for i := range docs {
		docs[i] = make([]int32, c.Context-i%3/2*c.Context/4)
		for j := range docs[i] {
			x = x*6364136223846793005 + 1442695040888963407
			docs[i][j] = int32((x >> 33) % uint64(c.Vocab))
		}
	}
	return docs
}
