package dataset

import "fmt"

// Documents are a run of stored documents by their numbers, of ids as the grammar or tokenizer names them. It is for one
// goroutine.
type Documents struct {
	shards []*ShardReader
	each   int // documents of a full shard
	length int
}

// NewDocuments are the documents of shards, of which all but the last are full.
func NewDocuments(shards []*ShardReader) *Documents {
	d := &Documents{shards: shards}
	for _, s := range shards {
		d.length += s.Len()
	}
	if len(shards) > 0 {
		d.each = shards[0].Len()
	}
	return d
}

// Len is the number of documents.
func (d *Documents) Len() int { return d.length }

// Append appends document i to dst.
func (d *Documents) Append(dst []int32, i int) ([]int32, error) {
	if i < 0 || i >= d.length {
		return dst, fmt.Errorf("document %d of %d", i, d.length)
	}
	return d.shards[i/d.each].Append(dst, i%d.each)
}

// Reading are documents in an order, of the models' ids: what a training or a validation reads. It is for one goroutine.
type Reading struct {
	documents  *Documents
	vocabulary Vocabulary
	order      []int32
	doc        []int32
}

// NewReading reads documents in an order; a nil order is that of their numbers.
func NewReading(d *Documents, v Vocabulary, order []int32) *Reading {
	return &Reading{documents: d, vocabulary: v, order: order}
}

// Len is the number of documents read.
func (r *Reading) Len() int {
	if r.order == nil {
		return r.documents.Len()
	}
	return len(r.order)
}

// Document is the i-th document read. It is overwritten by the next.
func (r *Reading) Document(i int) (doc []int32, err error) {
	if r.order != nil {
		i = int(r.order[i])
	}
	if r.doc, err = r.documents.Append(r.doc[:0], i); err != nil {
		return nil, err
	}
	return r.doc, r.vocabulary.Compact(r.doc)
}
