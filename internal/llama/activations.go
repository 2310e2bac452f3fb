package llama

import "github.com/ziplaw/ziplaw/internal/kernel"

// activations is the memory of a micro-batch: what the forward pass leaves for the backward pass, and gradients. One micro-batch of a lane
// after another has the same.
type activations struct {
	rows      int // B T
	shape     kernel.AttentionShape
	layers    []layerActivations
	sum, rstd kernel.Buffer // (R,C), (R): residual stream at its end
	y         kernel.Buffer // (R,C): output of the norm at hand
	delta     kernel.Buffer // (R,C): what the residual stream is about to gain; in the backward pass, dy
	dsum      kernel.Buffer // (R,C): gradient of the residual stream

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

// newActivations is a lane's memory for n documents.
func (m *model) newActivations(lane, n int) *activations {
	c := m.config
	a := &activations{rows: n * c.Context, shape: c.shape(n), layers: make([]layerActivations, c.Layers)}
	most := m.lanes[lane].Batch
	act, stat := a.taker(m.activationBuffers[lane], most), a.taker(m.statistics[lane], most)
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
