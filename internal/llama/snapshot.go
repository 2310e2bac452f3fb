package llama

import (
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
)

// Snapshot is the run's state after the steps taken, as a file that Restore takes: parameters, both moments, and the
// loss of every step. A run restored from it ends in the same bits as one that never stopped. Further steps may be taken
// while it is read. It must be closed before the next one.
func (t *Trainer) Snapshot() (*State, error) { return t.state(true) }

// Model is the model after the steps taken: a snapshot without moments and losses.
func (t *Trainer) Model() (*State, error) { return t.state(false) }

func (t *Trainer) state(whole bool) (*State, error) {
	if err := t.Sync(); err != nil {
		return nil, err
	}
	s := &State{}
	var err error
	if s.beginning, err = t.header(whole).beginning(); err != nil {
		return nil, err
	}
	buffers := t.model.params
	if whole {
		buffers = slices.Concat(t.model.params, t.model.m, t.model.v)
		s.losses = slices.Clone(t.losses)
	}
	total := len(s.losses)
	for _, b := range buffers {
		s.sizes = append(s.sizes, b.Len())
		total += b.Len()
	}
	s.size = int64(len(s.beginning)) + 4*int64(total) + sha256.Size
	if s.numbers, err = t.model.backend.Snapshot(buffers); err != nil {
		return nil, fmt.Errorf("snapshot at step %d: %w", t.done, err)
	}
	return s, nil
}

func (t *Trainer) header(state bool) Header {
	h := Header{
		Numerics: t.model.backend.Numerics(), Config: t.config, Recipe: t.recipe, Seed: t.seed,
		Documents: t.docs.Len(), Step: t.done, State: state, Converted: t.converted,
	}
	h.Arrays = h.arrays()
	return h
}

// Restore puts the trainer where a snapshot of some bytes was taken.
//
// A snapshot of another run is ErrForeign, and leaves the trainer as it was: of another model, recipe, seed or documents, or of an
// arithmetic that is neither its own nor that of ConvertFrom. Bytes that aren't whole are ErrCorrupt; behind that error, or one of
// the reader, the trainer is as it was or at its first step.
func (t *Trainer) Restore(r io.Reader, size int64) error {
	f, err := Open(r, size)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err := t.accepts(f.Header); err != nil {
		return fmt.Errorf("restore: %w: %w", ErrForeign, err)
	}
	losses, err := t.load(f)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.begin()
		return fmt.Errorf("restore: %w", err)
	}
	t.losses = append(t.losses[:0], losses...)
	t.done, t.bias, t.diverged = f.Header.Step, after(f.Header.Step), nil
	t.converted = f.Header.Converted
	if from := f.Header.Numerics; from != t.model.backend.Numerics() {
		t.converted = append(slices.Clip(t.converted), Conversion{from, t.done})
	}
	return nil
}

// load writes a file's numbers to the device and returns its losses.
func (t *Trainer) load(f *File) (losses []float32, err error) {
	m := t.model
	x := make([]float32, pieceFloats)
	for _, b := range slices.Concat(m.params, m.m, m.v) {
		for at := 0; at < b.Len(); {
			n := min(pieceFloats, b.Len()-at)
			if err := f.Floats(x[:n]); err != nil {
				return nil, err
			}
			m.backend.Write(b.Slice(at, at+n), x[:n])
			at += n
		}
	}
	losses = make([]float32, f.Header.Step)
	return losses, f.Floats(losses)
}

// begin puts the trainer at its first step.
func (t *Trainer) begin() {
	m := t.model
	m.initialize(t.seed)
	zeros := make([]float32, pieceFloats)
	for _, b := range slices.Concat(m.m, m.v) {
		for at := 0; at < b.Len(); {
			n := min(pieceFloats, b.Len()-at)
			m.backend.Write(b.Slice(at, at+n), zeros[:n])
			at += n
		}
	}
	t.losses, t.done, t.bias, t.diverged, t.converted = t.losses[:0], 0, after(0), nil, nil
}

// accepts compares a snapshot's run with the trainer's.
func (t *Trainer) accepts(h Header) error {
	switch own := t.header(true); {
	case !h.State:
		return fmt.Errorf("a model without moments can't go on training")
	case h.Numerics != own.Numerics && (t.convertible == "" || h.Numerics != t.convertible):
		return fmt.Errorf("arithmetic %s, not %s", h.Numerics, own.Numerics)
	case len(h.Converted) > 0 && t.convertible == "":
		return fmt.Errorf("a run that was converted from %s", h.Converted[0].From)
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
