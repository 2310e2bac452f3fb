package llama

import "github.com/ziplaw/ziplaw/internal/kernel"

// activations is the memory of a batch of some documents: what the forward pass leaves for the backward pass, and
// gradients. Batches of several sizes are views of the same buffers.
type activations struct {
	rows           int // B T
	shape          kernel.AttentionShape
	tokens, labels kernel.IDs
	layers         []layerActivations
	sum, rstd      kernel.Buffer // (R,C), (R): residual stream at its end
	y              kernel.Buffer // (R,C): output of the norm at hand
	delta          kernel.Buffer // (R,C): what the residual stream is about to gain; in the backward pass, dy
	dsum           kernel.Buffer // (R,C): gradient of the residual stream
	losses         kernel.Buffer // (R)

	act, dact, dgateUp kernel.Buffer // (R,I), (R,I), (R,2I)
	dattended, dqkv    kernel.Buffer // (R,C), (R,3C), in the memory of dact and of dgateUp

	step, validate func() // what Backend.Replay runs
}

type layerActivations struct {
	x, rstd       kernel.Buffer // (R,C), (R): residual stream before attention
	qkv, attended kernel.Buffer // (R,3C) rotated, (R,C)
	stats         kernel.Buffer // (B,Heads,T,2)
	mid, midRstd  kernel.Buffer // (R,C), (R): residual stream before the feed-forward part
	gateUp        kernel.Buffer // (R,2I)
}

// activations gives the memory for a batch of n documents.
func (m *model) activations(n int) *activations {
	a, found := m.views[n]
	if !found {
		a = m.newActivations(n)
		a.step, a.validate = func() { m.step(a) }, func() { m.validate(a) }
		m.views[n] = a
	}
	return a
}

func (m *model) newActivations(n int) *activations {
	c := m.config
	a := &activations{rows: n * c.Context, shape: c.shape(n), layers: make([]layerActivations, c.Layers)}
	a.tokens, a.labels = m.tokens.Slice(0, a.rows), m.labels.Slice(0, a.rows)
	a.losses = m.losses.Slice(0, a.rows)
	act, stat := a.taker(m.activationBuffers, m.batch), a.taker(m.statistics, m.batch)
	for i := range a.layers {
		a.layers[i] = layerActivations{
			x: act(), rstd: stat(), qkv: act(), attended: act(), stats: stat(), mid: act(), midRstd: stat(), gateUp: act(),
		}
	}
	a.sum, a.rstd, a.y, a.delta, a.dsum, a.act = act(), stat(), act(), act(), act(), act()
	work, wide := act(), act()
	a.dact, a.dattended = work.Slice(0, a.rows*c.Intermediate), work.Slice(0, a.rows*c.Hidden)
	a.dgateUp, a.dqkv = wide.Slice(0, a.rows*2*c.Intermediate), wide.Slice(0, a.rows*3*c.Hidden)
	return a
}

// taker gives the rows of one buffer after another. They have room for a full batch.
func (a *activations) taker(full []kernel.Buffer, batch int) func() kernel.Buffer {
	i := -1
	return func() kernel.Buffer {
		i++
		return full[i].Slice(0, full[i].Len()/batch*a.shape.Batch)
	}
}
