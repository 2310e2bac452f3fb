package llama

import (
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// Validate is the mean cross-entropy in nats over all targets of the documents, which the model isn't trained on. It
// sums in float64 in the order of the documents. A mean that is no number, or infinite, is *Diverged.
func (t *Trainer) Validate(docs Documents) (float64, error) {
	if err := t.Sync(); err != nil {
		return 0, err
	}
	var sum float64
	targets := 0
	for first := 0; first < docs.Len(); first += t.recipe.Batch {
		n, err := t.batch.fill(t.config, t.recipe, docs, first)
		if err != nil {
			return 0, fmt.Errorf("validate: %w", err)
		}
		losses, err := t.evaluate(n)
		if err != nil {
			return 0, fmt.Errorf("validate: %w", err)
		}
		for _, loss := range losses { // 0 where there is no target
			sum += float64(loss)
		}
		targets += t.batch.targets
	}
	if targets == 0 {
		return 0, fmt.Errorf("validate: no targets in %d documents", docs.Len())
	}
	mean := sum / float64(targets)
	if math.IsNaN(mean) || math.IsInf(mean, 0) {
		t.diverged = &Diverged{t.done, mean}
		return 0, t.diverged
	}
	return mean, nil
}

// evaluate gives the losses of the n documents in the batch.
func (t *Trainer) evaluate(n int) ([]float32, error) {
	m := t.model
	p := m.passes(n)
	m.write(p, t.batch)
	m.backend.Replay(kernel.Step{Documents: n}, p.validate)
	losses := make([]float32, p.losses.Len())
	return losses, m.backend.Read(losses, p.losses)
}

// validate computes the losses of what stands in tokens and labels.
func (m *model) validate(p *passes) {
	all := m.split(p)
	m.backend.MicroBatches(len(all.each), all.lanes, all.evaluate)
}

// evaluate computes the losses of a micro-batch.
func (m *model) evaluate(o kernel.Operations, p *microBatch, lane int) {
	a := p.memory[lane]
	m.forward(o, a, p.tokens)
	o.Loss(p.losses, a.y, m.weights.head, p.labels)
}
