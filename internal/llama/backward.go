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

func (m *model) differentiateOne(o kernel.Operations, p *microBatch, lane int, further bool) {
	a := p.memory[lane]
	m.forward(o, a, p.tokens)
	m.backward(o, a, p, further)
}

// backward computes a micro-batch's losses and gradients from what forward left. Those of the parameters are added where further
// is set.
func (m *model) backward(o kernel.Operations, a *activations, p *microBatch, further bool) {
	w, d := m.weights, m.gradients
	o.LossBackward(p.losses, a.delta, d.head, a.y, w.head, p.labels, m.lossScale, further)
	o.NormBackward(a.dsum, d.norm, a.delta, a.sum, a.rstd, w.norm, false, further)
	for i := len(a.layers) - 1; i >= 0; i-- {
		l := &a.layers[i]
		m.feedForwardBackward(o, a, l, w.layers[i], d.layers[i], further)
		m.attendBackward(o, a, l, w.layers[i], d.layers[i], further)
	}
	o.EmbedBackward(d.embed, a.dsum, p.tokens)
}

// feedForwardBackward adds to a.dsum the gradient that reaches l.mid through the feed-forward part.
func (m *model) feedForwardBackward(o kernel.Operations, a *activations, l *layerActivations, w, d layerWeights, further bool) {
	c, i := m.config.Hidden, m.config.Intermediate
	o.Product(a.dact, a.dsum, false, w.down, true, a.rows, i, c, false)
	o.SwiGLUBackward(a.dgateUp, a.act, a.dact, l.gateUp, i)
	o.Product(d.down, a.act, true, a.dsum, false, i, c, a.rows, further)
	o.Normalize(a.y, l.mid, l.midRstd, w.mlpNorm)
	o.Product(d.gateUp, a.y, true, a.dgateUp, false, c, 2*i, a.rows, further)
	o.Product(a.delta, a.dgateUp, false, w.gateUp, true, a.rows, c, 2*i, false)
	o.NormBackward(a.dsum, d.mlpNorm, a.delta, l.mid, l.midRstd, w.mlpNorm, true, further)
}

// attendBackward adds to a.dsum the gradient that reaches l.x through attention.
func (m *model) attendBackward(o kernel.Operations, a *activations, l *layerActivations, w, d layerWeights, further bool) {
	c := m.config.Hidden
	o.Product(a.dattended, a.dsum, false, w.out, true, a.rows, c, c, false)
	o.Product(d.out, l.attended, true, a.dsum, false, c, c, a.rows, further)
	o.AttentionBackward(a.dqkv, a.dattended, l.attended, l.stats, l.qkv, a.shape)
	o.Rotate(a.dqkv, m.cos, m.sin, a.shape, true)
	o.Normalize(a.y, l.x, l.rstd, w.attentionNorm)
	o.Product(d.qkv, a.y, true, a.dqkv, false, c, 3*c, a.rows, further)
	o.Product(a.delta, a.dqkv, false, w.qkv, true, a.rows, c, 3*c, false)
	o.NormBackward(a.dsum, d.attentionNorm, a.delta, l.x, l.rstd, w.attentionNorm, true, further)
}
