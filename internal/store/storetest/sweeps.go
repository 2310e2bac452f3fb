package storetest

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/store"
)

var sweepTests = []test{
	{"put renews", putRenews},
	{"reuse renews", reuseRenews},
	{"in use renews", renewInUse},
	{"old objects go, young ones stay", oldGoes},
	{"one sweep at a time", oneSweep},
	{"renewed in vain", renewedInVain},
	{"published during a sweep", publishedInVain},
	{"verified streams", verifiedStreams},
	{"unfinished uploads", unfinishedUploads},
	{"names", objectNames},
}

// renewAge is the age of renewal in these tests, and aged is how long they wait for things to be older: times are told in whole seconds, and some servers look at the clock once a second.
const (
	renewAge = time.Second
	aged     = 3500 * time.Millisecond
)

// hasty is the store with a short age of renewal.
func (b *bucket) hasty() *store.Store {
	b.Helper()
	c := b.config
	c.RenewAge = renewAge
	return b.open(c)
}

func (b *bucket) modified(name string) time.Time {
	b.Helper()
	info, err := b.raw.StatObject(b.Context(), b.config.Bucket, name, minio.StatObjectOptions{})
	b.check(err)
	return info.LastModified
}

// wantYounger wants an object to be written again by a function.
func (b *bucket) wantYounger(what, name string, f func()) {
	b.Helper()
	before := b.modified(name)
	f()
	if after := b.modified(name); !after.After(before) {
		b.Errorf("%s: %s was written at %s and is of %s still", what, name, before, after)
	}
}

var large = bytes.Repeat([]byte("large "), 100_000)

func putRenews(b *bucket) {
	s := b.hasty()
	for name, body := range map[string][]byte{"small": []byte("small"), "large": large} {
		id, err := s.Put(b.Context(), body)
		b.check(err)
		young := b.modified(at(id))
		if _, err := s.Put(b.Context(), body); err != nil || name == "large" && !b.modified(at(id)).Equal(young) {
			b.Errorf("a young artifact was sent again: %v", err)
		}
		time.Sleep(aged)
		b.wantYounger(name, at(id), func() { _, err = s.Put(b.Context(), body); b.check(err) })
	}
}

func reuseRenews(b *bucket) {
	s := b.hasty()
	rec := b.record("first", "reused")
	rec.Inputs = []ziplaw.Ref{{Role: "input", ID: b.put(large)}}
	id, _ := b.publish(b.Context(), s, rec)
	time.Sleep(aged)
	for _, name := range []string{store.EntryName(rec.Key), at(id), at(rec.Outputs[0].ID), at(rec.Inputs[0].ID)} {
		before := b.modified(name)
		if _, found := b.lookup(rec.Key); !found || !b.modified(name).Equal(before) {
			b.Errorf("a look changes %s", name)
		}
	}
	before := map[string]time.Time{}
	for _, name := range []string{store.EntryName(rec.Key), at(id), at(rec.Outputs[0].ID), at(rec.Inputs[0].ID)} {
		before[name] = b.modified(name)
	}
	if _, again, found, err := s.Reuse(b.Context(), rec.Key); err != nil || !found || again.Attempt != "first" {
		b.Fatalf("reused: %+v, %v, %v", again, found, err)
	}
	for name, old := range before {
		if !b.modified(name).After(old) {
			b.Errorf("reuse leaves %s old", name)
		}
	}
	b.write(at(rec.Outputs[0].ID), []byte("other bytes"))
	time.Sleep(aged)
	if _, _, found, err := s.Reuse(b.Context(), rec.Key); err != nil || found {
		b.Errorf("an old output with other bytes: found %v, %v", found, err)
	}
	b.remove(at(rec.Outputs[0].ID))
	if _, _, found, err := s.Reuse(b.Context(), rec.Key); err != nil || found {
		b.Errorf("an output that is gone: found %v, %v", found, err)
	}
}

func renewInUse(b *bucket) {
	s := b.hasty()
	rec := b.record("first", "in use")
	id, _ := b.publish(b.Context(), s, rec)
	plain := b.put([]byte("a spec"))
	time.Sleep(aged)
	names := []string{at(plain), at(id), at(rec.Outputs[0].ID), store.EntryName(rec.Key)}
	before := map[string]time.Time{}
	for _, name := range names {
		before[name] = b.modified(name)
	}
	b.check(s.Renew(b.Context(), plain, id, ziplaw.IDOf([]byte("never put"))))
	for name, old := range before {
		if !b.modified(name).After(old) {
			b.Errorf("%s is old", name)
		}
	}
}

func oldGoes(b *bucket) {
	s := b.hasty()
	id := b.put([]byte("old"))
	time.Sleep(aged)
	_, err := s.Exists(b.Context(), id)
	b.check(err)
	now, err := s.Now()
	b.check(err)
	young := b.put([]byte("young"))
	for _, c := range []struct {
		name string
		gone bool
	}{{at(young), false}, {at(id), true}, {at(id), false}} {
		if gone, err := s.RemoveOld(b.Context(), c.name, now.Add(-time.Second)); err != nil || gone != c.gone {
			b.Errorf("%s gone: %v, %v", c.name, gone, err)
		}
	}
	if ok, err := s.Exists(b.Context(), young); err != nil || !ok {
		b.Errorf("the young one: %v, %v", ok, err)
	}
}

func oneSweep(b *bucket) {
	s := b.store
	sweeping := func() bool {
		ok, err := s.Sweeping(b.Context())
		b.check(err)
		return ok
	}
	failed := errors.New("failed")
	err := s.Sweep(b.Context(), "one", func(ctx context.Context) error {
		if !sweeping() {
			b.Error("nobody seems to sweep")
		}
		err := s.Sweep(ctx, "two", func(context.Context) error { return nil })
		if running, ok := errors.AsType[*store.SweepRunningError](err); !ok || running.Holder.Owner != "one" {
			b.Errorf("a second sweep: %v", err)
		}
		return failed
	})
	if !errors.Is(err, failed) || sweeping() {
		b.Errorf("after the sweep: %v, sweeping %v", err, sweeping())
	}
	for _, o := range b.names("claims/") {
		if key, ok := store.ClaimOf("claims/" + o); !ok || !store.IsSweep(key) {
			b.Errorf("claim %s", o)
		}
	}
}

// delicate sweeps an object, and lets a function act between the last look at it and its removal.
func (b *bucket) delicate(name string, act func()) {
	b.Helper()
	var once sync.Once
	s := b.through(func(next http.RoundTripper, r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodDelete && strings.HasSuffix(r.URL.Path, name) {
			once.Do(act)
		}
		return next.RoundTrip(r)
	})
	b.check(s.Sweep(b.Context(), "sweeper", func(ctx context.Context) error {
		_, err := s.RemoveOld(ctx, name, time.Now().Add(time.Hour))
		return err
	}))
}

// renewedInVain takes an output away just after it was renewed: whoever renewed it must hear that.
func renewedInVain(b *bucket) {
	s := b.hasty()
	rec := b.record("first", "delicate")
	b.publish(b.Context(), s, rec)
	time.Sleep(aged)
	var reused sync.WaitGroup
	b.delicate(at(rec.Outputs[0].ID), func() {
		before := b.modified(at(rec.Outputs[0].ID))
		reused.Go(func() {
			_, _, found, err := s.Reuse(b.Context(), rec.Key)
			there, checked := s.Exists(b.Context(), rec.Outputs[0].ID)
			if err != nil || checked != nil || found && !there {
				b.Errorf("found %v, though its output is there: %v; %v, %v", found, there, err, checked)
			}
		})
		for range 80 {
			if b.modified(at(rec.Outputs[0].ID)).After(before) {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		b.Error("it isn't renewed")
	})
	reused.Wait()
}

// publishedInVain takes an output away just when its record is published.
func publishedInVain(b *bucket) {
	rec := b.record("first", "in vain")
	var published sync.WaitGroup
	b.delicate(at(rec.Outputs[0].ID), func() {
		published.Go(func() {
			if _, _, _, err := b.store.Publish(b.Context(), rec); err == nil {
				b.Error("published, though a sweep took its output")
			}
		})
		for range 80 {
			if len(b.names("actions/")) > 0 {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		b.Error("it isn't published")
	})
	published.Wait()
	b.put([]byte("total of " + string(rec.Preimage)))
	if _, won := b.publish(b.Context(), b.store, rec); !won {
		b.Error("made again, it isn't published")
	}
}

func verifiedStreams(b *bucket) {
	huge := bytes.Repeat([]byte("0123456789abcdef"), 9<<16)
	exact := huge[:8<<20]
	for name, body := range map[string][]byte{"empty": {}, "small": []byte("small"), "a part": exact, "parts": huge} {
		id := ziplaw.IDOf(body)
		b.check(b.store.PutVerified(b.Context(), id, bytes.NewBuffer(body), int64(len(body))))
		got, err := b.store.Get(b.Context(), id)
		if err != nil || !bytes.Equal(got, body) {
			b.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
		other := ziplaw.IDOf(append([]byte("not "), body...))
		for what, stream := range map[string]*bytes.Buffer{"others": bytes.NewBuffer(body), "fewer": bytes.NewBuffer(body[:len(body)/2])} {
			if err := b.store.PutVerified(b.Context(), other, stream, int64(len(body))); err == nil {
				b.Errorf("%s: %s bytes are taken", name, what)
			}
		}
		if there, err := b.store.Exists(b.Context(), other); err != nil || there {
			b.Errorf("%s: other bytes are stored: %v, %v", name, there, err)
		}
	}
}

func unfinishedUploads(b *bucket) {
	core := minio.Core{Client: b.raw}
	_, err := core.NewMultipartUpload(b.Context(), b.config.Bucket, at(ziplaw.IDOf(nil)), minio.PutObjectOptions{})
	b.check(err)
	all, err := b.store.Uploads(b.Context())
	if err != nil || len(all) != 1 || all[0].Name != at(ziplaw.IDOf(nil)) || time.Since(all[0].Started) > time.Hour {
		b.Fatalf("uploads %+v, %v", all, err)
	}
	b.check(b.store.Abort(b.Context(), all[0]))
	b.check(b.store.Abort(b.Context(), all[0]))
	if all, err = b.store.Uploads(b.Context()); err != nil || len(all) != 0 {
		b.Errorf("uploads %+v, %v", all, err)
	}
}

func objectNames(b *bucket) {
	rec := b.record("first", "names")
	id, _ := b.publish(b.Context(), b.store, rec)
	b.check(b.claim("me", time.Minute).Release(b.Context()))
	b.checkpoint(1, 2, "state")
	b.check(b.store.PutStudy(b.Context(), "study", "version", []byte("{}")))
	seen := map[string]int{}
	all, err := b.store.Objects(b.Context(), "")
	b.check(err)
	for _, o := range all {
		if found, ok := store.ArtifactOf(o.Name); ok {
			seen["artifact"]++
			if there, err := b.store.Exists(b.Context(), found); err != nil || !there || store.ArtifactName(found) != o.Name {
				b.Errorf("%s isn't %s", o.Name, found)
			}
		}
		if key, ok := store.EntryOf(o.Name); ok && key == rec.Key {
			seen["entry"]++
		}
		if key, ok := store.ClaimOf(o.Name); ok && key == claimed {
			seen["claim"]++
		}
		if key, ok := store.CheckpointOf(o.Name); ok && key == run {
			seen["checkpoint"]++
		}
		if study, version, ok := store.StudyOf(o.Name); ok && study == "study" && version == "version" {
			seen["study"]++
		}
		if o.Size <= 0 || time.Since(o.Modified) > time.Hour {
			b.Errorf("object %+v", o)
		}
	}
	if len(seen) != 5 || seen["artifact"] != 2 {
		b.Errorf("objects: %v; record %s", seen, id)
	}
	for _, name := range []string{"", "x", "artifacts/sha256/ab", "artifacts/sha256/ab/cd", "actions/x.json", "claims/", "checkpoints/x/y/z", "studies/x", "studies/../x.json"} {
		_, artifact := store.ArtifactOf(name)
		_, entry := store.EntryOf(name)
		_, claim := store.ClaimOf(name)
		_, checkpoint := store.CheckpointOf(name)
		_, _, study := store.StudyOf(name)
		if artifact || entry || claim || checkpoint || study {
			b.Errorf("%q is taken for something", name)
		}
	}
}
