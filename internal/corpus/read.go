package corpus

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/ziplaw/ziplaw/internal/content"
)

// chunk is how many bytes are read at once, about.
const chunk = 256 << 10

// reader reads a file from its beginning to its end.
type reader struct {
	context   int
	raw       bool
	textField string
	// text hears all text, and window each window. Both are overwritten afterwards.
	text   func(p []byte)
	window func(p []byte) error
	read   func(n int64) // hears how much of the file is read
	// decoded says of the file that was read last whether its texts are others than its bytes.
	decoded bool
}

// reader is one with a corpus's options.
func (o Options) reader() *reader {
	return &reader{context: o.Context, raw: o.Raw, textField: o.TextField, text: func([]byte) {}, read: func(int64) {}}
}

// open opens a file as the options read it.
func (r *reader) open(path string) (*content.Content, error) {
	return content.Open(path, content.Options{Raw: r.raw})
}

// plain says whether a file's windows lie in it as they are, one after the other.
func (r *reader) plain(c *content.Content) bool {
	return r.raw || !c.Compressed() && content.FormatOf(c.Base()) != content.JSONL
}

// readFile reads a file, and returns its digest and size.
func (r *reader) readFile(ctx context.Context, path string) (sum [sha256.Size]byte, size int64, err error) {
	c, err := r.open(path)
	if err != nil {
		return sum, 0, err
	}
	defer func() { _ = c.Close() }()
	r.decoded = !r.plain(c)
	counted := &counting{Content: c, ctx: ctx, read: r.read}
	if !r.raw && content.FormatOf(c.Base()) == content.JSONL {
		err = r.records(counted)
	} else {
		err = r.stream(counted)
	}
	counted.tell()
	return c.Sum(), c.Taken(), err
}

// stream cuts one text.
func (r *reader) stream(from io.Reader) error {
	buffer := make([]byte, max(1, chunk/r.context)*r.context)
	for {
		n, err := io.ReadFull(from, buffer)
		r.text(buffer[:n])
		if err := r.windows(buffer[:n]); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// records cuts the text of each record by itself.
func (r *reader) records(from io.Reader) error {
	for records := content.NewRecords(from, r.textField); ; {
		record, err := records.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if record.IsTokens {
			return &content.Error{Line: int64(record.Line), Kind: content.NoText, Err: errors.New("the record holds token ids and no text")}
		}
		r.text(record.Text)
		if err := r.windows(record.Text); err != nil {
			return err
		}
	}
}

// windows cuts a text and drops the remainder.
func (r *reader) windows(text []byte) error {
	for ; len(text) >= r.context; text = text[r.context:] {
		if err := r.window(text[:r.context]); err != nil {
			return err
		}
	}
	return nil
}

// counting stops reading where the context ends, and tells how far it is.
type counting struct {
	*content.Content
	ctx  context.Context
	read func(n int64)
	told int64
}

func (c *counting) Read(p []byte) (int, error) {
	if c.ctx.Err() != nil {
		return 0, c.ctx.Err()
	}
	n, err := c.Content.Read(p)
	c.tell()
	return n, err
}

func (c *counting) tell() {
	now := c.Taken()
	c.read(now - c.told)
	c.told = now
}

// progress adds up what several goroutines have read.
func (c *Corpus) progress(what string) func(n int64) {
	if c.options.Progress == nil {
		return func(int64) {}
	}
	var (
		of   int64
		read atomic.Int64
	)
	for _, f := range c.summary.Files {
		of += f.Size
	}
	return func(n int64) { c.options.Progress(what, read.Add(n), of) }
}

// stamp is what changes when somebody writes to a file.
type stamp struct {
	size     int64
	modified time.Time
}

func stampOf(path string) (stamp, error) {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}, unreadable(path, err)
	}
	return stamp{info.Size(), info.ModTime()}, nil
}
