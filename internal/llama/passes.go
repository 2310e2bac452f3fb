package llama

import "github.com/ziplaw/ziplaw/internal/kernel"

// passes are the micro-batches of a batch of some documents, each of which goes forward and backward by itself.
type passes struct {
	micro          []microBatch
	tokens, labels kernel.IDs // of all documents
	losses         kernel.Buffer

	step, validate          func()                                  // what Backend.Replay runs
	differentiate, evaluate func(b kernel.Backend, micro, lane int) // what Backend.MicroBatches runs
}

// microBatch is some documents of a batch, and the memory of each lane for so many.
type microBatch struct {
	tokens, labels kernel.IDs
	losses         kernel.Buffer
	memory         []*activations
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
	memory := map[int][]*activations{} // by the number of documents
	for first := 0; first < n; first += m.micro {
		documents := min(m.micro, n-first)
		if memory[documents] == nil {
			for lane := range m.lanes {
				memory[documents] = append(memory[documents], m.newActivations(lane, documents))
			}
		}
		from, to := first*m.config.Context, (first+documents)*m.config.Context
		p.micro = append(p.micro, microBatch{p.tokens.Slice(from, to), p.labels.Slice(from, to), p.losses.Slice(from, to), memory[documents]})
	}
	p.differentiate = func(b kernel.Backend, i, lane int) { m.differentiateOne(b, &p.micro[i], lane, i > 0) }
	p.evaluate = func(b kernel.Backend, i, lane int) { m.evaluate(b, &p.micro[i], lane) }
	return p
}

// write puts a batch where the micro-batches read it.
func (m *model) write(p *passes, b *batch) {
	m.backend.WriteIDs(p.tokens, b.tokens[:p.tokens.Len()])
	m.backend.WriteIDs(p.labels, b.labels[:p.labels.Len()])
}
