package content

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"io"
	"strings"
)

// Options says what is taken for a file.
type Options struct {
	Pipes bool // take named pipes too, not only regular files
	Raw   bool // take a file as it lies there, whatever its name ends in
}

// Content is the decoded bytes of a file or a stream. One goroutine reads it;
// others may call Taken and Close meanwhile.
type Content struct {
	name, base  string
	size        int64
	source      *source
	buffered    *bufio.Reader
	sniffs      bool // the first bytes say whether it is compressed
	compression compression
	closer      io.Closer

	begun   bool
	decoder io.Reader
	err     error // what ended the reading
}

// bufferSize is how much is read at once of what is decoded.
const bufferSize = 256 << 10

// Open opens a file. One whose name ends in .gz, .zst or .zstd is decompressed.
// A folder, a device and a socket are refused, and so is a named pipe where the
// options don't take it. Opening never waits; reading a pipe waits for its
// writer.
func Open(path string, o Options) (*Content, error) {
	f, size, err := openFile(path, o)
	if err != nil {
		return nil, err
	}
	c := newContent(path, f)
	c.size, c.closer = size, f
	if o.Raw {
		c.base, c.compression = path, none
	}
	return c, nil
}

// New takes a stream, such as the standard input. It is decompressed where its
// name's ending or its first bytes say that it is compressed. Close doesn't
// close r. The options are those of Open, and say nothing about a stream yet.
func New(name string, r io.Reader, _ Options) *Content {
	c := newContent(name, r)
	c.sniffs = c.compression == none
	return c
}

func newContent(name string, r io.Reader) *Content {
	c := &Content{name: name, size: -1, source: newSource(name, r)}
	c.base, c.compression = splitCompression(name)
	return c
}

// Name is the path or name as given.
func (c *Content) Name() string { return c.name }

// Base is the name without a compression's ending, from which the format is
// taken: "a.jsonl" of "a.jsonl.gz".
func (c *Content) Base() string { return c.base }

// Compressed says whether the content is decompressed. Of a stream whose name
// doesn't say it, it waits for the first bytes.
func (c *Content) Compressed() bool {
	c.begin()
	return c.compression != none
}

// Size is that of the file as it lies there, in bytes; -1 is unknown.
func (c *Content) Size() int64 { return c.size }

// Taken is how many bytes of the file or stream were read so far. Any goroutine
// may ask.
func (c *Content) Taken() int64 { return c.source.taken.Load() }

// Sum is the sha256 of all bytes of the file or stream as it lies there. It is
// known once Read has returned io.EOF, and zero before and after any other error.
func (c *Content) Sum() (sum [sha256.Size]byte) {
	if errors.Is(c.err, io.EOF) {
		c.source.hash.Sum(sum[:0])
	}
	return sum
}

// Close closes the file that Open opened. A Read that waits for a pipe ends.
func (c *Content) Close() error {
	if c.closer == nil {
		return nil
	}
	if err := c.closer.Close(); err != nil {
		return unreadable(c.name, err)
	}
	return nil
}

// Read reads decoded bytes. Its errors are io.EOF and *Error; what was read
// before an error is only part of the content.
func (c *Content) Read(p []byte) (int, error) {
	if c.begin(); c.err != nil {
		return 0, c.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	n, err := c.decoder.Read(p)
	if err != nil {
		c.err = c.translate(err)
	}
	return n, c.err
}

// begin decides how the content is decoded, once.
func (c *Content) begin() {
	if c.begun {
		return
	}
	c.begun = true
	if c.compression == none && !c.sniffs {
		c.decoder = c.source
		return
	}
	c.buffered = bufio.NewReaderSize(c.source, bufferSize)
	if c.sniffs {
		c.compression = sniff(c.buffered)
	}
	if c.compression == none {
		c.decoder = c.buffered
		return
	}
	decoder, err := newDecoder(c.compression, c.buffered, c.source)
	if err != nil {
		c.err = c.translate(err)
		return
	}
	c.decoder = decoder
}

// translate says what an error of a decoder means. A source that can't be read
// is the cause of whatever the decoder says.
func (c *Content) translate(err error) error {
	if c.source.err != nil && !errors.Is(c.source.err, io.EOF) {
		return c.source.err
	}
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return named(e, c.name)
	}
	return unreadable(c.name, err)
}

// splitCompression takes the ending of a compression from a name.
func splitCompression(name string) (base string, _ compression) {
	lower := strings.ToLower(name)
	for _, e := range []struct {
		ending string
		compression
	}{{".gz", gzipped}, {".zst", zstandard}, {".zstd", zstandard}} {
		if strings.HasSuffix(lower, e.ending) {
			return name[:len(name)-len(e.ending)], e.compression
		}
	}
	return name, none
}
