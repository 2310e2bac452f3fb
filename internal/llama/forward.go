package llama

import "github.com/ziplaw/ziplaw/internal/kernel"

// forward computes a.y (R,C), from which the head predicts the token behind each position's.
func (m *model) forward(o kernel.Operations, a *activations, tokens kernel.IDs) {
	w := m.weights
	x := a.layers[0].x
	o.Embed(x, w.embed, tokens)
	var delta kernel.Buffer // what the part before adds to x
	for i := range a.layers {
		l := &a.layers[i]
		m.attend(o, a, l, w.layers[i], x, delta)
		m.feedForward(o, a, l, w.layers[i])
		x, delta = l.mid, a.delta
	}
	o.AddNorm(a.sum, a.y, a.rstd, x, delta, w.norm)
}

// attend: l.x = x + delta; a.delta = attention(norm(l.x)).
func (m *model) attend(o kernel.Operations, a *activations, l *layerActivations, w layerWeights, x, delta kernel.Buffer) {
	c := m.config.Hidden
	o.AddNorm(l.x, a.y, l.rstd, x, delta, w.attentionNorm)
	o.Product(l.qkv, a.y, false, w.qkv, false, a.rows, 3*c, c, false)
	o.Rotate(l.qkv, m.cos, m.sin, a.shape, false)
	o.Attention(l.attended, l.stats, l.qkv, a.shape)
	o.Product(a.delta, l.attended, false, w.out, false, a.rows, c, c, false)
}

// feedForward: l.mid = l.x + a.delta; a.delta = swiglu(norm(l.mid)).
func (m *model) feedForward(o kernel.Operations, a *activations, l *layerActivations, w layerWeights) {
	c, i := m.config.Hidden, m.config.Intermediate
	o.AddNorm(l.mid, a.y, l.midRstd, l.x, a.delta, w.mlpNorm)
	o.Product(l.gateUp, a.y, false, w.gateUp, false, a.rows, 2*i, c, false)
	o.SwiGLU(a.act, l.gateUp, i)
	o.Product(a.delta, a.act, false, w.down, false, a.rows, c, i, false)
}
