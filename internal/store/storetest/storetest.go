// Package storetest is the conformance suite of package store: what every S3 server must do for ziplaw to keep its
// promises. It is for tests only.
package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/store"
)

// Run runs the suite. Each call of config gives a bucket that doesn't exist yet.
func Run(t *testing.T, config func(t *testing.T) store.Config) {
	for _, group := range []struct {
		name  string
		tests []test
	}{
		{"artifacts", artifactTests},
		{"publishing", publishTests},
		{"repair", repairTests},
		{"claims", claimTests},
		{"checkpoints", checkpointTests},
		{"studies", studyTests},
		{"sweeps", sweepTests},
		{"versioned bucket", versionTests},
		{"faults", faultTests},
	} {
		for _, c := range group.tests {
			t.Run(group.name+"/"+c.name, func(t *testing.T) {
				t.Parallel() // most wait more than they work
				c.run(newBucket(t, config(t)))
			})
		}
	}
}

type test struct {
	name string
	run  func(*bucket)
}

// bucket is a store under test, with a client that goes past it.
type bucket struct {
	*testing.T
	config store.Config
	store  *store.Store
	raw    *minio.Client
}

func newBucket(t *testing.T, c store.Config) *bucket {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	raw, err := minio.New(c.Endpoint, &minio.Options{
		Creds: credentials.NewStaticV4(c.AccessKey, c.SecretKey, ""), Secure: c.Secure, Transport: transport, TrailingHeaders: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	b := &bucket{T: t, config: c, raw: raw}
	b.store = b.open(c)
	return b
}

func (b *bucket) open(c store.Config) *store.Store {
	b.Helper()
	s, err := store.Open(b.Context(), c)
	b.check(err)
	b.Cleanup(s.Close)
	return s
}

func (b *bucket) check(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// write puts an object past the store.
func (b *bucket) write(name string, body []byte) {
	b.Helper()
	_, err := b.raw.PutObject(b.Context(), b.config.Bucket, name, bytes.NewReader(body), int64(len(body)),
		minio.PutObjectOptions{DisableContentSha256: true, Checksum: minio.ChecksumSHA256})
	b.check(err)
}

func (b *bucket) remove(name string) {
	b.Helper()
	b.check(b.raw.RemoveObject(b.Context(), b.config.Bucket, name, minio.RemoveObjectOptions{}))
}

// names lists the objects under a prefix past the store, without it.
func (b *bucket) names(prefix string) []string {
	b.Helper()
	var names []string
	for o := range b.raw.ListObjects(b.Context(), b.config.Bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		b.check(o.Err)
		names = append(names, strings.TrimPrefix(o.Key, prefix))
	}
	return names
}

func (b *bucket) put(body []byte) ziplaw.ArtifactID {
	b.Helper()
	id, err := b.store.Put(b.Context(), body)
	b.check(err)
	return id
}

// at is the name of an artifact's object.
func at(id ziplaw.ArtifactID) string { return "artifacts/sha256/" + id.Hex()[:2] + "/" + id.Hex()[2:] }

// record is a record with one output, which is put.
func (b *bucket) record(attempt string, params any) ziplaw.Record {
	b.Helper()
	a := action.Action{Name: "sum", Version: 1, Params: params}
	preimage, err := a.Preimage()
	b.check(err)
	key, err := a.Key()
	b.check(err)
	return ziplaw.Record{
		Version: ziplaw.RecordVersion, Action: a.Name, Key: key, Preimage: preimage, Label: "a sum",
		Outputs: []ziplaw.Ref{{Role: "total", ID: b.put([]byte("total of " + string(preimage)))}},
		Values:  json.RawMessage(`{"total":3}`), Attempt: attempt,
	}
}

// publish publishes a record and says whether it won.
func (b *bucket) publish(ctx context.Context, s *store.Store, rec ziplaw.Record) (ziplaw.ArtifactID, bool) {
	b.Helper()
	_, id, won, err := s.Publish(ctx, rec)
	b.check(err)
	return id, won
}

// lookup says whether the action is done, and by which attempt.
func (b *bucket) lookup(key ziplaw.Key) (store.Entry, bool) {
	b.Helper()
	e, rec, found, err := b.store.Lookup(b.Context(), key)
	b.check(err)
	if found && (rec.Attempt != e.Attempt || rec.Key != key) {
		b.Fatalf("entry of %s by %q names the record of %s by %q", key, e.Attempt, rec.Key, rec.Attempt)
	}
	return e, found
}
