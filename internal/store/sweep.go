package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"

	"github.com/ziplaw/ziplaw"
)

// A sweep removes objects that nobody needs, while others go on. Two things keep it from what they have begun to use:
//
//   - It removes an object only where it is old, and looks at its time once more just before. Who uses something old makes it young
//     first (Put, Reuse).
//   - It holds a claim meanwhile. Between its last look and the removal an object may be made young in vain, so whoever has made
//     something young, or published, while a sweep holds the claim waits until that removal must have happened, and looks again.
const (
	// removal is the longest time between the last look at an object and its removal.
	removal = time.Second
	// settle is how long such a removal may still take effect.
	settle = 3 * removal
	// sweepTTL is how long the claim of a sweep that died holds.
	sweepTTL = 15 * time.Second
)

// sweepKey is the key of the claim that sweeps hold.
var sweepKey = ziplaw.Key(ziplaw.IDOf([]byte("the sweep of a bucket")).Hex())

// SweepRunningError says that somebody else sweeps the bucket.
type SweepRunningError struct{ Holder Holder }

// Error names who sweeps.
func (e *SweepRunningError) Error() string { return "the store is swept by " + e.Holder.Owner }

// Sweep runs a function that removes objects, as the only one that does so in the bucket. Its context ends where the claim is lost.
func (s *Store) Sweep(ctx context.Context, owner string, remove func(context.Context) error) error {
	claim, holder, err := s.Claim(ctx, sweepKey, owner, sweepTTL)
	if err != nil {
		return err
	}
	if claim == nil {
		return &SweepRunningError{holder}
	}
	defer func() {
		released, cancel := context.WithTimeout(context.WithoutCancel(ctx), sweepTTL)
		defer cancel()
		_ = claim.Release(released) // or it lapses
	}()
	sweeping, cancel := context.WithCancelCause(ctx)
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		if err := claim.Keep(sweeping); err != nil {
			cancel(err)
		}
	}()
	defer func() { cancel(nil); <-kept }()
	if err := remove(sweeping); err != nil {
		if cause := context.Cause(sweeping); cause != nil && ctx.Err() == nil {
			return cause
		}
		return err
	}
	return nil
}

// Settle waits until everybody who used the bucket before a sweep had its claim has either said so or sees the claim.
func (s *Store) Settle(ctx context.Context) error { return wait(ctx, settle) }

// Sweeping says whether somebody sweeps the bucket.
func (s *Store) Sweeping(ctx context.Context) (bool, error) {
	c, etag, age, err := s.readClaim(ctx, sweepKey)
	return err == nil && c.Token > 0 && s.holds(c, etag, age), err
}

// outlive makes sure that what was published while somebody sweeps is still there when that can't take it any more.
func (s *Store) outlive(ctx context.Context, key ziplaw.Key) error {
	sweeping, err := s.Sweeping(ctx)
	if err != nil || !sweeping {
		return err
	}
	if err := wait(ctx, settle); err != nil {
		return err
	}
	f, err := s.find(ctx, key)
	if err == nil && !f.whole {
		err = fail("publish", EntryName(key), errSwept)
	}
	return err
}

// errSwept says that a sweep took something in the moment in which it was used. It is made again.
var errSwept = errors.New("a sweep of the store took some of it meanwhile")

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// Object is an object of the bucket as a listing shows it.
type Object struct {
	Name     string
	Size     int64
	Modified time.Time // by the server's clock
}

// Objects lists the objects whose names begin with a prefix, in the order of their bytes.
func (s *Store) Objects(ctx context.Context, prefix string) ([]Object, error) {
	all, err := s.list(ctx, prefix)
	objects := make([]Object, len(all))
	for i, o := range all {
		objects[i] = Object{Name: o.name, Size: o.size, Modified: o.modified}
	}
	return objects, err
}

// RemoveOld removes an object that is as old as a time, for a sweep. It stays where somebody has put it again since: false. A removal
// that takes too long after the look at the object's time begins again with a look.
func (s *Store) RemoveOld(ctx context.Context, name string, before time.Time) (removed bool, err error) {
	for range removeTries {
		removed, err = s.removeOnce(ctx, name, before.Truncate(time.Second)) // times of objects are told in whole seconds
		if err == nil || ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			break
		}
	}
	return removed, err
}

// removeTries is how often a removal is tried that takes too long.
const removeTries = 8

func (s *Store) removeOnce(ctx context.Context, name string, before time.Time) (bool, error) {
	looked := time.Now()
	info, err := s.client.StatObject(ctx, s.bucket, name, minio.StatObjectOptions{})
	if err = absent(err); errors.Is(err, errAbsent) {
		return false, nil
	}
	if err != nil {
		return false, fail("look for", name, err)
	}
	if !info.LastModified.Before(before) {
		return false, nil
	}
	ctx, cancel := context.WithDeadline(ctx, looked.Add(removal))
	defer cancel()
	return true, s.remove(ctx, name)
}

// Upload is an upload of many parts that nobody has finished.
type Upload struct {
	Name    string
	ID      string
	Size    int64
	Started time.Time
}

// Uploads lists unfinished uploads. Some servers name none without the name of an object.
func (s *Store) Uploads(ctx context.Context) ([]Upload, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var all []Upload
	for u := range s.client.ListIncompleteUploads(ctx, s.bucket, "", true) {
		if u.Err != nil {
			return nil, fail("list uploads to", "bucket "+s.bucket, u.Err)
		}
		all = append(all, Upload{Name: u.Key, ID: u.UploadID, Size: u.Size, Started: u.Initiated})
	}
	return all, fail("list uploads to", "bucket "+s.bucket, ctx.Err())
}

// Abort ends an unfinished upload and frees its parts.
func (s *Store) Abort(ctx context.Context, u Upload) error {
	err := s.core.AbortMultipartUpload(ctx, s.bucket, u.Name, u.ID)
	if minio.ToErrorResponse(err).Code == "NoSuchUpload" {
		return nil
	}
	return fail("end the upload of", u.Name, err)
}

// IsSweep says whether a claim is that of sweeps.
func IsSweep(key ziplaw.Key) bool { return key == sweepKey }

// ArtifactOf is the artifact that an object holds.
func ArtifactOf(name string) (ziplaw.ArtifactID, bool) {
	a, b, ok := strings.Cut(strings.TrimPrefix(name, artifactPrefix), "/")
	id := ziplaw.ArtifactID("sha256:" + a + b)
	return id, ok && len(a) == 2 && strings.HasPrefix(name, artifactPrefix) && id.Validate() == nil
}

// EntryOf is the action of which an object is the entry.
func EntryOf(name string) (ziplaw.Key, bool) { return keyIn(name, entryPrefix) }

// ClaimOf is the action on which an object is the claim.
func ClaimOf(name string) (ziplaw.Key, bool) { return keyIn(name, claimPrefix) }

func keyIn(name, prefix string) (ziplaw.Key, bool) {
	rest, found := strings.CutPrefix(name, prefix)
	text, isJSON := strings.CutSuffix(rest, ".json")
	key := ziplaw.Key(text)
	return key, found && isJSON && checkKey(key) == nil
}

// CheckpointOf is the action of which an object is a checkpoint.
func CheckpointOf(name string) (ziplaw.Key, bool) {
	rest, found := strings.CutPrefix(name, checkpointsPrefix)
	text, _, _ := strings.Cut(rest, "/")
	key := ziplaw.Key(text)
	if !found || checkKey(key) != nil {
		return "", false
	}
	_, ok := parsePlace(key, name)
	return key, ok
}

// StudyOf is the version of a study that an object holds.
func StudyOf(name string) (study, version string, ok bool) {
	if !strings.HasPrefix(name, studyPrefix) {
		return "", "", false
	}
	study, version, ok = parseStudy(name)
	return study, version, ok && checkNames(study, version) == nil
}

// ArtifactName is the name of an artifact's object.
func ArtifactName(id ziplaw.ArtifactID) string { return artifactName(id) }

// Adopt makes a record that is in the store the result of its action, unless there is another one whole.
func (s *Store) Adopt(ctx context.Context, record ziplaw.ArtifactID) error {
	var rec ziplaw.Record
	if err := s.GetJSON(ctx, record, &rec); err != nil {
		return err
	}
	e := Entry{Key: rec.Key, Record: record, Attempt: rec.Attempt, Preimage: rec.Preimage}
	if err := errors.Join(checkKey(e.Key), e.Validate()); err != nil {
		return fmt.Errorf("record %s: %w", record, err)
	}
	if _, err := s.publish(ctx, e); err != nil {
		return err
	}
	return s.outlive(ctx, rec.Key)
}
