// Package random gives every random choice of ziplaw a name: a seed, a purpose
// and an index. The same three give the same numbers on every processor, in any
// order and from any number of goroutines, so that work can be split, repeated
// and resumed without changing a result.
//
// The generator is Philox2x64-10 (Salmon et al., "Parallel random numbers: as
// easy as 1, 2, 3", SC 2011), which is counter-based: block b of stream i under
// key k is a pure function of (k, i, b). Two streams of one key never overlap.
// It is not for secrets, and it holds no shared state.
package random

import (
	"crypto/sha256"
	"encoding/binary"
)

// Key selects a family of streams: one seed used for one purpose. The purpose
// separates uses of one seed, as "train" from "held-out".
type Key struct{ philox uint64 }

// NewKey derives the Philox key: the first 8 bytes, little-endian, of
// SHA-256(seed as 8 little-endian bytes, then the purpose).
func NewKey(seed uint64, purpose string) Key {
	text := binary.LittleEndian.AppendUint64(make([]byte, 0, 64), seed)
	sum := sha256.Sum256(append(text, purpose...))
	return Key{binary.LittleEndian.Uint64(sum[:])}
}

// At returns stream `index` of the key, at its beginning.
func (k Key) At(index uint64) Stream { return Stream{key: k, index: index} }

// At returns the stream named by a seed, a purpose and an index. Callers that
// open many streams of one purpose keep the Key instead.
func At(seed uint64, purpose string, index uint64) Stream {
	return NewKey(seed, purpose).At(index)
}
