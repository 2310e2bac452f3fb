package store

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/minio/minio-go/v7"

	"github.com/ziplaw/ziplaw"
)

// smallArtifact is the size up to which asking for an artifact costs as much as putting it again.
const smallArtifact = 256 << 10

const artifactPrefix = "artifacts/sha256/"

// artifactName is artifacts/sha256/ab/cdef….
func artifactName(id ziplaw.ArtifactID) string {
	h := id.Hex()
	return artifactPrefix + h[:2] + "/" + h[2:]
}

// Put stores bytes under their digest. Whatever stood under that name before is replaced, unless it is young and the
// server vouches for the same bytes by a checksum of its own: what is put is young afterwards, and no sweep takes it.
func (s *Store) Put(ctx context.Context, b []byte) (ziplaw.ArtifactID, error) {
	id := ziplaw.IDOf(b)
	return id, s.putArtifact(ctx, id, bytes.NewReader(b), int64(len(b)))
}

func (s *Store) putArtifact(ctx context.Context, id ziplaw.ArtifactID, r io.Reader, size int64) error {
	if size > smallArtifact && s.vouched(ctx, id, size) {
		return nil
	}
	return s.put(ctx, artifactName(id), r, size)
}

// vouched says whether the server holds a young artifact whose bytes had this digest when they arrived. An artifact whose
// bytes have rotted since is found by Get and taken away by Discard.
func (s *Store) vouched(ctx context.Context, id ziplaw.ArtifactID, size int64) bool {
	info, err := s.client.StatObject(ctx, s.bucket, artifactName(id), minio.StatObjectOptions{Checksum: true})
	if err != nil || info.Size != size || s.clock.since(info.LastModified) > s.renewAge {
		return false
	}
	sum, err := hex.DecodeString(id.Hex())
	return err == nil && info.ChecksumSHA256 == base64.StdEncoding.EncodeToString(sum)
}

// Get reads an artifact and verifies it by its digest. An artifact that is missing or has other bytes is an
// *ArtifactError.
func (s *Store) Get(ctx context.Context, id ziplaw.ArtifactID) ([]byte, error) {
	if err := id.Validate(); err != nil {
		return nil, err
	}
	o, err := s.get(ctx, artifactName(id))
	if errors.Is(err, errAbsent) {
		return nil, &ArtifactError{ID: id, Missing: true}
	}
	if err != nil {
		return nil, err
	}
	if found := ziplaw.IDOf(o.body); found != id {
		return nil, &ArtifactError{ID: id, Found: found}
	}
	return o.body, nil
}

// Exists says whether an artifact is there, without reading it.
func (s *Store) Exists(ctx context.Context, id ziplaw.ArtifactID) (bool, error) {
	if err := id.Validate(); err != nil {
		return false, err
	}
	_, err := s.client.StatObject(ctx, s.bucket, artifactName(id), minio.StatObjectOptions{})
	if err = absent(err); errors.Is(err, errAbsent) {
		return false, nil
	}
	return err == nil, fail("look for", artifactName(id), err)
}

// Size is how many bytes an artifact has, without reading it. One that is missing is an *ArtifactError.
func (s *Store) Size(ctx context.Context, id ziplaw.ArtifactID) (int64, error) {
	if err := id.Validate(); err != nil {
		return 0, err
	}
	info, err := s.client.StatObject(ctx, s.bucket, artifactName(id), minio.StatObjectOptions{})
	if err = absent(err); errors.Is(err, errAbsent) {
		return 0, &ArtifactError{ID: id, Missing: true}
	}
	return info.Size, fail("look for", artifactName(id), err)
}

// Discard takes away an artifact whose bytes aren't what its name says, so that the action that made it counts as
// absent and is done again. A good artifact stays; true says that a bad one is gone.
func (s *Store) Discard(ctx context.Context, id ziplaw.ArtifactID) (bool, error) {
	var bad *ArtifactError
	if err := s.Check(ctx, id); !errors.As(err, &bad) {
		return false, err
	}
	if bad.Missing {
		return false, nil
	}
	return true, s.remove(ctx, artifactName(id))
}

// PutJSON stores a value as JSON.
func (s *Store) PutJSON(ctx context.Context, v any) (ziplaw.ArtifactID, error) {
	b, err := encode(v)
	if err != nil {
		return "", fmt.Errorf("store: encode %T: %w", v, err)
	}
	return s.Put(ctx, b)
}

// GetJSON reads an artifact and decodes it into the value that v points to.
func (s *Store) GetJSON(ctx context.Context, id ziplaw.ArtifactID, v any) error {
	b, err := s.Get(ctx, id)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("store: artifact %s as %T: %w", id, v, err)
	}
	return nil
}

// encode is JSON on one line, with < and & as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// ArtifactError is an artifact that can't be had: missing, or with other bytes than its name says. Its chain holds a
// *ziplaw.Error with the code corrupt_artifact.
type ArtifactError struct {
	ID      ziplaw.ArtifactID
	Missing bool
	Found   ziplaw.ArtifactID // what the bytes are, where there are any
}

// Error names the artifact.
func (e *ArtifactError) Error() string { return e.Unwrap().Error() }

// Unwrap is the error as users see it.
func (e *ArtifactError) Unwrap() error {
	z := &ziplaw.Error{
		Code: ziplaw.CodeCorruptArtifact, Message: fmt.Sprintf("artifact %s is missing from the store", e.ID),
		Hint: "the action that made it is done again by the next run",
	}
	if !e.Missing {
		z.Message = fmt.Sprintf("artifact %s is corrupt: the store holds the bytes of %s under its name", e.ID, e.Found)
	}
	return z
}
