package llama

import (
	"context"
	"fmt"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// Trainer trains one model on its documents, once through them in their order. It is for one goroutine at a time.
type Trainer struct {
	config Config
	recipe Recipe
	seed   int64
	docs   Documents
	model  *model
	batch  *batch

	steps    int // of the whole run
	warmup   int // of them
	done     int // steps enqueued
	bias     bias
	slots    []kernel.Buffer // losses on the device that haven't been read
	losses   []float32       // of every step that has been read
	read     []float32
	factors  []float32
	diverged *Diverged

	convertible string       // the arithmetic whose snapshots it takes beside its own
	converted   []Conversion // of the run so far
}

// lossSlots is the number of losses that stay on the device before they must be read.
const lossSlots = 64

// New makes a trainer at its first step, with initial weights of the seed. The backend must hold nothing else; it
// stays the caller's to close.
func New(c Config, r Recipe, b kernel.Backend, seed int64, docs Documents) (*Trainer, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if err := r.Check(c); err != nil {
		return nil, err
	}
	if docs.Len() < 1 {
		return nil, fmt.Errorf("new trainer: no documents")
	}
	m, err := newModel(c, b, r.Batch)
	if err != nil {
		return nil, err
	}
	t := &Trainer{
		config: c, recipe: r, seed: seed, docs: docs, model: m, batch: newBatch(r.Batch, c.Context),
		steps: r.Steps(docs.Len()), warmup: r.WarmupSteps(r.Steps(docs.Len())), bias: after(0),
		read: make([]float32, lossSlots), factors: make([]float32, stepFactors),
	}
	for i := range lossSlots {
		t.slots = append(t.slots, m.history.Slice(i, i+1))
	}
	t.losses = make([]float32, 0, t.steps)
	m.initialize(seed)
	return t, nil
}

// ConvertFrom lets the trainer go on from snapshots of another arithmetic, too. Its state, and that of every snapshot that it gives,
// then says so.
func (t *Trainer) ConvertFrom(numerics string) { t.convertible = numerics }

// Converted are the arithmetics that the run began in, one after the other.
func (t *Trainer) Converted() []Conversion { return t.converted }

// Load puts parameters in the place of the initial ones, before the first step: of each tensor, in the order of Config.Tensors.
func (t *Trainer) Load(parameters func(Tensor) []float32) error {
	if t.done > 0 {
		return fmt.Errorf("load: %d steps are taken", t.done)
	}
	for i, tensor := range t.config.Tensors() {
		x := parameters(tensor)
		if len(x) != tensor.Len() {
			return fmt.Errorf("load: %s has %d numbers, %d wanted", tensor.Name, len(x), tensor.Len())
		}
		t.model.backend.Write(t.model.params[i], x)
	}
	return nil
}

// Steps is the number of steps of the whole run.
func (t *Trainer) Steps() int { return t.steps }

// Done is the number of steps that have been taken.
func (t *Trainer) Done() int { return t.done }

// Step takes the next step. It may still be running on the device when Step returns.
func (t *Trainer) Step() error {
	if t.diverged != nil {
		return t.diverged
	}
	if t.done == t.steps {
		return fmt.Errorf("step %d: the run has %d steps", t.done+1, t.steps)
	}
	if t.unread() == lossSlots {
		if err := t.Sync(); err != nil {
			return err
		}
	}
	n, err := t.batch.fill(t.config, t.recipe, t.docs, t.done*t.recipe.Batch)
	if err != nil {
		return fmt.Errorf("step %d: %w", t.done+1, err)
	}
	b, p := t.model.backend, t.model.passes(n)
	t.model.write(p, t.batch)
	b.Write(t.model.factors, t.nextFactors())
	b.Replay(kernel.Step{Training: true, Documents: n}, p.step)
	b.Copy(t.slots[t.unread()], t.model.loss)
	t.done++
	return nil
}

// nextFactors are the loss scale and both updates of the next step.
func (t *Trainer) nextFactors() []float32 {
	t.bias = t.bias.next()
	lr := t.recipe.rate(t.done, t.warmup, t.steps)
	t.factors[0] = lossScale(t.batch.targets)
	t.recipe.update(lr, t.recipe.WeightDecay, t.bias).Floats(t.factors[1:])
	t.recipe.update(lr, 0, t.bias).Floats(t.factors[1+kernel.UpdateFactors:])
	return t.factors
}

// lossScale turns the sum of the losses into their mean over the targets; a batch without a target teaches nothing.
func lossScale(targets int) float32 {
	if targets == 0 {
		return 0
	}
	return float32(1 / float64(targets))
}

func (t *Trainer) unread() int { return t.done - len(t.losses) }

// Sync waits for the steps taken and reads their losses. It returns *Diverged where one of them diverged; losses
// behind that step are dropped, and no further step is taken.
func (t *Trainer) Sync() error {
	if t.diverged != nil {
		return t.diverged
	}
	if err := t.model.backend.Read(t.read, t.model.history); err != nil {
		return fmt.Errorf("step %d: %w", t.done, err)
	}
	for _, loss := range t.read[:t.unread()] {
		t.losses = append(t.losses, loss)
		if t.diverged = diverged(t.losses, t.config.Vocab); t.diverged != nil {
			t.done = len(t.losses)
			return t.diverged
		}
	}
	return nil
}

// Losses are the training losses of the steps read so far: each the mean over the targets of its batch, before its
// update. The caller doesn't change them.
func (t *Trainer) Losses() []float32 { return t.losses }

// MeanLast is the mean of the last k losses, or of all where there are fewer.
func (t *Trainer) MeanLast(k int) float64 { return meanLast(t.losses, k) }

// Run takes the steps that are left. Every few steps it syncs and calls after, which may be nil, with the number of
// steps done and the last loss; after may take a snapshot, and its error ends the run. Results don't depend on every.
// A cancelled context ends the run between steps with its cause.
func (t *Trainer) Run(ctx context.Context, every int, after func(done int, loss float64) error) error {
	for t.done < t.steps {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := t.Step(); err != nil {
			return err
		}
		if t.done%max(1, every) != 0 && t.done < t.steps {
			continue
		}
		if err := t.Sync(); err != nil {
			return err
		}
		if after == nil {
			continue
		}
		if err := after(t.done, float64(t.losses[t.done-1])); err != nil {
			return err
		}
	}
	return t.Sync()
}
