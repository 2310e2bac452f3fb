package content

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"
)

var sample = []byte(strings.Repeat("the quick brown fox jumps over the lazy dog\n", 20))

func TestContentOfFiles(t *testing.T) {
	skippable := []byte{0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'}
	for _, test := range []struct {
		name, base string
		data       []byte
		compressed bool
	}{
		{"a.txt", "a.txt", sample, false},
		{"a.JSONL.GZ", "a.JSONL", gz(sample), true},
		{"a.zst", "a", zst(sample), true},
		{"a.npy.zstd", "a.npy", zst(sample), true},
		{"members.gz", "members", join(gz(sample[:100]), gz(nil), gz(sample[100:])), true},
		{"frames.zst", "frames", join(zst(sample[:100]), skippable, zst(sample[100:])), true},
		{"skipped.zst", "skipped", join(skippable, zst(sample), skippable), true},
		{"archive", "archive", gz(sample), false},
	} {
		path := write(t, test.name, test.data)
		data, c, err := readFile(t, path)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		want := sample
		if !test.compressed {
			want = test.data
		}
		if !bytes.Equal(data, want) {
			t.Errorf("%s: %d bytes, want %d", test.name, len(data), len(want))
		}
		if c.Name() != path || filepath.Base(c.Base()) != test.base || c.Compressed() != test.compressed {
			t.Errorf("%s: name %q, base %q, compressed %v", test.name, c.Name(), c.Base(), c.Compressed())
		}
		if n := int64(len(test.data)); c.Size() != n || c.Taken() != n || c.Sum() != sha256.Sum256(test.data) {
			t.Errorf("%s: size %d, taken %d, sum %x", test.name, c.Size(), c.Taken(), c.Sum())
		}
		if n, err := c.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
			t.Errorf("%s: after the end: %d, %v", test.name, n, err)
		}
	}
}

func TestContentOfStreams(t *testing.T) {
	for name, data := range map[string][]byte{"-": sample, "b.jsonl": gz(sample), "stdin": zst(sample), "c.gz": gz(sample)} {
		c := New(name, iotest.OneByteReader(bytes.NewReader(data)), Options{})
		if c.Compressed() != (name != "-") || c.Size() != -1 {
			t.Errorf("%s: compressed %v, size %d", name, c.Compressed(), c.Size())
		}
		if got, err := io.ReadAll(iotest.HalfReader(c)); err != nil || !bytes.Equal(got, sample) || c.Sum() != sha256.Sum256(data) {
			t.Errorf("%s: %d bytes, %v, sum %x", name, len(got), err, c.Sum())
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, short := range []string{"", "\x1f", "\x28\xb5"} {
		if got, err := io.ReadAll(New("-", strings.NewReader(short), Options{})); err != nil || string(got) != short {
			t.Errorf("%q: %q, %v", short, got, err)
		}
	}
	_, err := io.ReadAll(New("c.gz", bytes.NewReader(sample), Options{}))
	wants(t, "plain stream", err, NotCompressed, "its name says gzip, but its content isn't")
}

func TestNoFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "inner.d")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	fifo, socket := filepath.Join(dir, "fifo.gz"), filepath.Join(dir, "wire")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for path, what := range map[string]string{
		dir: "is a folder", fifo: "is a pipe", socket: "is a socket", "/dev/zero": "is a device", "/dev/null": "is a device",
	} {
		_, _, err := readFile(t, path)
		wants(t, path, err, NotAFile, what)
		if path != fifo {
			_, err := Open(path, Options{Pipes: true})
			wants(t, path, err, NotAFile, what)
		}
	}
	_, _, err = readFile(t, filepath.Join(dir, "none"))
	wants(t, "missing", err, Unreadable, "no such file")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
}

func TestPipes(t *testing.T) {
	for what, parts := range map[string][][]byte{
		"plain": {sample[:10], sample[10:]}, "compressed.gz": {gz(sample)[:20], gz(sample)[20:]}, "nothing": nil,
	} {
		path := filepath.Join(t.TempDir(), what)
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Open(path, Options{Pipes: true})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() {
			time.Sleep(20 * time.Millisecond) // the reader is there first, and waits
			w, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				done <- err
				return
			}
			for _, part := range parts {
				_, _ = w.Write(part)
				time.Sleep(10 * time.Millisecond)
			}
			done <- w.Close()
		}()
		want := sample
		if parts == nil {
			want = nil
		}
		if got, err := io.ReadAll(c); err != nil || !bytes.Equal(got, want) || c.Size() != -1 {
			t.Errorf("%s: %d bytes, %v", what, len(got), err)
		}
		if err := errors.Join(<-done, c.Close()); err != nil {
			t.Error(err)
		}
	}
}

// A reader that waits for a writer ends with Close.
func TestPipeCloses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Open(path, Options{Pipes: true})
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan error, 1)
	go func() {
		_, err := c.Read(make([]byte, 1))
		read <- err
	}()
	select {
	case err := <-read:
		t.Fatalf("read without a writer: %v", err)
	case <-time.After(30 * time.Millisecond):
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-read:
		if !errors.Is(err, os.ErrClosed) || Skippable(err) {
			t.Errorf("read: %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("Close doesn't end the reading")
	}
}

func TestBadArchives(t *testing.T) {
	damaged := func(data []byte, at int) []byte {
		data = bytes.Clone(data)
		data[at] ^= 0x55
		return data
	}
	noise := make([]byte, 1000)
	for i, r := 0, rand.New(rand.NewPCG(1, 2)); i < len(noise); i++ {
		noise[i] = byte(r.Uint32())
	}
	z, zs := gz(sample), zst(noise)
	reserved := bytes.Clone(z)
	reserved[3] = 0xe0
	dictionary := join([]byte{0x28, 0xb5, 0x2f, 0xfd, 0x21, 7, 1}, []byte{9, 0, 0, 'a'})
	for _, test := range []struct {
		name string
		data []byte
		kind Kind
		part string
	}{
		{"empty.gz", nil, Truncated, "it is empty"},
		{"empty.zst", nil, Truncated, "it is empty"},
		{"plain.gz", sample, NotCompressed, "says gzip, but its content isn't"},
		{"plain.zst", sample, NotCompressed, "says zstd, but its content isn't"},
		{"other.gz", zs, NotCompressed, "but it is zstd"},
		{"other.zst", z, NotCompressed, "but it is gzip"},
		{"sum.gz", damaged(z, len(z)-8), Damaged, "checksum"},
		{"length.gz", damaged(z, len(z)-1), Damaged, "checksum"},
		{"header.gz", reserved, Damaged, "damaged"},
		{"body.gz", damaged(z, 12), Damaged, "archive"},
		{"sum.zst", damaged(zs, len(zs)-1), Damaged, "checksum"},
		{"body.zst", damaged(zs, 100), Damaged, "checksum"},
		{"garbage.gz", join(z, []byte("garbage")), Trailing, "something else follows"},
		{"padded.gz", join(z, make([]byte, 512)), Trailing, "zero bytes follow"},
		{"garbage.zst", join(zs, []byte("garbage")), Trailing, "something else follows"},
		{"padded.zst", join(zs, make([]byte, 512)), Trailing, "follow"},
		{"cut.zst", join(zs, zs[:3]), Truncated, "cut off"},
		{"cut.gz", join(z, z[:2]), Truncated, "cut off"},
		{"window.zst", []byte{0x28, 0xb5, 0x2f, 0xfd, 0, (28 - 10) << 3, 1, 0, 0}, Unsupported, "128 MiB"},
		{"single.zst", []byte{0x28, 0xb5, 0x2f, 0xfd, 0xa0, 1, 0, 0, 8, 1, 0, 0}, Unsupported, "128 MiB"},
		{"dictionary.zst", dictionary, Unsupported, "dictionary"},
	} {
		_, c, err := readFile(t, write(t, test.name, test.data))
		wants(t, test.name, err, test.kind, test.part)
		if c.Sum() != [32]byte{} {
			t.Errorf("%s has a sum", test.name)
		}
	}
}

// An archive cut anywhere is an error, whatever of it could be decoded.
func TestTruncatedArchives(t *testing.T) {
	for name, data := range map[string][]byte{"a.gz": gz(sample), "a.zst": zst(sample), "b.zst": zst(sample[:9])} {
		for n := range data {
			c := New(name, bytes.NewReader(data[:n]), Options{})
			got, err := io.ReadAll(c)
			wants(t, fmt.Sprintf("%s of %d bytes", name, n), err, Truncated)
			if !bytes.HasPrefix(sample, got) {
				t.Errorf("%s of %d bytes decodes to %q", name, n, got)
			}
		}
	}
	named := []byte{0x1f, 0x8b, 8, 8 + 16, 0, 0, 0, 0, 0, 3, 'n', 'a', 'm', 'e', 0, 'c', 0}
	for n := range named {
		_, err := io.ReadAll(New("n.gz", bytes.NewReader(named[:n]), Options{}))
		wants(t, fmt.Sprintf("header of %d bytes", n), err, Truncated)
	}
}

func TestFailingSource(t *testing.T) {
	cause := errors.New("the disk is gone")
	for _, name := range []string{"a", "a.gz", "a.zst"} {
		data := map[string][]byte{"a": sample, "a.gz": gz(sample), "a.zst": zst(sample)}[name]
		for _, n := range []int{0, 2, len(data) / 2} {
			c := New(name, io.MultiReader(bytes.NewReader(data[:n]), iotest.ErrReader(cause)), Options{})
			_, err := io.ReadAll(c)
			if e, ok := errors.AsType[*Error](err); !ok || e.Kind != Unreadable || !errors.Is(err, cause) || err.Error() != name+": "+cause.Error() {
				t.Errorf("%s after %d bytes: %v", name, n, err)
			}
		}
	}
	c := New("a", iotest.ErrReader(fmt.Errorf("stopped: %w", context.Canceled)), Options{})
	if _, err := io.ReadAll(c); Skippable(err) || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestErrors(t *testing.T) {
	for _, err := range []error{nil, io.EOF, errors.New("any"), context.Canceled, fmt.Errorf("x: %w", context.DeadlineExceeded),
		&Error{Kind: Unreadable, Err: syscall.EMFILE}, &Error{Kind: Misuse, Err: io.EOF}} {
		if Skippable(err) {
			t.Errorf("%v is skippable", err)
		}
	}
	if err := fmt.Errorf("x: %w", &Error{Kind: Damaged, Err: io.EOF}); !Skippable(err) {
		t.Errorf("%v isn't skippable", err)
	}
	e := &Error{Name: "a b\n.jsonl", Line: 17, Kind: BadRecord, Err: errors.New("is wrong")}
	if got := e.Error(); got != `"a b\n.jsonl": line 17: is wrong` {
		t.Error(got)
	}
}
