package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"
)

// errAbsent says that there is no such object.
var errAbsent = errors.New("no such object")

// readTries is how often a read is begun again when the connection breaks within the body.
const readTries = 3

// object is an object read whole, with what a conditional write over it needs, and its time.
type object struct {
	body []byte
	etag string
	// age is the time since it was written, in whole seconds and by the server's clock alone; less than 0 where the server
	// doesn't say what time it is.
	age time.Duration
}

// get reads an object whole. An object that isn't there is errAbsent.
func (s *Store) get(ctx context.Context, name string) (o object, err error) {
	for range readTries {
		if o, err = s.getOnce(ctx, name); err == nil || errors.Is(err, errAbsent) || ctx.Err() != nil {
			break
		}
	}
	return o, fail("read", name, err)
}

func (s *Store) getOnce(ctx context.Context, name string) (object, error) {
	body, info, header, err := s.core.GetObject(ctx, s.bucket, name, minio.GetObjectOptions{})
	if err != nil {
		return object{}, absent(err)
	}
	defer body.Close()
	var b bytes.Buffer
	b.Grow(int(max(0, info.Size)) + bytes.MinRead)
	if _, err := b.ReadFrom(body); err != nil {
		return object{}, err
	}
	if int64(b.Len()) != info.Size {
		return object{}, io.ErrUnexpectedEOF
	}
	return object{body: b.Bytes(), etag: info.ETag, age: ageOf(info, header)}, nil
}

// ageOf is how old an object was when the server answered.
func ageOf(info minio.ObjectInfo, header http.Header) time.Duration {
	answered, err := http.ParseTime(header.Get("Date"))
	if err != nil || info.LastModified.IsZero() {
		return -1
	}
	return max(0, answered.Sub(info.LastModified))
}

// put writes an object unconditionally. The server checks the bytes by their sha256 as they arrive. Parts of a reader that
// can't go back are held until they have arrived, so that they can be sent again.
func (s *Store) put(ctx context.Context, name string, r io.Reader, size int64) error {
	o := putOptions()
	if _, seeks := r.(io.Seeker); !seeks {
		if size > streamPart {
			o.ConcurrentStreamParts, o.NumThreads, o.PartSize = true, 2, streamPart
		} else {
			b := make([]byte, size)
			if _, err := io.ReadFull(r, b); err != nil {
				return fmt.Errorf("store: write %s: read: %w", name, err)
			}
			r = bytes.NewReader(b)
		}
	}
	_, err := s.client.PutObject(ctx, s.bucket, name, r, size, o)
	return fail("write", name, err)
}

// partSize is the size of the parts of a large upload; smaller objects go in one.
const partSize = 64 << 20

// streamPart is the size of the parts of a stream, of which two are held: 10,000 of them, which is all that S3 takes, are 80 GB.
const streamPart = 8 << 20

func putOptions() minio.PutObjectOptions {
	// Without DisableContentSha256 some servers see a bad digest in the signed trailer.
	return minio.PutObjectOptions{DisableContentSha256: true, Checksum: minio.ChecksumSHA256, PartSize: partSize}
}

// putIf writes a small object on a condition: that its etag is the given one, or that there is none where etag is
// empty. False without an error says that the condition failed, which an earlier try of our own may have brought
// about; an error says that nobody knows. The caller reads the object and decides.
func (s *Store) putIf(ctx context.Context, name string, body []byte, etag string) (newTag string, ok bool, err error) {
	o := putOptions()
	o.DisableMultipart = true
	if etag == "" {
		o.SetMatchETagExcept("*")
	} else {
		o.SetMatchETag(etag)
	}
	info, err := s.client.PutObject(ctx, s.bucket, name, bytes.NewReader(body), int64(len(body)), o)
	switch {
	case err == nil:
		return info.ETag, true, nil
	case refused(err):
		return "", false, nil
	}
	return "", false, fail("write on condition", name, err)
}

// refused recognises a failed condition: 412, 409 for writers at the same moment on AWS, 404 for If-Match on nothing.
func refused(err error) bool {
	switch r := minio.ToErrorResponse(err); r.StatusCode {
	case http.StatusPreconditionFailed:
		return true
	case http.StatusConflict:
		return r.Code == "ConditionalRequestConflict"
	case http.StatusNotFound:
		return r.Code == minio.NoSuchKey
	}
	return false
}

// absent turns the server's answer for a missing object into errAbsent.
func absent(err error) error {
	if r := minio.ToErrorResponse(err); r.StatusCode == http.StatusNotFound && r.Code != minio.NoSuchBucket {
		return errAbsent
	}
	return err
}

// listed is an object in a listing.
type listed struct {
	name     string
	modified time.Time
	size     int64
}

// list gives the objects whose names begin with the prefix, in the order of their bytes.
func (s *Store) list(ctx context.Context, prefix string) ([]listed, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var all []listed
	for o := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if o.Err != nil {
			return nil, fail("list", prefix, o.Err)
		}
		all = append(all, listed{name: o.Key, modified: o.LastModified, size: o.Size})
	}
	return all, fail("list", prefix, ctx.Err())
}

// remove deletes an object, in a versioned bucket with all its versions.
func (s *Store) remove(ctx context.Context, name string) error {
	if s.versioned {
		return s.removeVersions(ctx, name)
	}
	return fail("remove", name, s.client.RemoveObject(ctx, s.bucket, name, minio.RemoveObjectOptions{}))
}

// removeVersions deletes every version of an object that there is now, by its id, and so leaves no delete marker and
// takes nothing from whoever writes the object meanwhile.
func (s *Store) removeVersions(ctx context.Context, name string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for o := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: name, Recursive: true, WithVersions: true}) {
		if o.Err != nil {
			return fail("list versions of", name, o.Err)
		}
		if o.Key != name {
			continue
		}
		if err := s.client.RemoveObject(ctx, s.bucket, name, minio.RemoveObjectOptions{VersionID: o.VersionID}); err != nil {
			return fail("remove", name, err)
		}
	}
	return fail("remove", name, ctx.Err())
}
