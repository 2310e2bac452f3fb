package content

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func gz(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

func zst(data []byte, options ...zstd.EOption) []byte {
	var b bytes.Buffer
	w, _ := zstd.NewWriter(&b, append(options, zstd.WithEncoderConcurrency(1))...)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

func join(parts ...[]byte) []byte { return slices.Concat(parts...) }

// readFile reads a file through a Content.
func readFile(t testing.TB, path string) ([]byte, *Content, error) {
	t.Helper()
	c, err := Open(path, Options{})
	if err != nil {
		return nil, nil, err
	}
	t.Cleanup(func() { _ = c.Close() })
	data, err := io.ReadAll(c)
	return data, c, err
}

// wants expects an *Error of a kind, whose message has the name once and all parts.
func wants(t testing.TB, what string, err error, kind Kind, parts ...string) {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Kind != kind {
		t.Errorf("%s: error %T %v, want one of kind %q", what, err, err, kind)
		return
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%s: error %q doesn't say %q", what, err, part)
		}
	}
	if e.Name == "" || strings.Count(err.Error(), filepath.Base(e.Name)) != 1 {
		t.Errorf("%s: error %q doesn't name %q once", what, err, e.Name)
	}
	if Skippable(err) != (kind != Misuse) {
		t.Errorf("%s: error %q is skippable: %v", what, err, Skippable(err))
	}
}

// all reads all documents of data as a file called name.
func all(t testing.TB, name string, data []byte, o DocumentOptions) (docs [][]int32, d *Documents, err error) {
	t.Helper()
	d, err = NewDocuments(New(name, bytes.NewReader(data), Options{}), o)
	if err != nil {
		t.Fatal(err)
	}
	docs, err = rest(d)
	return docs, d, err
}

func rest(d *Documents) (docs [][]int32, err error) {
	var buffer []int32
	for {
		buffer, err = d.Next(buffer[:0])
		if errors.Is(err, io.EOF) {
			return docs, nil
		}
		if err != nil {
			return docs, err
		}
		docs = append(docs, slices.Clone(buffer))
	}
}

func equal(a, b [][]int32) bool { return slices.EqualFunc(a, b, slices.Equal[[]int32]) }

// endless is a reader of one byte without an end.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for n := copy(p, []byte{byte(e)}); n > 0 && n < len(p); n *= 2 {
		copy(p[n:], p[:n])
	}
	return len(p), nil
}

// readSome reads all, or limit bytes of it.
func readSome(r io.Reader, limit int64) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, limit))
}

// allocated is how many bytes a function allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
