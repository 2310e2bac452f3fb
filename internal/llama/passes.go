package llama

import "github.com/ziplaw/ziplaw/internal/kernel"

// passes are the micro-batches of a batch of some documents, each of which goes forward and backward by itself.
type passes struct {
	micro          []*activations
	tokens, labels kernel.IDs // of all documents
	losses         kernel.Buffer

	step, validate func() // what Backend.Replay runs
}

// passes gives the micro-batches of a batch of n documents.
func (m *model) passes(n int) *passes {
	p, found := m.batches[n]
	if !found {
		p = m.newPasses(n)
		p.step, p.validate = func() { m.step(p) }, func() { m.validate(p) }
		m.batches[n] = p
	}
	return p
}

func (m *model) newPasses(n int) *passes {
	rows := n * m.config.Context
	p := &passes{tokens: m.tokens.Slice(0, rows), labels: m.labels.Slice(0, rows), losses: m.losses.Slice(0, rows)}
	for first := 0; first < n; first += m.micro {
		p.micro = append(p.micro, m.newActivations(first, min(m.micro, n-first)))
	}
	return p
}

// write puts a batch where the micro-batches read it.
func (m *model) write(p *passes, b *batch) {
	m.backend.WriteIDs(p.tokens, b.tokens[:p.tokens.Len()])
	m.backend.WriteIDs(p.labels, b.labels[:p.labels.Len()])
}
