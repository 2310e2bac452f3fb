package llama

import (
	"fmt"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// model holds a model's parameters, their gradients and moments, and the memory of a batch, all on a backend.
type model struct {
	config  Config
	backend kernel.Backend
	batch   int // documents that there is memory for

	params, grads, m, v kernel.Buffer // (N)
	weights, gradients  weights
	cos, sin            kernel.Buffer // (T,Size/2)
	logits              kernel.Buffer
	arena               kernel.Buffer
	tokens, labels      kernel.IDs // (B,T)
	factors             kernel.Buffer
	lossScale           kernel.Buffer // 1 / targets, within factors
	loss                kernel.Buffer // (1)

	parts [2]updated           // matrices, then norms, which don't decay
	views map[int]*activations // by the number of documents
}

// weights are the parameters, or their gradients, one by one.
type weights struct {
	embed, head, norm kernel.Buffer
	layers            []layerWeights
}

type layerWeights struct {
	qkv, out, gateUp, down, attentionNorm, mlpNorm kernel.Buffer
}

// Places in the factors of a step: the loss scale, then the update of matrices, then that of norms.
const stepFactors = 1 + 2*kernel.UpdateFactors

// updated is a range of the parameters that one update changes.
type updated struct{ params, m, v, grads, factors kernel.Buffer }

func newModel(c Config, b kernel.Backend, batch int) (*model, error) {
	m := &model{config: c, backend: b, batch: batch, views: map[int]*activations{}}
	n, rows := c.Params(), batch*c.Context
	half := c.Context * (c.Hidden / c.Heads / 2)
	for _, array := range []struct {
		buffer *kernel.Buffer
		size   int
	}{
		{&m.params, n}, {&m.grads, n}, {&m.m, n}, {&m.v, n}, {&m.cos, half}, {&m.sin, half},
		{&m.logits, c.logitRows(batch) * c.Vocab}, {&m.arena, rows * c.floatsPerRow()},
		{&m.factors, stepFactors}, {&m.loss, 1},
	} {
		var err error
		if *array.buffer, err = b.NewBuffer(array.size); err != nil {
			return nil, fmt.Errorf("model of %d parameters with a batch of %d: %w", n, batch, err)
		}
	}
	for _, ids := range []*kernel.IDs{&m.tokens, &m.labels} {
		var err error
		if *ids, err = b.NewIDs(rows); err != nil {
			return nil, fmt.Errorf("model with a batch of %d: %w", batch, err)
		}
	}
	m.lossScale = m.factors.Slice(0, 1)
	m.weights, m.gradients = c.split(m.params), c.split(m.grads)
	m.parts = [2]updated{m.part(0, c.matrices(), 0), m.part(c.matrices(), n, 1)}
	cos, sin := c.angles()
	b.Write(m.cos, cos)
	b.Write(m.sin, sin)
	return m, nil
}

// part is the parameters from one place to another with the i-th update's factors.
func (m *model) part(from, to, i int) updated {
	at := 1 + i*kernel.UpdateFactors
	return updated{
		params: m.params.Slice(from, to), m: m.m.Slice(from, to), v: m.v.Slice(from, to), grads: m.grads.Slice(from, to),
		factors: m.factors.Slice(at, at+kernel.UpdateFactors),
	}
}

// split cuts an array of all parameters into tensors.
func (c Config) split(all kernel.Buffer) weights {
	w := weights{layers: make([]layerWeights, c.Layers)}
	places := map[string]*kernel.Buffer{embedName: &w.embed, headName: &w.head, normName: &w.norm}
	for i := range w.layers {
		l := &w.layers[i]
		for part, b := range map[string]*kernel.Buffer{
			"qkv": &l.qkv, "out": &l.out, "gate_up": &l.gateUp, "down": &l.down,
			"attention_norm": &l.attentionNorm, "mlp_norm": &l.mlpNorm,
		} {
			places[layerName(i, part)] = b
		}
	}
	for _, t := range c.Tensors() {
		*places[t.Name] = all.Slice(t.Offset, t.Offset+t.Len())
	}
	return w
}

// matrices is where the norms' weights begin: weight decay ends there.
func (c Config) matrices() int { return c.Params() - (2*c.Layers+1)*c.Hidden }

// ropeBase is the base of the rotary embedding's wavelengths (rope_theta of LlamaConfig; Su et al. 2021, 3.2.2).
const ropeBase = 10000

// angles gives the cosines and sines of position t and pair i, (T,Size/2): of the angle t base^(-2i/Size).
func (c Config) angles() (cos, sin []float32) {
	size := c.Hidden / c.Heads
	for t := range c.Context {
		for i := range size / 2 {
			frequency := kernel.Exp64(-float64(2*i) / float64(size) * kernel.Log64(ropeBase))
			s, c := kernel.SinCos64(float64(t) * frequency)
			cos, sin = append(cos, float32(c)), append(sin, float32(s))
		}
	}
	return cos, sin
}
