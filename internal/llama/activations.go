package llama

import "github.com/ziplaw/ziplaw/internal/kernel"

// activations is the memory of a batch of some documents: what the forward pass leaves for the backward pass, and
// gradients. Views of several sizes share one arena.
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
	dattended, dqkv    kernel.Buffer // (R,C), (R,3C), in the memory of the three above

	step func() // the whole step, for Backend.Replay
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
		a.step = func() { m.step(a) }
		m.views[n] = a
	}
	return a
}

func (m *model) newActivations(n int) *activations {
	c, full := m.config, m.batch*m.config.Context
	a := &activations{rows: n * c.Context, shape: c.shape(n), layers: make([]layerActivations, c.Layers)}
	a.tokens, a.labels = m.tokens.Slice(0, a.rows), m.labels.Slice(0, a.rows)
	at := 0
	take := func(perRow int) kernel.Buffer {
		b := m.arena.Slice(at, at+a.rows*perRow)
		at += full * perRow
		return b
	}
	for i := range a.layers {
		a.layers[i] = layerActivations{
			x: take(c.Hidden), rstd: take(1), qkv: take(3 * c.Hidden), attended: take(c.Hidden), stats: take(2 * c.Heads),
			mid: take(c.Hidden), midRstd: take(1), gateUp: take(2 * c.Intermediate),
		}
	}
	a.sum, a.rstd, a.y, a.delta, a.dsum = take(c.Hidden), take(1), take(c.Hidden), take(c.Hidden), take(c.Hidden)
	a.losses = take(1)
	work := take(c.workPerRow())
	share := func(from, width int) kernel.Buffer { return work.Slice(from*a.rows, (from+width)*a.rows) }
	a.act, a.dact, a.dgateUp = share(0, c.Intermediate), share(c.Intermediate, c.Intermediate), share(2*c.Intermediate, 2*c.Intermediate)
	a.dattended, a.dqkv = share(0, c.Hidden), share(c.Hidden, 3*c.Hidden)
	return a
}
