package content

import (
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"sync/atomic"
)

// source is a file or stream as it lies there: what is read of it is counted
// and hashed.
type source struct {
	name  string
	r     io.Reader
	taken atomic.Int64
	hash  hash.Hash
	err   error // what ended the reading
}

func newSource(name string, r io.Reader) *source {
	return &source{name: name, r: r, hash: sha256.New()}
}

func (s *source) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.r.Read(p)
	s.hash.Write(p[:n])
	s.taken.Add(int64(n))
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		s.err = io.EOF
	default:
		s.err = unreadable(s.name, err)
	}
	return n, s.err
}
