package dataset

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A shard's bytes are a header of 16 bytes and a record for each document, so that a document is found by its number
// alone. The header is shardMagic, then the bytes of a number (2 or 4) and the tokens of a record (the context length), 32
// bits each. A record is the document's length, its ids as the grammar or tokenizer names them, and zeros up to the
// context length. All numbers are little-endian.

const (
	shardMagic  = "ziplaw\x00\x02"
	shardHeader = len(shardMagic) + 8
)

// widthOf is the narrowest number that ids and lengths fit in.
func widthOf(largest int32, context int) int {
	if max(int(largest), context) < 1<<16 {
		return 2
	}
	return 4
}

// tokensOfShard is how many ids a full shard has room for: 8 MiB of 16 bits.
const tokensOfShard = 1 << 22

// ShardDocuments is the number of documents of a full shard at a context length.
func ShardDocuments(context int) int { return max(1, tokensOfShard/context) }

// ShardWriter gathers documents into a shard's bytes.
type ShardWriter struct {
	Documents      int
	width, context int
	bytes          []byte
}

// NewShardWriter starts a shard for ids up to the largest and for a context length, with room for some documents.
func NewShardWriter(largest int32, context, documents int) *ShardWriter {
	s := &ShardWriter{width: widthOf(largest, context), context: context}
	s.bytes = append(make([]byte, 0, shardHeader+documents*s.record()), shardMagic...)
	s.bytes = binary.LittleEndian.AppendUint32(s.bytes, uint32(s.width))
	s.bytes = binary.LittleEndian.AppendUint32(s.bytes, uint32(context))
	return s
}

// record is the bytes of a document.
func (s *ShardWriter) record() int { return s.width * (1 + s.context) }

// Add appends a document of at most the context length.
func (s *ShardWriter) Add(doc []int32) {
	end := len(s.bytes) + s.record()
	s.put(uint32(len(doc)))
	for _, id := range doc {
		s.put(uint32(id))
	}
	for len(s.bytes) < end {
		s.put(0)
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

// ShardReader reads the documents of a shard by their numbers. It is for one goroutine; several may read one shard.
type ShardReader struct {
	from             io.ReaderAt
	width, documents int
	record           []byte
}

// NewShardReader reads a shard of some bytes. It fails on what no ShardWriter writes.
func NewShardReader(from io.ReaderAt, size int64) (*ShardReader, error) {
	header := make([]byte, shardHeader)
	if size < int64(shardHeader) {
		return nil, errors.New("shard of documents: cut in its header")
	}
	if _, err := from.ReadAt(header, 0); err != nil {
		return nil, fmt.Errorf("shard of documents: %w", err)
	}
	width, context := binary.LittleEndian.Uint32(header[len(shardMagic):]), binary.LittleEndian.Uint32(header[len(shardMagic)+4:])
	if string(header[:len(shardMagic)]) != shardMagic || width != 2 && width != 4 || context == 0 {
		return nil, errors.New("shard of documents: its header isn't one")
	}
	record := int64(width) * (1 + int64(context))
	if (size-int64(shardHeader))%record != 0 {
		return nil, fmt.Errorf("shard of documents: %d bytes are no whole number of documents of %d", size-int64(shardHeader), record)
	}
	documents := (size - int64(shardHeader)) / record
	s := &ShardReader{from: from, width: int(width), documents: int(documents)}
	if documents > 0 {
		s.record = make([]byte, record)
	}
	return s, nil
}

// Len is the number of documents.
func (s *ShardReader) Len() int { return s.documents }

// Append appends document i to dst.
func (s *ShardReader) Append(dst []int32, i int) ([]int32, error) {
	if i < 0 || i >= s.documents {
		return dst, fmt.Errorf("shard of documents: document %d of %d", i, s.documents)
	}
	if _, err := s.from.ReadAt(s.record, int64(shardHeader)+int64(i)*int64(len(s.record))); err != nil {
		return dst, fmt.Errorf("shard of documents: document %d: %w", i, err)
	}
	n := s.number(0)
	if int64(n) > int64(len(s.record)/s.width-1) {
		return dst, fmt.Errorf("shard of documents: document %d: %d ids announced, room for %d", i, n, len(s.record)/s.width-1)
	}
	for k := range int(n) {
		dst = append(dst, int32(s.number(1+k)))
	}
	return dst, nil
}

// number is number k of the record.
func (s *ShardReader) number(k int) uint32 {
	if s.width == 2 {
		return uint32(binary.LittleEndian.Uint16(s.record[2*k:]))
	}
	return binary.LittleEndian.Uint32(s.record[4*k:])
}
