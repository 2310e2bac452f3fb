package llama

import (
	"fmt"
	"slices"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// model holds a model's parameters, their gradients and moments, and the memory of a batch, all on a backend.
type model struct {
	config  Config
	backend kernel.Backend
	splits  []kernel.Split // ways to take a batch
	lanes   []kernel.Shape // the largest micro-batch of each lane, which there is memory for

	params, grads, m, v           []kernel.Buffer // in the order of Tensors
	weights, gradients            weights
	cos, sin                      kernel.Buffer     // (T,Size/2)
	activationBuffers, statistics [][]kernel.Buffer // of each lane
	tokens, labels                kernel.IDs        // (B,T)
	losses, loss, history         kernel.Buffer     // (B,T), (1), (lossSlots)
	factors                       kernel.Buffer
	lossScale                     kernel.Buffer // 1 / targets, within factors

	parts   [2]updated      // matrices, then norms, which don't decay
	batches map[int]*passes // by the number of documents
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

// updated are the parameters that one update changes.
type updated struct{ params, m, v, grads, factors kernel.Buffer }

func newModel(c Config, b kernel.Backend, batch int) (*model, error) {
	demand := c.Demand(batch, b)
	m := &model{config: c, backend: b, splits: demand.Splits, lanes: demand.Lanes, batches: map[int]*passes{}}
	if err := m.allocate(demand); err != nil {
		return nil, fmt.Errorf("model of %d parameters with a batch of %d: %w", c.Params(), batch, err)
	}
	cos, sin := c.angles()
	b.Write(m.cos, cos)
	b.Write(m.sin, sin)
	return m, nil
}

func (m *model) allocate(d kernel.Demand) (err error) {
	if err := m.backend.Prepare(d.Lanes...); err != nil {
		return err
	}
	wholes, parts := make([]kernel.Buffer, len(d.Groups)), make([][]kernel.Buffer, len(d.Groups))
	for i, g := range d.Groups {
		if wholes[i], parts[i], err = m.backend.NewBuffers(g); err != nil {
			return err
		}
	}
	for i, ids := range []*kernel.IDs{&m.tokens, &m.labels} {
		if *ids, err = m.backend.NewIDs(d.IDs[i].Kind, d.IDs[i].Sizes[0]); err != nil {
			return err
		}
	}
	m.params, m.grads = slices.Concat(parts[matrices], parts[norms]), slices.Concat(parts[matrixGradients], parts[normGradients])
	m.m, m.v = slices.Concat(parts[matrixMeans], parts[normMeans]), slices.Concat(parts[matrixVariances], parts[normVariances])
	m.weights, m.gradients = m.config.split(m.params), m.config.split(m.grads)
	m.activationBuffers, m.statistics = inLanes(parts[activationGroup], len(d.Lanes)), inLanes(parts[statisticGroup], len(d.Lanes))
	m.losses, m.loss, m.history = parts[lossGroup][0], parts[lossGroup][1], parts[lossGroup][2]
	m.cos, m.sin, m.factors = parts[constantGroup][0], parts[constantGroup][1], parts[constantGroup][2]
	m.lossScale = m.factors.Slice(0, 1)
	for i := range m.parts {
		at := 1 + i*kernel.UpdateFactors
		m.parts[i] = updated{
			params: wholes[matrices+i], grads: wholes[matrixGradients+i], m: wholes[matrixMeans+i], v: wholes[matrixVariances+i],
			factors: m.factors.Slice(at, at+kernel.UpdateFactors),
		}
	}
	return nil
}

// inLanes shares buffers out among lanes, each of which has as many.
func inLanes(all []kernel.Buffer, lanes int) [][]kernel.Buffer {
	return slices.Collect(slices.Chunk(all, len(all)/lanes))
}

// split names tensors that are in the order of Tensors.
func (c Config) split(all []kernel.Buffer) weights {
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
	for i, t := range c.Tensors() {
		*places[t.Name] = all[i]
	}
	return w
}

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
