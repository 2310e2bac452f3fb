package content

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// compression is how a file is compressed.
type compression string

const (
	none      compression = ""
	gzipped   compression = "gzip"
	zstandard compression = "zstd"
)

// The first bytes of archives. gzip knows the one method; the frames of zstd
// that are to be skipped, which may come first, differ in four bits of the first byte.
var (
	gzipMagic = []byte{0x1f, 0x8b, 8}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
	skipMagic = []byte{0x50, 0x2a, 0x4d, 0x18}
)

// sniff tells a stream's compression from its first bytes.
func sniff(r *bufio.Reader) compression {
	head, _ := r.Peek(len(zstdMagic))
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		return gzipped
	case bytes.HasPrefix(head, zstdMagic):
		return zstandard
	}
	return none
}

// newDecoder decompresses a stream that must be compressed.
func newDecoder(c compression, r *bufio.Reader, s *source) (io.Reader, error) {
	if err := checkMagic(c, r); err != nil {
		return nil, err
	}
	var decoder io.Reader = &gzipReader{r: r}
	if c == zstandard {
		var err error
		if decoder, err = newZstdReader(r); err != nil {
			return nil, err
		}
	}
	return &guard{r: decoder, s: s}, nil
}

// checkMagic looks whether a stream begins as its compression does.
func checkMagic(c compression, r *bufio.Reader) error {
	head, err := r.Peek(len(zstdMagic))
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if len(head) == 0 {
		return wrong(Truncated, "it is empty, and not even %s's header is there (the archive wasn't written, or not copied whole)", c)
	}
	if !begins(c, head) {
		return wrong(NotCompressed, "its name says %s, but %s (rename it, or compress it)", c, contentOf(head))
	}
	return nil
}

// begins says whether the first bytes, which may be few, are those of a compression.
func begins(c compression, head []byte) bool {
	if c == gzipped {
		return agrees(head, gzipMagic)
	}
	skip := bytes.Clone(head)
	skip[0] &= 0xf0
	return agrees(head, zstdMagic) || agrees(skip, skipMagic)
}

func agrees(head, magic []byte) bool {
	n := min(len(head), len(magic))
	return bytes.Equal(head[:n], magic[:n])
}

func contentOf(head []byte) string {
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		return "it is gzip"
	case bytes.HasPrefix(head, zstdMagic):
		return "it is zstd"
	}
	return "its content isn't"
}

// What decompresses to more than bombBytes and to more than bombRatio times its
// own bytes is no file that anybody has: text shrinks to a tenth, not to a
// thousandth.
const (
	bombBytes = 64 << 20
	bombRatio = 250
)

// guard ends the reading of an archive that explodes.
type guard struct {
	r       io.Reader
	s       *source
	decoded int64
}

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	g.decoded += int64(n)
	if taken := g.s.taken.Load(); g.decoded > bombBytes && g.decoded/bombRatio > taken {
		return 0, wrong(Bomb, "its first %d bytes decompress to %d bytes and more, over %d times as much (if it isn't made to do harm, decompress it first)",
			taken, g.decoded, bombRatio)
	}
	return n, err
}

// cutOff is the error of an archive that ends too early.
func cutOff(c compression) error {
	return wrong(Truncated, "its %s archive is cut off (copy it again, whole)", c)
}
