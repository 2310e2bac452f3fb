package llama

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"io"
	"math"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// State is a model, or the state of a run, as a file that is read as often as one likes, while the training goes on. It
// holds no more than a piece of the numbers; the rest stays on the device. Its methods are for one goroutine at a time.
type State struct {
	beginning []byte
	sizes     []int // of the buffers
	numbers   kernel.Snapshot
	losses    []float32
	size      int64
}

// Size is the file's bytes.
func (s *State) Size() int64 { return s.size }

// Close gives the copy on the device back.
func (s *State) Close() { s.numbers.Close() }

// Reader reads the file from its beginning.
func (s *State) Reader() io.Reader {
	return &stateReader{state: s, piece: s.beginning, sum: sha256.New()}
}

// stateReader makes the file piece by piece. The digest is taken of what is read.
type stateReader struct {
	state *State
	sum   hash.Hash
	piece []byte // of which the reader has to give out
	ended bool

	buffer, from int // what comes next: a place in the buffers, and behind them in the losses
	floats       []float32
	bytes        []byte
}

func (r *stateReader) Read(p []byte) (int, error) {
	for len(r.piece) == 0 {
		if r.ended {
			return 0, io.EOF
		}
		if err := r.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.piece)
	if !r.ended {
		r.sum.Write(r.piece[:n])
	}
	r.piece = r.piece[n:]
	return n, nil
}

// next makes the next piece: numbers of a buffer, losses, or the digest.
func (r *stateReader) next() error {
	s := r.state
	for r.buffer < len(s.sizes) && r.from == s.sizes[r.buffer] {
		r.buffer, r.from = r.buffer+1, 0
	}
	if r.buffer < len(s.sizes) {
		n := min(pieceFloats, s.sizes[r.buffer]-r.from)
		if len(r.floats) < n {
			r.floats = make([]float32, n)
		}
		if err := s.numbers.Read(r.floats[:n], r.buffer, r.from); err != nil {
			return err
		}
		r.encode(r.floats[:n])
		r.from += n
		return nil
	}
	if r.from < len(s.losses) {
		n := min(pieceFloats, len(s.losses)-r.from)
		r.encode(s.losses[r.from : r.from+n])
		r.from += n
		return nil
	}
	r.piece, r.ended = r.sum.Sum(nil), true
	return nil
}

func (r *stateReader) encode(x []float32) {
	if len(r.bytes) < 4*len(x) {
		r.bytes = make([]byte, 4*len(x))
	}
	for i, v := range x {
		binary.LittleEndian.PutUint32(r.bytes[4*i:], math.Float32bits(v))
	}
	r.piece = r.bytes[:4*len(x)]
}
