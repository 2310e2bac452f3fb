package analysis

import (
	"encoding/binary"
	"fmt"

	"github.com/ziplaw/ziplaw/internal/deflate"
)

// gzipWrapper is the size of the gzip header (10 bytes) and trailer (8 bytes), which the reference code counts.
const gzipWrapper = 18

// Compressor measures what gzip makes of documents. It is for one goroutine.
type Compressor struct {
	sizer *deflate.Sizer
	raw   []byte
}

// NewCompressor is one of a level from 1 to 9.
func NewCompressor(level int) (*Compressor, error) {
	s, err := deflate.NewSizer(level)
	if err != nil {
		return nil, fmt.Errorf("gzip at level %d: %w", level, err)
	}
	return &Compressor{sizer: s}, nil
}

// Tokens gives the bytes of a document, 4 a token, and those of a gzip file with them in it.
func (c *Compressor) Tokens(doc []int32) (raw, compressed int) {
	c.raw = TokenBytes(c.raw[:0], doc)
	return len(c.raw), c.Bytes(c.raw)
}

// Bytes is the size of a gzip file with raw in it, as Python's gzip.GzipFile writes it, header and trailer included.
func (c *Compressor) Bytes(raw []byte) int { return c.sizer.Size(raw) + gzipWrapper }

// CompressedSize is the size in bytes of raw as Python's gzip.GzipFile writes it at a level from 1 to 9, header and
// trailer included.
func CompressedSize(raw []byte, level int) (int, error) {
	c, err := NewCompressor(level)
	if err != nil {
		return 0, err
	}
	return c.Bytes(raw), nil
}

// TokenBytes writes each id as 4 bytes, big-endian, signed: what the reference code compresses.
func TokenBytes(dst []byte, ids []int32) []byte {
	for _, id := range ids {
		dst = binary.BigEndian.AppendUint32(dst, uint32(id))
	}
	return dst
}
