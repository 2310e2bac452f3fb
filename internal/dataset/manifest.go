package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/ziplaw/ziplaw"
)

// Manifest says what a stored data set holds: documents in shards, and a digest for each document.
//
// Shards hold the ids as the grammar or tokenizer names them. Digests are of the models' ids, which is what a cell's key
// needs: the same documents in another vocabulary are other documents to a model.
type Manifest struct {
	Context    int     `json:"context"`
	Length     int     `json:"length"`    // training documents of the source, Unbounded for grammars
	Documents  int     `json:"documents"` // training documents stored
	HeldOut    int     `json:"held_out"`
	Vocabulary int     `json:"vocabulary"` // ids of the models
	Pad        int32   `json:"pad"`
	IDs        []int32 `json:"ids,omitempty"` // the source's ids in the order of the models'; absent where equal

	Train    []Shard           `json:"train"`
	Held     []Shard           `json:"held"`
	Digests  ziplaw.ArtifactID `json:"digests"` // sha256 of each training document, then of each held-out one
	Origin   ziplaw.ArtifactID `json:"origin"`  // the grammar's text or the listing of files
	Kind     string            `json:"kind"`    // "grammar" or "files"
	Children float64           `json:"mean_children,omitempty"`
	// Termination is the probability that a derivation of the grammar terminates.
	Termination float64 `json:"termination_probability,omitempty"`
}

// Shard is an artifact with a run of documents.
type Shard struct {
	ID        ziplaw.ArtifactID `json:"id"`
	Documents int               `json:"documents"`
}

// Digester computes the digests of documents. It is for one goroutine.
type Digester struct{ bytes []byte }

// Digest is the sha256 of a document of the models' ids, each as 4 bytes in little-endian order.
func (d *Digester) Digest(doc []int32) [sha256.Size]byte {
	d.bytes = d.bytes[:0]
	for _, id := range doc {
		d.bytes = binary.LittleEndian.AppendUint32(d.bytes, uint32(id))
	}
	return sha256.Sum256(d.bytes)
}

// Digests are the digests of a data set's documents.
type Digests struct{ train, heldOut []byte }

// NewDigests splits the bytes that Manifest.Digests names.
func NewDigests(b []byte, m Manifest) (Digests, error) {
	if len(b) != (m.Documents+m.HeldOut)*sha256.Size {
		return Digests{}, fmt.Errorf("digests of documents: %d bytes for %d documents", len(b), m.Documents+m.HeldOut)
	}
	cut := m.Documents * sha256.Size
	return Digests{train: b[:cut], heldOut: b[cut:]}, nil
}

// Bytes is what Manifest.Digests names.
func (d Digests) Bytes() []byte { return append(append([]byte{}, d.train...), d.heldOut...) }

// Reading is the digest of the documents that a training order reads: the sha256 of their digests in order.
func (d Digests) Reading(order []int32) string {
	h := sha256.New()
	for _, i := range order {
		h.Write(d.train[int(i)*sha256.Size:][:sha256.Size])
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// HeldOut is the digest of the held-out documents, in order.
func (d Digests) HeldOut() string { return fmt.Sprintf("%x", sha256.Sum256(d.heldOut)) }

// Duplicates counts the documents of a training order that repeat an earlier one of it.
func (d Digests) Duplicates(order []int32) (n int) {
	seen := make(map[[sha256.Size]byte]bool, len(order))
	for _, i := range order {
		sum := [sha256.Size]byte(d.train[int(i)*sha256.Size:])
		if seen[sum] {
			n++
		}
		seen[sum] = true
	}
	return n
}
