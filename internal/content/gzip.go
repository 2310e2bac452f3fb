package content

import (
	"bufio"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
)

// gzipReader decompresses the members of a gzip file, one after the other.
type gzipReader struct {
	r      *bufio.Reader
	member *gzip.Reader // nil before the first
	inside bool         // of a member
}

func (g *gzipReader) Read(p []byte) (int, error) {
	for {
		if !g.inside {
			if err := g.next(); err != nil {
				return 0, err
			}
		}
		n, err := g.member.Read(p)
		if errors.Is(err, io.EOF) {
			g.inside, err = false, nil
		}
		if n > 0 || err != nil {
			return n, gzipError(err)
		}
	}
}

// next begins a member; io.EOF says that there is none.
func (g *gzipReader) next() error {
	head, err := g.r.Peek(len(gzipMagic))
	if len(head) == 0 {
		return err
	}
	if !agrees(head, gzipMagic) {
		return trailing(gzipped, head[0])
	}
	if g.member == nil {
		g.member = new(gzip.Reader)
	}
	if err := g.member.Reset(g.r); errors.Is(err, io.EOF) {
		return cutOff(gzipped) // in its header
	} else if err != nil {
		return gzipError(err)
	}
	g.member.Multistream(false)
	g.inside = true
	return nil
}

func gzipError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		return cutOff(gzipped)
	case errors.Is(err, gzip.ErrChecksum):
		return checksum(gzipped)
	}
	return damaged(gzipped, err)
}

func checksum(c compression) error {
	return wrong(Damaged, "the checksum in its %s archive is not that of its content (copy it again, or make it again)", c)
}

func damaged(c compression, err error) error {
	return wrong(Damaged, "its %s archive is damaged: %w (copy it again, or make it again)", c, err)
}

// trailing is the error of what follows a complete archive, by its first byte.
func trailing(c compression, first byte) error {
	what := "something else follows"
	if first == 0 {
		what = "zero bytes follow"
	}
	return wrong(Trailing, "its %s archive is complete, and then %s (decompress it first, or cut that off)", c, what)
}
