package llama_test

import (
	"math"
	"testing"

	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/llama"
	"github.com/ziplaw/ziplaw/internal/llama/fixture"
)

// TestHuggingFace compares losses, gradients, and parameters after five steps with what transformers computes.
func TestHuggingFace(t *testing.T) {
	f, err := fixture.Read()
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range f.Runs {
		t.Run(run.Name(), func(t *testing.T) { trainLikeHuggingFace(t, f, run) })
	}
}

func trainLikeHuggingFace(t *testing.T, f fixture.Fixture, run fixture.Run) {
	backend := kernel.NewCPU(1)
	defer backend.Close()
	trainer, err := llama.New(f.Config, f.Recipe(run), backend, 1, f.Batches(run))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Load(trainer); err != nil {
		t.Fatal(err)
	}
	compare(t, f, "gradient of", trainer.FirstGradients(t), f.Gradients(run))
	if err := trainer.Run(t.Context(), 1, nil); err != nil {
		t.Fatal(err)
	}
	for i, want := range run.Losses {
		if got := float64(trainer.Losses()[i]); !(math.Abs(got-want) <= fixture.LossTolerance*want) {
			t.Errorf("loss of step %d is %.7f, transformers has %.7f", i+1, got, want)
		}
	}
	compare(t, f, "after five steps,", trainer.Parameters(t), run.After)
}

func compare(t *testing.T, f fixture.Fixture, what string, got []float32, theirs fixture.Arrays) {
	t.Helper()
	want, err := f.Assemble(theirs)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Compare(got, want) {
		if !d.Small() {
			t.Errorf("%s %s: largest difference %g, largest element %g", what, d.Tensor, d.Error, d.Largest)
		}
	}
}
