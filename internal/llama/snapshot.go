package llama

import (
	"fmt"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// Snapshot is the run's state after the steps taken, as bytes that Restore takes: parameters, both moments, and the
// loss of every step. A run restored from it ends in the same bits as one that never stopped.
func (t *Trainer) Snapshot() ([]byte, error) { return t.file(true) }

// Model is the model after the steps taken: a snapshot without moments and losses.
func (t *Trainer) Model() ([]byte, error) { return t.file(false) }

func (t *Trainer) file(state bool) ([]byte, error) {
	if err := t.Sync(); err != nil {
		return nil, err
	}
	h := t.header(state)
	w, err := newFileWriter(h)
	if err != nil {
		return nil, err
	}
	if err := w.buffer(t.model.backend, t.model.params); err != nil {
		return nil, fmt.Errorf("snapshot at step %d: %w", t.done, err)
	}
	if state {
		for _, moments := range []kernel.Buffer{t.model.m, t.model.v} {
			if err := w.buffer(t.model.backend, moments); err != nil {
				return nil, fmt.Errorf("snapshot at step %d: %w", t.done, err)
			}
		}
		w.floats(t.losses)
	}
	return w.finish(), nil
}

func (t *Trainer) header(state bool) Header {
	h := Header{
		Numerics: t.model.backend.Numerics(), Config: t.config, Recipe: t.recipe, Seed: t.seed,
		Documents: t.docs.Len(), Step: t.done, State: state,
	}
	h.Arrays = h.arrays()
	return h
}

// Restore puts the trainer where a snapshot was taken. The error is ErrCorrupt where the bytes aren't whole, and
// ErrForeign where they are of another run: model, recipe, seed, documents or arithmetic.
func (t *Trainer) Restore(snapshot []byte) error {
	f, err := Open(snapshot)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := t.accepts(f.Header); err != nil {
		return fmt.Errorf("restore: %w: %w", ErrForeign, err)
	}
	m, n := t.model, t.config.Params()
	for i, b := range []kernel.Buffer{m.params, m.m, m.v} {
		f.load(m.backend, b, i*n)
	}
	t.losses = append(t.losses[:0], f.floats(3*n, f.Header.Step)...)
	t.done, t.bias, t.diverged = f.Header.Step, after(f.Header.Step), nil
	return nil
}

// accepts compares a snapshot's run with the trainer's.
func (t *Trainer) accepts(h Header) error {
	switch own := t.header(true); {
	case !h.State:
		return fmt.Errorf("a model without moments can't go on training")
	case h.Numerics != own.Numerics:
		return fmt.Errorf("arithmetic %s, not %s", h.Numerics, own.Numerics)
	case h.Config != own.Config:
		return fmt.Errorf("model %+v, not %+v", h.Config, own.Config)
	case h.Recipe != own.Recipe:
		return fmt.Errorf("recipe %+v, not %+v", h.Recipe, own.Recipe)
	case h.Seed != own.Seed:
		return fmt.Errorf("seed %d, not %d", h.Seed, own.Seed)
	case h.Documents != own.Documents:
		return fmt.Errorf("a run over %d documents, not %d", h.Documents, own.Documents)
	}
	return nil
}
