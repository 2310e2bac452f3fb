package storetest

import (
	"time"

	"github.com/minio/minio-go/v7"

	"github.com/ziplaw/ziplaw/internal/store"
)

var versionTests = []test{
	{"deletion leaves nothing", versionedDeletion},
	{"behind a delete marker", behindMarker},
	{"publishing and claims", func(b *bucket) {
		b.versioned()
		firstThenLate(b)
		race(b, 1, "x")
		oneHolder(b)
		corruptOutput(b)
		deleteCheckpoints(b)
	}},
}

var get = minio.GetObjectOptions{}

// versioned turns versions on and opens the store again.
func (b *bucket) versioned() {
	b.Helper()
	b.check(b.raw.EnableVersioning(b.Context(), b.config.Bucket))
	b.store = b.open(b.config)
}

// versions counts what stands in the bucket under a prefix, old versions and delete markers included.
func (b *bucket) versions(prefix string) (n int) {
	b.Helper()
	for o := range b.raw.ListObjects(b.Context(), b.config.Bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true, WithVersions: true}) {
		b.check(o.Err)
		n++
	}
	return n
}

func versionedDeletion(b *bucket) {
	b.checkpoint(1, 1, "before versions")
	b.versioned()
	b.checkpoint(1, 1, "one")
	b.checkpoint(1, 1, "one again")
	b.checkpoint(1, 11, "eleven")
	b.check(b.store.DeleteCheckpoints(b.Context(), run, 1, 99, 1))
	b.wantLatest(1, 11, "eleven")
	if n := b.versions("checkpoints/"); n != 1 {
		b.Errorf("%d versions are left, want 1", n)
	}
	id := b.put([]byte("bad"))
	b.write(at(id), []byte("worse"))
	if gone, err := b.store.Discard(b.Context(), id); !gone || err != nil {
		b.Errorf("discard: %v, %v", gone, err)
	}
	if n := b.versions("artifacts/"); n != 0 {
		b.Errorf("%d versions of the artifact are left", n)
	}
}

// behindMarker works on after somebody has deleted an entry and a claim by hand.
func behindMarker(b *bucket) {
	b.versioned()
	rec := b.record("first", "marker")
	b.publish(b.Context(), b.store, rec)
	b.remove(store.EntryName(rec.Key))
	b.wantMadeAgain("deleted by hand", rec)
	b.check(b.claim("first", time.Minute).Release(b.Context()))
	b.remove("claims/" + string(claimed) + ".json")
	c := b.claim("second", time.Minute)
	if _, holder, err := b.store.Claim(b.Context(), claimed, "third", time.Minute); err != nil || holder.Owner != "second" {
		b.Errorf("held by %+v, %v", holder, err)
	}
	b.check(c.Renew(b.Context()))
}
