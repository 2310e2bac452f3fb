package llama

import "testing"

// FirstGradients computes the gradients of the first batch, and takes back that it did.
func (t *Trainer) FirstGradients(test *testing.T) []float32 {
	m := t.model
	n, err := t.batch.fill(t.config, t.recipe, t.docs, 0)
	if err != nil {
		test.Fatal(err)
	}
	p := m.passes(n)
	m.write(p, t.batch)
	m.backend.Write(m.lossScale, []float32{lossScale(t.batch.targets)})
	m.differentiate(p)
	g := readAll(test, m.backend, m.grads)
	m.backend.EmbedClear(m.gradients.embed, p.tokens, t.config.Hidden)
	return g
}

// Parameters reads them all, in the order of Config.Tensors.
func (t *Trainer) Parameters(test *testing.T) []float32 {
	return readAll(test, t.model.backend, t.model.params)
}
