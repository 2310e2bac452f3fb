package dataset

import (
	"encoding/binary"
	"fmt"
)

// A shard's bytes are one byte with the width of an id in bytes (2 or 4), then for each document its length and its
// ids, all little-endian numbers of that width.

// width is the narrowest id that a vocabulary and a context length fit in.
func width(vocabulary, context int) int {
	if max(vocabulary, context) < 1<<16 {
		return 2
	}
	return 4
}

// ShardWriter gathers documents into a shard's bytes.
type ShardWriter struct {
	Documents int
	width     int
	bytes     []byte
}

// NewShardWriter starts a shard for a vocabulary and a context length.
func NewShardWriter(vocabulary, context int) *ShardWriter {
	w := width(vocabulary, context)
	return &ShardWriter{width: w, bytes: []byte{byte(w)}}
}

// Add appends a document.
func (s *ShardWriter) Add(doc []int32) {
	s.put(uint32(len(doc)))
	for _, id := range doc {
		s.put(uint32(id))
	}
	s.Documents++
}

// Bytes are the shard's bytes so far.
func (s *ShardWriter) Bytes() []byte { return s.bytes }

func (s *ShardWriter) put(x uint32) {
	if s.width == 2 {
		s.bytes = binary.LittleEndian.AppendUint16(s.bytes, uint16(x))
		return
	}
	s.bytes = binary.LittleEndian.AppendUint32(s.bytes, x)
}

// DecodeShard reads a shard's documents. It fails on bytes that no ShardWriter writes.
func DecodeShard(b []byte) ([][]int32, error) {
	if len(b) == 0 || b[0] != 2 && b[0] != 4 {
		return nil, fmt.Errorf("shard of documents: no width of 2 or 4 bytes at its start")
	}
	r := shardReader{width: int(b[0]), rest: b[1:]}
	var docs [][]int32
	for len(r.rest) > 0 {
		doc, err := r.document()
		if err != nil {
			return nil, fmt.Errorf("shard of documents: document %d: %w", len(docs), err)
		}
		docs = append(docs, doc)
	}
	return docs, nil
}

type shardReader struct {
	width int
	rest  []byte
}

func (r *shardReader) document() ([]int32, error) {
	if len(r.rest) < r.width {
		return nil, fmt.Errorf("cut in its length")
	}
	n := int(r.next())
	if n > len(r.rest)/r.width {
		return nil, fmt.Errorf("%d ids announced, %d there", n, len(r.rest)/r.width)
	}
	doc := make([]int32, n)
	for i := range doc {
		doc[i] = int32(r.next())
	}
	return doc, nil
}

func (r *shardReader) next() uint32 {
	defer func() { r.rest = r.rest[r.width:] }()
	if r.width == 2 {
		return uint32(binary.LittleEndian.Uint16(r.rest))
	}
	return binary.LittleEndian.Uint32(r.rest)
}
