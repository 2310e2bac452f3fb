package corpus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sort"

	"github.com/ziplaw/ziplaw/internal/content"
)

// cut is windows that were taken from their files, by their places in an order.
type cut struct {
	context, length int
	from            io.ReaderAt
}

// document appends the tokens of a window to dst.
func (c *cut) document(dst []int32, i int) ([]int32, error) {
	if c == nil || i < 0 || i >= c.length {
		return dst, fmt.Errorf("corpus: document %d isn't prepared", i)
	}
	text := make([]byte, c.context)
	if _, err := c.from.ReadAt(text, int64(i)*int64(c.context)); err != nil {
		return dst, fmt.Errorf("corpus: document %d: %w", i, err)
	}
	for _, b := range text {
		dst = append(dst, int32(b))
	}
	return dst, nil
}

// mostInMemory is how many bytes of windows need no temporary file.
const mostInMemory = 32 << 20

// room is a place for n bytes: in memory, or a file that goes with the process.
func room(n int64) (place, error) {
	if n <= mostInMemory {
		return memory(make([]byte, n)), nil
	}
	f, err := os.CreateTemp("", "ziplaw-windows-*")
	if err != nil {
		return nil, &RoomError{err}
	}
	_ = os.Remove(f.Name())
	return f, nil
}

type place interface {
	io.ReaderAt
	io.WriterAt
}

type memory []byte

func (m memory) WriteAt(p []byte, at int64) (int, error) { return copy(m[at:], p), nil }

func (m memory) ReadAt(p []byte, at int64) (int, error) {
	n := copy(p, m[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// wanted is a window and its place among those that are taken.
type wanted struct{ number, place int32 }

// take takes windows, by their numbers, from the files that hold them.
func (c *Corpus) take(ctx context.Context, order []int32) (*cut, error) {
	all := make([]wanted, len(order))
	for i, n := range order {
		all[i] = wanted{n, int32(i)}
	}
	slices.SortFunc(all, func(a, b wanted) int { return cmp.Compare(a.number, b.number) })
	to, err := room(int64(len(all)) * int64(c.options.Context))
	if err != nil {
		return nil, err
	}
	raw, read := int32(0), c.progress("cutting documents")
	for i, f := range c.summary.Files {
		of := all[:sort.Search(len(all), func(k int) bool { return all[k].number >= c.first[i+1] })]
		all = all[len(of):]
		if len(of) > 0 {
			t := taking{corpus: c, file: f, raw: raw, first: c.first[i], to: to, read: read}
			if err := t.take(ctx, of); err != nil {
				return nil, err
			}
		}
		raw += int32(f.Windows)
	}
	return &cut{context: c.options.Context, length: len(order), from: to}, nil
}

// taking takes windows of one file.
type taking struct {
	corpus     *Corpus
	file       File
	raw, first int32 // number of its first window: of all, and of those that are kept
	to         place
	read       func(int64)
}

// take takes windows of a file that is what it was, before and after.
func (t *taking) take(ctx context.Context, of []wanted) error {
	if err := t.unchanged(); err != nil {
		return err
	}
	r := t.corpus.options.reader()
	c, err := r.open(t.file.path)
	if err != nil {
		return t.changed(err)
	}
	plain := r.plain(c)
	_ = c.Close()
	if plain {
		err = t.pick(ctx, of)
	} else {
		err = t.stream(ctx, r, of)
	}
	if err != nil {
		return err
	}
	return t.unchanged()
}

func (t *taking) unchanged() error {
	if now, err := stampOf(t.file.path); err != nil || now != t.file.stamp {
		return t.changed(err)
	}
	return nil
}

// pick reads the windows alone, where they lie in the file as they are.
func (t *taking) pick(ctx context.Context, of []wanted) error {
	f, err := os.Open(t.file.path)
	if err != nil {
		return t.changed(err)
	}
	defer func() { _ = f.Close() }()
	length := t.corpus.options.Context
	text := make([]byte, length)
	next, kept := int32(0), t.first // number of a window in the file, and of those that are kept
	for _, w := range of {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		for ; kept < w.number || t.corpus.dropped.has(t.raw+next); next++ {
			if !t.corpus.dropped.has(t.raw + next) {
				kept++
			}
		}
		if _, err := f.ReadAt(text, int64(next)*int64(length)); err != nil {
			return t.changed(err)
		}
		if _, err := t.to.WriteAt(text, int64(w.place)*int64(length)); err != nil {
			return &RoomError{err}
		}
	}
	t.read(t.file.Size)
	return nil
}

// errEnough ends the reading of a file behind the last window that is wanted.
var errEnough = errors.New("all windows are there")

// stream reads the whole file up to the last window that is wanted.
func (t *taking) stream(ctx context.Context, r *reader, of []wanted) error {
	next, kept := t.raw, t.first
	r.read = t.read
	r.window = func(text []byte) error {
		if dropped := t.corpus.dropped.has(next); !dropped && kept == of[0].number {
			if _, err := t.to.WriteAt(text, int64(of[0].place)*int64(len(text))); err != nil {
				return &RoomError{err}
			}
			if of = of[1:]; len(of) == 0 {
				return errEnough
			}
			kept++
		} else if !dropped {
			kept++
		}
		next++
		return nil
	}
	_, _, err := r.readFile(ctx, t.file.path)
	switch {
	case errors.Is(err, errEnough):
		return nil
	case err != nil && !content.Skippable(err):
		return err
	}
	return t.changed(err)
}

// changed says that a file isn't what it was.
func (t *taking) changed(err error) error { return &ChangedError{Path: t.file.path, Err: err} }
