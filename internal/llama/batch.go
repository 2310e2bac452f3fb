package llama

import (
	"fmt"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// Documents are token sequences in the order in which they are read. Methods must give the same each time.
type Documents interface {
	Len() int
	// Document is the i-th document, of 1 to Context tokens, until the next is read. The caller doesn't change it.
	Document(i int) ([]int32, error)
}

// Slice is Documents in memory.
type Slice [][]int32

// Len is the number of documents.
func (s Slice) Len() int { return len(s) }

// Document is the i-th document.
func (s Slice) Document(i int) ([]int32, error) { return s[i], nil }

// batch is what the model reads in one step, on the host.
type batch struct {
	tokens, labels []int32 // (B,T)
	targets        int     // labels that count
}

func newBatch(documents, context int) *batch {
	n := documents * context
	return &batch{tokens: make([]int32, n), labels: make([]int32, n)}
}

// fill reads documents from first on, as many as the batch has or as are left, and returns how many.
func (b *batch) fill(c Config, r Recipe, docs Documents, first int) (int, error) {
	n := min(r.Batch, docs.Len()-first)
	b.targets = 0
	for i := range n {
		doc, err := docs.Document(first + i)
		if err == nil {
			err = checkDocument(c, doc)
		}
		if err != nil {
			return 0, fmt.Errorf("document %d: %w", first+i, err)
		}
		from, to := i*c.Context, (i+1)*c.Context
		b.targets += place(b.tokens[from:to], b.labels[from:to], doc, r)
	}
	return n, nil
}

func checkDocument(c Config, doc []int32) error {
	if len(doc) < 1 || len(doc) > c.Context {
		return fmt.Errorf("%d tokens, 1 to %d wanted", len(doc), c.Context)
	}
	for i, id := range doc {
		if id < 0 || int(id) >= c.Vocab {
			return fmt.Errorf("token %d has id %d, outside the vocabulary of %d", i, id, c.Vocab)
		}
	}
	return nil
}

// place puts one document with its padding into tokens, and into labels the token that follows each position. The
// last position has no target. It returns the number of targets.
func place(tokens, labels, doc []int32, r Recipe) (targets int) {
	for i := copy(tokens, doc); i < len(tokens); i++ {
		tokens[i] = r.Pad
	}
	end := len(doc)
	if r.PadTargets == PadCounted {
		end = len(tokens)
	}
	copy(labels, tokens[1:end])
	for i := end - 1; i < len(labels); i++ {
		labels[i] = kernel.Ignored
	}
	return end - 1
}
