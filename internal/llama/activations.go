package llama

import "github.com/ziplaw/ziplaw/internal/kernel"

// activations is the memory of a micro-batch: what the forward pass leaves for the backward pass, and gradients. All
// micro-batches are views of the same buffers, but for what they read and the losses that they leave.
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
}

type layerActivations struct {
	x, rstd       kernel.Buffer // (R,C), (R): residual stream before attention
	qkv, attended kernel.Buffer // (R,3C) rotated, (R,C)
	stats         kernel.Buffer // (B,Heads,T,2), and what else the device keeps
	mid, midRstd  kernel.Buffer // (R,C), (R): residual stream before the feed-forward part
	gateUp        kernel.Buffer // (R,2I)
}

// newActivations is the memory for n documents of a batch from a first one on.
func (m *model) newActivations(first, n int) *activations {
	c := m.config
	a := &activations{rows: n * c.Context, shape: c.shape(n), layers: make([]layerActivations, c.Layers)}
	from, to := first*c.Context, (first+n)*c.Context
	a.tokens, a.labels, a.losses = m.tokens.Slice(from, to), m.labels.Slice(from, to), m.losses.Slice(from, to)
	act, stat := a.taker(m.activationBuffers, m.micro), a.taker(m.statistics, m.micro)
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

// taker gives the rows of one buffer after another. They have room for a full micro-batch.
func (a *activations) taker(full []kernel.Buffer, documents int) func() kernel.Buffer {
	i := -1
	return func() kernel.Buffer {
		i++
		return full[i].Slice(0, full[i].Len()/documents*a.shape.Batch)
	}
}
