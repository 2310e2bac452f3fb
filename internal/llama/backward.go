package llama

import "github.com/ziplaw/ziplaw/internal/kernel"

// step is a whole training step on what stands in tokens, labels and factors. It reads nothing back.
func (m *model) step(p *passes) {
	m.differentiate(p)
	m.backend.Mean(m.loss, p.losses, m.lossScale)
	for _, p := range m.parts {
		m.backend.AdamW(p.params, p.m, p.v, p.grads, p.factors)
	}
	m.backend.EmbedClear(m.gradients.embed, p.tokens, m.config.Hidden)
}

// differentiate computes the losses, and the gradients of their mean over the targets. The gradient of the input embedding must
// be zero before.
func (m *model) differentiate(p *passes) {
	all := m.split(p)
	m.backend.MicroBatches(len(all.each), all.lanes, all.differentiate)
}

func (m *model) differentiateOne(b kernel.Backend, p *microBatch, lane int, further bool) {
	a := p.memory[lane]
	m.forward(b, a, p.tokens)
	m.backward(b, a, p, further)
}

// backward computes a micro-batch's losses and gradients from what forward left. Those of the parameters are added where further
// is set.
func (m *model) backward(b kernel.Backend, a *activations, p *microBatch, further bool) {
	w, d := m.weights, m.gradients
	b.LossBackward(p.losses, a.delta, d.head, a.y, w.head, p.labels, m.lossScale, further)
	b.NormBackward(a.dsum, d.norm, a.delta, a.sum, a.rstd, w.norm, false, further)
	for i := len(a.layers) - 1; i >= 0; i-- {
		l := &a.layers[i]
		m.feedForwardBackward(b, a, l, w.layers[i], d.layers[i], further)
		m.attendBackward(b, a, l, w.layers[i], d.layers[i], further)
	}
	b.EmbedBackward(d.embed, a.dsum, p.tokens)
}

// feedForwardBackward adds to a.dsum the gradient that reaches l.mid through the feed-forward part.
func (m *model) feedForwardBackward(b kernel.Backend, a *activations, l *layerActivations, w, d layerWeights, further bool) {
	c, i := m.config.Hidden, m.config.Intermediate
	b.Product(a.dact, a.dsum, false, w.down, true, a.rows, i, c, false)
	b.SwiGLUBackward(a.dgateUp, a.act, a.dact, l.gateUp, i)
	b.Product(d.down, a.act, true, a.dsum, false, i, c, a.rows, further)
	b.Normalize(a.y, l.mid, l.midRstd, w.mlpNorm)
	b.Product(d.gateUp, a.y, true, a.dgateUp, false, c, 2*i, a.rows, further)
	b.Product(a.delta, a.dgateUp, false, w.gateUp, true, a.rows, c, 2*i, false)
	b.NormBackward(a.dsum, d.mlpNorm, a.delta, l.mid, l.midRstd, w.mlpNorm, true, further)
}

// attendBackward adds to a.dsum the gradient that reaches l.x through attention.
func (m *model) attendBackward(b kernel.Backend, a *activations, l *layerActivations, w, d layerWeights, further bool) {
	c := m.config.Hidden
	b.Product(a.dattended, a.dsum, false, w.out, true, a.rows, c, c, false)
	b.Product(d.out, l.attended, true, a.dsum, false, c, c, a.rows, further)
	b.AttentionBackward(a.dqkv, a.dattended, l.attended, l.stats, l.qkv, a.shape)
	b.Rotate(a.dqkv, m.cos, m.sin, a.shape, true)
	b.Normalize(a.y, l.x, l.rstd, w.attentionNorm)
	b.Product(d.qkv, a.y, true, a.dqkv, false, c, 3*c, a.rows, further)
	b.Product(a.delta, a.dqkv, false, w.qkv, true, a.rows, c, 3*c, false)
	b.NormBackward(a.dsum, d.attentionNorm, a.delta, l.x, l.rstd, w.attentionNorm, true, further)
}
