package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/minio/minio-go/v7"

	"github.com/ziplaw/ziplaw"
)

// Content is bytes that can be read again from their beginning.
type Content interface {
	Size() int64
	Reader() io.Reader
}

// PutContent stores bytes under their digest without holding them in memory. It reads them twice.
func (s *Store) PutContent(ctx context.Context, c Content) (ziplaw.ArtifactID, error) {
	id, err := Digest(c)
	if err != nil {
		return "", err
	}
	return id, s.putArtifact(ctx, id, c.Reader(), c.Size())
}

// Digest is the id that bytes have as an artifact.
func Digest(c Content) (ziplaw.ArtifactID, error) {
	h := sha256.New()
	n, err := io.Copy(h, c.Reader())
	if err == nil && n != c.Size() {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return "", fmt.Errorf("store: artifact of %d bytes: read: %w", c.Size(), err)
	}
	return ziplaw.IDOfSum(h.Sum(nil)), nil
}

// Open reads an artifact as a stream. The last read gives an *ArtifactError instead of io.EOF where the bytes aren't
// what the name says: nobody may act on them before.
func (s *Store) Open(ctx context.Context, id ziplaw.ArtifactID) (io.ReadCloser, error) {
	if err := id.Validate(); err != nil {
		return nil, err
	}
	body, info, _, err := s.core.GetObject(ctx, s.bucket, artifactName(id), minio.GetObjectOptions{})
	if err = absent(err); errors.Is(err, errAbsent) {
		return nil, &ArtifactError{ID: id, Missing: true}
	}
	if err != nil {
		return nil, fail("read", artifactName(id), err)
	}
	return &verifier{body: body, id: id, left: info.Size, sum: sha256.New()}, nil
}

// Check reads an artifact to its end and reports it where it is missing or has other bytes.
func (s *Store) Check(ctx context.Context, id ziplaw.ArtifactID) error {
	r, err := s.Open(ctx, id)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(io.Discard, r)
	return err
}

// verifier passes an artifact's bytes through and verifies them at the end.
type verifier struct {
	body io.ReadCloser
	id   ziplaw.ArtifactID
	left int64
	sum  hash.Hash
}

func (v *verifier) Read(p []byte) (int, error) {
	n, err := v.body.Read(p)
	v.sum.Write(p[:n])
	v.left -= int64(n)
	switch {
	case err == nil:
		return n, nil
	case !errors.Is(err, io.EOF):
		return n, fail("read", artifactName(v.id), err)
	case v.left > 0: // the connection broke
		return n, fail("read", artifactName(v.id), io.ErrUnexpectedEOF)
	}
	if found := ziplaw.IDOfSum(v.sum.Sum(nil)); found != v.id {
		return n, &ArtifactError{ID: v.id, Found: found}
	}
	return n, io.EOF
}

func (v *verifier) Close() error { return v.body.Close() }
