package cache

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw"
)

// origin is a store of a few artifacts that counts what is read of it.
type origin struct {
	mu    sync.Mutex
	bytes map[ziplaw.ArtifactID][]byte
	reads atomic.Int64
	err   error
}

func (o *origin) add(b []byte) ziplaw.ArtifactID {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bytes == nil {
		o.bytes = map[ziplaw.ArtifactID][]byte{}
	}
	id := ziplaw.IDOf(b)
	o.bytes[id] = b
	return id
}

func (o *origin) open(_ context.Context, id ziplaw.ArtifactID) (io.ReadCloser, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.reads.Add(1)
	if o.err != nil {
		return nil, o.err
	}
	return io.NopCloser(bytes.NewReader(o.bytes[id])), nil
}

func open(t *testing.T, dir string, limit int64, o *origin) *Cache {
	t.Helper()
	c, err := New(dir, limit, o.open)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func check(t *testing.T, c *Cache, id ziplaw.ArtifactID, want []byte) {
	t.Helper()
	m, err := c.Get(t.Context(), id)
	if err != nil {
		t.Error(err)
		return
	}
	got := make([]byte, m.Len())
	if _, err := m.ReadAt(got, 0); err != nil && len(got) > 0 || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, error %v; want %d", len(got), err, len(want))
	}
}

// TestFilledOnce: many readers in several processes (caches of one folder) fetch an artifact once.
func TestFilledOnce(t *testing.T) {
	o, dir := &origin{}, t.TempDir()
	b := bytes.Repeat([]byte("document "), 1<<16)
	id := o.add(b)
	empty := o.add(nil)
	var all sync.WaitGroup
	for range 4 {
		c := open(t, dir, 0, o)
		for range 8 {
			all.Go(func() { check(t, c, id, b) })
		}
	}
	all.Wait()
	if n := o.reads.Load(); n != 1 {
		t.Errorf("fetched %d times", n)
	}
	check(t, open(t, dir, 0, o), empty, nil)
}

// TestLimit: what was used longest ago goes first, and who reads it reads on.
func TestLimit(t *testing.T) {
	o, dir := &origin{}, t.TempDir()
	c := open(t, dir, 2500, o)
	var ids []ziplaw.ArtifactID
	contents := [][]byte{}
	for i := range 3 {
		contents = append(contents, bytes.Repeat([]byte{byte(i)}, 1000))
		ids = append(ids, o.add(contents[i]))
	}
	check(t, c, ids[0], contents[0])
	check(t, c, ids[1], contents[1])
	old := time.Now().Add(-time.Minute)
	if err := os.Chtimes(c.path(ids[1]), old, old); err != nil {
		t.Fatal(err)
	}
	stale := filepath.Join(dir, ids[0].Hex()+partial+"-1")
	if err := os.WriteFile(stale, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(stale, old.Add(-2*abandoned), old.Add(-2*abandoned)); err != nil {
		t.Fatal(err)
	}
	check(t, c, ids[2], contents[2])
	var names []string
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if len(names) != 2 || fmt.Sprint(names) == "" {
		t.Errorf("left: %v", names)
	}
	if _, err := os.Stat(c.path(ids[1])); err == nil {
		t.Error("the artifact used longest ago is there")
	}
	check(t, c, ids[1], contents[1]) // it is still mapped
	if n := o.reads.Load(); n != 3 {
		t.Errorf("fetched %d times", n)
	}
	check(t, open(t, dir, 2500, o), ids[1], contents[1])
	if n := o.reads.Load(); n != 4 {
		t.Errorf("fetched %d times", n)
	}
}

// TestDamage: a file that isn't what its name says is fetched again; what the origin reports is told, and nothing is left.
func TestDamage(t *testing.T) {
	o, dir := &origin{}, t.TempDir()
	b := []byte("documents")
	id := o.add(b)
	for _, damaged := range []string{"", "document", "documentz"} {
		if err := os.WriteFile(filepath.Join(dir, id.Hex()), []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		check(t, open(t, dir, 0, o), id, b)
	}
	lost := o.add([]byte("lost"))
	o.err = errors.New("the store is away")
	if _, err := open(t, dir, 0, o).Get(t.Context(), lost); !errors.Is(err, o.err) {
		t.Errorf("error %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left: %v", entries)
	}
}

// TestFolder: a folder that can't be used is named.
func TestFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := New(file, 0, (&origin{}).open)
	if e, ok := errors.AsType[*Error](err); !ok || e.Dir != file || !strings.Contains(e.Error(), "--cache-dir") {
		t.Errorf("error %v", err)
	}
	o := &origin{}
	b := []byte("documents")
	id := o.add(b)
	c := open(t, filepath.Join(t.TempDir(), "cache"), 0, o)
	if err := os.RemoveAll(c.dir); err != nil {
		t.Fatal(err)
	}
	check(t, c, id, b) // the folder is made again
	if err := errors.Join(os.RemoveAll(c.dir), os.WriteFile(c.dir, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Get(t.Context(), ziplaw.IDOf([]byte("x"))); !errors.As(err, new(*Error)) {
		t.Errorf("error %v", err)
	}
	if _, err := c.Get(t.Context(), "sha256:../x"); err == nil {
		t.Error("a name that is no id")
	}
}

// TestNothingElseGoes: files of others in the folder stay, however full it is.
func TestNothingElseGoes(t *testing.T) {
	o, dir := &origin{}, t.TempDir()
	old := time.Now().Add(-2 * abandoned)
	others := []string{"thesis.txt", "thesis.part", "abc" + partial + "-1"}
	for _, name := range others {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, make([]byte, 1000), 0o600), os.Chtimes(path, old, old)); err != nil {
			t.Fatal(err)
		}
	}
	b := []byte("documents")
	check(t, open(t, dir, 1, o), o.add(b), b)
	for _, name := range others {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

// TestMappedIsUsed: an artifact that a process has mapped already is used when it is asked for.
func TestMappedIsUsed(t *testing.T) {
	o, dir := &origin{}, t.TempDir()
	c := open(t, dir, 2500, o)
	var ids []ziplaw.ArtifactID
	for i := range 3 {
		ids = append(ids, o.add(bytes.Repeat([]byte{byte(i)}, 1000)))
	}
	for i, id := range ids[:2] {
		check(t, c, id, o.bytes[id])
		old := time.Now().Add(time.Duration(i-2) * time.Minute)
		if err := os.Chtimes(c.path(id), old, old); err != nil {
			t.Fatal(err)
		}
	}
	for _, i := range []int{0, 2} {
		check(t, c, ids[i], o.bytes[ids[i]])
	}
	for i, want := range []bool{true, false, true} {
		if _, err := os.Stat(c.path(ids[i])); (err == nil) != want {
			t.Errorf("artifact %d: %v", i, err)
		}
	}
}

// TestNoRoom: processes that share a folder with room for nothing get what they ask for.
func TestNoRoom(t *testing.T) {
	o, dir := &origin{}, t.TempDir()
	var all sync.WaitGroup
	for p := range 4 {
		c := open(t, dir, 1, o)
		for i := range 50 {
			b := fmt.Appendf(nil, "%d of process %d", i, p)
			id := o.add(b)
			all.Go(func() { check(t, c, id, b) })
		}
	}
	all.Wait()
}
