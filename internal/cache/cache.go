// Package cache keeps artifacts of the store in files of this machine, up to a number of bytes, so that the cells which
// read one data set fetch it once. Several processes share a folder: each artifact is fetched by one of them, and the
// ones that were used last stay.
//
// Files are mapped into memory, from which the system takes pages back as it likes. A file that is dropped while
// somebody reads it goes when the reading ends.
package cache

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/exp/mmap"
	"golang.org/x/sync/singleflight"

	"github.com/ziplaw/ziplaw"
)

// DefaultLimit is the bytes that a cache keeps by default.
const DefaultLimit = 8 << 30

// mostMapped is how many files stay mapped for whoever asks next.
const mostMapped = 1024

// Open reads an artifact from where it is kept for good. Its last read fails where the bytes aren't the artifact's.
type Open func(ctx context.Context, id ziplaw.ArtifactID) (io.ReadCloser, error)

// Cache is a folder of artifacts. Goroutines share it.
type Cache struct {
	dir     string
	limit   int64
	origin  Open
	mapped  *lru.Cache[ziplaw.ArtifactID, *mmap.ReaderAt]
	opening singleflight.Group
}

// New is a cache in a folder, which it makes, of what an origin has. A limit of 0 is DefaultLimit.
func New(dir string, limit int64, origin Open) (*Cache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, failed(dir, err)
	}
	probe, err := os.CreateTemp(dir, "probe-*")
	if err != nil {
		return nil, failed(dir, err)
	}
	if err := cmp.Or(probe.Close(), os.Remove(probe.Name())); err != nil {
		return nil, failed(dir, err)
	}
	c := &Cache{dir: dir, limit: cmp.Or(limit, DefaultLimit), origin: origin}
	c.mapped, err = lru.New[ziplaw.ArtifactID, *mmap.ReaderAt](mostMapped)
	return c, err
}

// Error says that the cache's folder can't be used.
type Error struct {
	Dir string
	Err error
}

func (e *Error) Error() string {
	return fmt.Sprintf("cache %s: %v (--cache-dir names another folder)", e.Dir, e.Err)
}

// Unwrap is what the system said.
func (e *Error) Unwrap() error { return e.Err }

func failed(dir string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Dir: dir, Err: err}
}

// Get maps an artifact, which is fetched where it isn't there. The file is unmapped when nobody holds it any more.
// Errors are the origin's, *Error, or the context's.
func (c *Cache) Get(ctx context.Context, id ziplaw.ArtifactID) (*mmap.ReaderAt, error) {
	if m, ok := c.mapped.Get(id); ok {
		_ = c.touch(id) // another process may have dropped it
		return m, nil
	}
	opened := c.opening.DoChan(string(id), func() (any, error) { return c.open(context.WithoutCancel(ctx), id) })
	select {
	case r := <-opened:
		m, _ := r.Val.(*mmap.ReaderAt)
		return m, r.Err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (c *Cache) open(ctx context.Context, id ziplaw.ArtifactID) (*mmap.ReaderAt, error) {
	if err := id.Validate(); err != nil {
		return nil, err
	}
	m, err := c.kept(id)
	if err != nil || m == nil {
		m, err = c.fill(ctx, id)
	}
	if err != nil {
		return nil, err
	}
	c.mapped.Add(id, m)
	return m, nil
}

func (c *Cache) path(id ziplaw.ArtifactID) string { return filepath.Join(c.dir, id.Hex()) }

// kept maps the file of an artifact; nil where there is none, or where it isn't what its name says, and then it is removed.
func (c *Cache) kept(id ziplaw.ArtifactID) (*mmap.ReaderAt, error) {
	if c.touch(id) != nil {
		return nil, nil //nolint:nilerr // there is none
	}
	m, err := mmap.Open(c.path(id))
	if err != nil {
		return nil, nil //nolint:nilerr // somebody dropped it just now
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(m, 0, int64(m.Len()))); err != nil {
		return nil, failed(c.dir, err)
	}
	if ziplaw.IDOfSum(sum.Sum(nil)) == id {
		return m, nil
	}
	_ = m.Close()
	return nil, c.remove(id.Hex())
}

// touch says that an artifact is used now: the time of a file is that of its last use.
func (c *Cache) touch(id ziplaw.ArtifactID) error {
	now := time.Now()
	return os.Chtimes(c.path(id), now, now)
}

// fill fetches an artifact unless another process does, for which it waits. A folder that somebody took away is made again.
func (c *Cache) fill(ctx context.Context, id ziplaw.ArtifactID) (*mmap.ReaderAt, error) {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return nil, failed(c.dir, err)
	}
	lock := flock.New(c.path(id) + partial)
	if _, err := lock.TryLockContext(ctx, lockPoll); err != nil {
		return nil, cmp.Or(context.Cause(ctx), failed(c.dir, err))
	}
	defer func() {
		_ = os.Remove(lock.Path()) // whoever waits on it looks first whether the artifact is there
		_ = lock.Unlock()
	}()
	if m, err := c.kept(id); err != nil || m != nil {
		return m, err
	}
	m, err := c.fetch(ctx, id)
	if err != nil {
		return nil, err
	}
	return m, c.trim()
}

// lockPoll is how often a process looks whether another has fetched what it needs.
const lockPoll = 20 * time.Millisecond

// fetch makes the file of an artifact, as a whole or not at all. It is mapped before it has its name, by which whoever trims
// the folder may drop it at once.
func (c *Cache) fetch(ctx context.Context, id ziplaw.ArtifactID) (*mmap.ReaderAt, error) {
	from, err := c.origin(ctx, id)
	if err != nil {
		return nil, err
	}
	defer func() { _ = from.Close() }()
	to, err := os.CreateTemp(c.dir, id.Hex()+partial+"-*")
	if err != nil {
		return nil, failed(c.dir, err)
	}
	defer func() { _ = os.Remove(to.Name()) }()
	_, err = io.Copy(&marked{w: to, dir: c.dir}, from)
	if err := cmp.Or(err, failed(c.dir, to.Close())); err != nil {
		return nil, err
	}
	m, err := mmap.Open(to.Name())
	if err != nil {
		return nil, failed(c.dir, err)
	}
	return m, failed(c.dir, os.Rename(to.Name(), c.path(id)))
}

// marked tells errors of the folder from those of the origin.
type marked struct {
	w   io.Writer
	dir string
}

func (m *marked) Write(p []byte) (int, error) {
	n, err := m.w.Write(p)
	return n, failed(m.dir, err)
}
