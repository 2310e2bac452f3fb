package verify

import (
	"math"

	"github.com/ziplaw/ziplaw/internal/llama"
	"github.com/ziplaw/ziplaw/internal/llama/fixture"
)

// compareFixture trains as Hugging Face transformers did.
func compareFixture(w *work) error {
	f, err := fixture.Read()
	if err != nil {
		return err
	}
	d, err := w.open(Graphs)
	if err != nil {
		return err
	}
	for _, run := range f.Runs {
		b, err := d.NewBackend()
		if err != nil {
			return err
		}
		trainer, err := llama.New(f.Config, f.Recipe(run), b, 1, f.Batches(run))
		if err == nil {
			err = f.Load(trainer)
		}
		if err == nil {
			err = compareRun(w, f, run, trainer)
		}
		if err != nil {
			return err
		}
		if err := b.Close(); err != nil {
			return err
		}
	}
	return nil
}

func compareRun(w *work, f fixture.Fixture, run fixture.Run, trainer *llama.Trainer) error {
	if err := trainer.Run(w.ctx, 1, nil); err != nil {
		return err
	}
	after, err := stateOf(trainer)
	if err != nil {
		return err
	}
	want, err := f.Assemble(run.After)
	if err != nil {
		return err
	}
	var worst float64
	for i, loss := range run.Losses {
		worst = max(worst, math.Abs(float64(after.losses[i])-loss)/loss)
	}
	w.check(run.Name()+": losses", worst <= fixture.LossTolerance,
		"%d steps, at most %.2g relative, %g allowed", len(run.Losses), worst, float64(fixture.LossTolerance))
	name, largest := "", 0.0
	good := true
	for _, t := range f.Compare(after.parameters, want) {
		good = good && t.Small()
		if share := t.Error / t.Largest; !(share <= largest) {
			name, largest = t.Tensor, share
		}
	}
	w.check(run.Name()+": parameters", good,
		"at most %.2g of a tensor's largest element, in %s, %g allowed", largest, name, float64(fixture.TensorTolerance))
	return nil
}
