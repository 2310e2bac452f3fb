package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"sync/atomic"
	"time"

	"github.com/minio/minio-go/v7"
	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw"
)

// DefaultRenewAge is the age from which what is used again is put again. A sweep takes nothing that is younger than twice that
// (LeastGrace), so who found something young has as long again to build on it.
const DefaultRenewAge = time.Hour

// LeastGrace is the age below which no sweep may take anything while others may be using the bucket.
func (s *Store) LeastGrace() time.Duration { return 2 * s.renewAge }

// Reuse finds a finished action as Lookup does, for somebody who goes on from it. What is found is made young, the entry, its
// record and all that the record names: no sweep that has begun takes it any more. A copy of an object onto itself leaves its time
// alone on some servers, so it is read, verified and put again.
func (s *Store) Reuse(ctx context.Context, key ziplaw.Key) (Entry, ziplaw.Record, bool, error) {
	f, err := s.find(ctx, key)
	if err != nil || !f.whole {
		return f.entry, f.record, false, err
	}
	whole, err := s.renew(ctx, f)
	if err != nil || !whole {
		return f.entry, f.record, false, err
	}
	return f.entry, f.record, true, nil
}

// renew makes young what stands under a key. False says that something of it is gone.
func (s *Store) renew(ctx context.Context, f found) (bool, error) {
	limit := s.renewAge
	sweeping, err := s.Sweeping(ctx)
	if err != nil {
		return false, err
	}
	if sweeping { // which may take what is young
		limit = -1
	}
	renewed, err := s.renewEntry(ctx, f, limit)
	if err != nil {
		return false, err
	}
	some, err := s.renewArtifacts(ctx, append(idsOf(f.record), f.entry.Record), limit)
	if _, bad := errors.AsType[*ArtifactError](err); bad {
		return false, nil
	}
	if err != nil || !renewed && !some {
		return err == nil, err
	}
	// A sweep that begins after this has what was renewed before its eyes.
	if sweeping, err = s.Sweeping(ctx); err != nil || !sweeping {
		return err == nil, err
	}
	if err := wait(ctx, settle); err != nil {
		return false, err
	}
	there, err := s.find(ctx, f.entry.Key)
	return there.whole, err
}

// renewEntry writes an old entry again, unless somebody else has written it meanwhile.
func (s *Store) renewEntry(ctx context.Context, f found, limit time.Duration) (bool, error) {
	if f.age >= 0 && f.age <= limit {
		return false, nil
	}
	_, _, err := s.putIf(ctx, EntryName(f.entry.Key), f.body, f.etag)
	return true, err
}

// idsOf are the artifacts that a record names.
func idsOf(rec ziplaw.Record) (ids []ziplaw.ArtifactID) {
	for _, r := range slices.Concat(rec.Outputs, rec.Inputs) {
		ids = append(ids, r.ID)
	}
	return ids
}

// renewArtifacts puts those artifacts again that are older than the limit, and says whether there were any. One that is missing or
// has other bytes is an *ArtifactError.
func (s *Store) renewArtifacts(ctx context.Context, ids []ziplaw.ArtifactID, limit time.Duration) (bool, error) {
	var renewed atomic.Bool
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, id := range ids {
		g.Go(func() error {
			some, err := s.renewArtifact(ctx, id, limit)
			if some {
				renewed.Store(true)
			}
			return err
		})
	}
	err := g.Wait()
	return renewed.Load(), err
}

func (s *Store) renewArtifact(ctx context.Context, id ziplaw.ArtifactID, limit time.Duration) (bool, error) {
	if err := id.Validate(); err != nil {
		return false, err
	}
	info, err := s.client.StatObject(ctx, s.bucket, artifactName(id), minio.StatObjectOptions{})
	if err = absent(err); errors.Is(err, errAbsent) {
		return false, &ArtifactError{ID: id, Missing: true}
	}
	if err != nil {
		return false, fail("look for", artifactName(id), err)
	}
	if s.clock.since(info.LastModified) <= limit {
		return false, nil
	}
	r, err := s.Open(ctx, id)
	if err != nil {
		return false, err
	}
	defer r.Close()
	return true, s.putVerified(ctx, id, r, info.Size)
}

// Renew makes young what goes on being used without being asked for: artifacts, and of those that are records all that they name,
// and their entries. What is gone or damaged is left to whoever reads it.
func (s *Store) Renew(ctx context.Context, ids ...ziplaw.ArtifactID) error {
	for _, id := range ids {
		if _, err := s.renewArtifacts(ctx, []ziplaw.ArtifactID{id}, s.renewAge); err != nil {
			return unlessBad(err)
		}
		b, err := s.Get(ctx, id)
		if err != nil {
			return unlessBad(err)
		}
		var rec ziplaw.Record
		if json.Unmarshal(b, &rec) != nil || checkKey(rec.Key) != nil {
			continue // no record
		}
		if _, _, _, err := s.Reuse(ctx, rec.Key); err != nil {
			return err
		}
		if _, err := s.renewArtifacts(ctx, idsOf(rec), s.renewAge); err != nil {
			return unlessBad(err)
		}
	}
	return nil
}

func unlessBad(err error) error {
	if _, bad := errors.AsType[*ArtifactError](err); bad {
		return nil
	}
	return err
}

// PutVerified stores some bytes of a stream as an artifact, unless they are others than its id says: that is an *ArtifactError, and
// the store is as it was. Where it holds a young artifact that the server vouches for, as with Put, the stream isn't read.
func (s *Store) PutVerified(ctx context.Context, id ziplaw.ArtifactID, r io.Reader, size int64) error {
	if err := id.Validate(); err != nil {
		return err
	}
	if size > smallArtifact && s.vouched(ctx, id, size) {
		return nil
	}
	return s.putVerified(ctx, id, r, size)
}

func (s *Store) putVerified(ctx context.Context, id ziplaw.ArtifactID, r io.Reader, size int64) error {
	if size > streamPart {
		return s.put(ctx, artifactName(id), &withholding{data: r, id: id, left: size, sum: sha256.New()}, size)
	}
	b := make([]byte, size)
	if _, err := io.ReadFull(r, b); err != nil {
		return fmt.Errorf("store: artifact %s: read: %w", id, err)
	}
	if found := ziplaw.IDOf(b); found != id {
		return &ArtifactError{ID: id, Found: found}
	}
	return s.put(ctx, artifactName(id), bytes.NewReader(b), size)
}

// errCut says that a stream has fewer bytes than it should. The client takes io.ErrUnexpectedEOF for the stream's good end.
var errCut = errors.New("the stream ends too early")

// withholding passes an artifact's bytes on, but its last ones only where all of them are what the id says.
type withholding struct {
	data io.Reader
	id   ziplaw.ArtifactID
	left int64
	sum  hash.Hash
}

func (w *withholding) Read(p []byte) (int, error) {
	if w.left == 0 {
		return 0, io.EOF
	}
	n, err := w.data.Read(p[:min(int64(len(p)), w.left)])
	w.sum.Write(p[:n])
	w.left -= int64(n)
	switch {
	case w.left == 0:
		if found := ziplaw.IDOfSum(w.sum.Sum(nil)); found != w.id {
			w.left = -1
			return 0, &ArtifactError{ID: w.id, Found: found}
		}
		return n, nil
	case errors.Is(err, io.EOF):
		return n, errCut
	}
	return n, err
}
