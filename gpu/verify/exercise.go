package verify

import (
	"bytes"
	"fmt"
	"io"

	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/llama"
)

// exercise is a short run, whose documents are made here.
type exercise struct {
	config       llama.Config
	batch, steps int
}

// exercise is what parts train that compare runs. On a GPU it has several tiles of everything, and a processor takes some
// seconds for it.
func (w *work) exercise(steps int) exercise {
	if w.small {
		return exercise{llama.Config{Vocab: 150, Hidden: 72, Intermediate: 80, Layers: 2, Heads: 2, Context: 70}, 2, steps}
	}
	return exercise{llama.Config{Vocab: 4096, Hidden: 256, Intermediate: 512, Layers: 4, Heads: 4, Context: 256}, 8, steps}
}

// trainer begins the run. The last step has one document less than a batch.
func (e exercise) trainer(b kernel.Backend) (*llama.Trainer, error) {
	docs := make(llama.Slice, e.batch*e.steps-1)
	for i := range docs {
		docs[i] = document(i, e.config.Context-i*7919%(e.config.Context/2), e.config.Vocab)
	}
	return llama.New(e.config, llama.Recipe{
		Batch: e.batch, AdamW: llama.AdamWTorch, LearningRate: 3e-3, WeightDecay: 0.1, Warmup: 0.2, Schedule: llama.ScheduleCosine,
		PadTargets: llama.PadMasked,
	}, b, 7, docs)
}

// document is the i-th document of n tokens, of some ids: a walk with steps that belong to the document, which is easy to learn.
func document(i, n, v int) []int32 {
	doc := make([]int32, n)
	for j := range doc {
		doc[j] = int32((i*7919 + j*(i%5+1)) % v)
	}
	return doc
}

// run trains to the end and returns the last snapshot.
func (e exercise) run(w *work, b kernel.Backend) ([]byte, error) {
	t, err := e.trainer(b)
	if err != nil {
		return nil, err
	}
	if err := t.Run(w.ctx, 1, nil); err != nil {
		return nil, err
	}
	return snapshot(t)
}

func snapshot(t *llama.Trainer) ([]byte, error) {
	s, err := t.Snapshot()
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return io.ReadAll(s.Reader())
}

// state is the numbers of a snapshot.
type state struct{ parameters, moments, losses []float32 }

func stateOf(t *llama.Trainer) (state, error) {
	file, err := snapshot(t)
	if err != nil {
		return state{}, err
	}
	return readState(file)
}

func readState(file []byte) (s state, err error) {
	f, err := llama.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return s, fmt.Errorf("read a snapshot: %w", err)
	}
	n := f.Header.Config.Params()
	s = state{make([]float32, n), make([]float32, 2*n), make([]float32, f.Header.Step)}
	for _, x := range [][]float32{s.parameters, s.moments, s.losses} {
		if err := f.Floats(x); err != nil {
			return s, fmt.Errorf("read a snapshot: %w", err)
		}
	}
	return s, f.Close()
}

// checkStates compares all numbers of two runs' ends, bit by bit.
func (w *work) checkStates(got, want []byte) error {
	a, err := readState(got)
	if err != nil {
		return err
	}
	b, err := readState(want)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		name      string
		got, want []float32
	}{{"losses", a.losses, b.losses}, {"parameters", a.parameters, b.parameters}, {"moments", a.moments, b.moments}} {
		d := compare(part.got, part.want)
		w.check(part.name, d.n == 0, "%s", d)
	}
	return nil
}
