package llama

import "github.com/ziplaw/ziplaw/internal/kernel"

// passes go through a batch of some documents, forward and backward.
type passes struct {
	documents      int
	tokens, labels kernel.IDs // (B,T)
	losses         kernel.Buffer
	splits         map[kernel.Split]*microBatches // as far as it has been taken so

	step, validate func() // what Backend.Replay runs
}

// passes gives those of a batch of n documents.
func (m *model) passes(n int) *passes {
	p, found := m.batches[n]
	if !found {
		rows := n * m.config.Context
		p = &passes{documents: n, splits: map[kernel.Split]*microBatches{}}
		p.tokens, p.labels, p.losses = m.tokens.Slice(0, rows), m.labels.Slice(0, rows), m.losses.Slice(0, rows)
		p.step, p.validate = func() { m.step(p) }, func() { m.validate(p) }
		m.batches[n] = p
	}
	return p
}

// write puts a batch where the micro-batches read it.
func (m *model) write(p *passes, b *batch) {
	m.backend.WriteIDs(p.tokens, b.tokens[:p.tokens.Len()])
	m.backend.WriteIDs(p.labels, b.labels[:p.labels.Len()])
}

// microBatches are those of a batch that is split, each of which goes forward and backward by itself.
type microBatches struct {
	lanes                   int
	each                    []microBatch
	differentiate, evaluate func(o kernel.Operations, micro, lane int) // what Backend.MicroBatches runs
}

// microBatch is some documents of a batch, and the memory of each lane for so many.
type microBatch struct {
	tokens, labels kernel.IDs
	losses         kernel.Buffer
	memory         []*activations
}

// split gives the micro-batches by which a batch is taken at present.
func (m *model) split(p *passes) *microBatches {
	s := m.backend.Split(m.splits)
	if p.splits[s] == nil {
		p.splits[s] = m.newMicroBatches(p, s)
	}
	return p.splits[s]
}

func (m *model) newMicroBatches(p *passes, s kernel.Split) *microBatches {
	all, memory := &microBatches{lanes: s.Lanes}, map[int][]*activations{} // by the number of documents
	for first := 0; first < p.documents; first += s.Documents {
		documents := min(s.Documents, p.documents-first)
		if memory[documents] == nil {
			for lane := range s.Lanes {
				memory[documents] = append(memory[documents], m.newActivations(lane, documents))
			}
		}
		from, to := first*m.config.Context, (first+documents)*m.config.Context
		all.each = append(all.each, microBatch{p.tokens.Slice(from, to), p.labels.Slice(from, to), p.losses.Slice(from, to), memory[documents]})
	}
	all.differentiate = func(o kernel.Operations, i, lane int) { m.differentiateOne(o, &all.each[i], lane, i > 0) }
	all.evaluate = func(o kernel.Operations, i, lane int) { m.evaluate(o, &all.each[i], lane) }
	return all
}
