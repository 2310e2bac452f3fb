package content

import (
	"bufio"
	"errors"
	"io"
	"slices"
)

// text cuts bytes to windows.
type text struct {
	r       *bufio.Reader
	context int
	some    bool // a window was cut
	*tally
}

func newText(r io.Reader, context int, t *tally) *text {
	return &text{r: bufio.NewReaderSize(r, bufferSize), context: context, tally: t}
}

func (t *text) next(dst []int32) ([]int32, error) {
	for need := t.context; need > 0; {
		b, err := some(t.r, need, 1)
		if errors.Is(err, io.EOF) {
			t.end(t.some)
		}
		if err != nil {
			return dst, err
		}
		dst = appendBytes(dst, b)
		need -= len(b)
		_, _ = t.r.Discard(len(b)) // they are in the buffer
	}
	t.some = true
	return dst, nil
}

// end counts the one text that a file is.
func (t *tally) end(long bool) {
	t.texts++
	if !long {
		t.short++
	}
}

// some is what is there of n bytes, as a multiple of size, at least one of
// which it waits for. Errors are the reader's, io.EOF before the first byte,
// and io.ErrUnexpectedEOF where there is a part of size only.
func some(r *bufio.Reader, n, size int) ([]byte, error) {
	b, err := r.Peek(size)
	switch {
	case len(b) == size:
	case errors.Is(err, io.EOF) && len(b) > 0:
		return nil, io.ErrUnexpectedEOF
	default:
		return nil, err
	}
	b, _ = r.Peek(min(n, r.Buffered()/size*size))
	return b, nil
}

func appendBytes(dst []int32, b []byte) []int32 {
	dst = slices.Grow(dst, len(b))
	tail := dst[len(dst) : len(dst)+len(b)]
	for i, c := range b {
		tail[i] = int32(c)
	}
	return dst[:len(dst)+len(b)]
}

// recordWindows makes documents of JSON lines: one of a record's tokens, windows of
// its text.
type recordWindows struct {
	records *Records
	options DocumentOptions
	text    []byte // of the record, what isn't cut yet
	*tally
}

func (r *recordWindows) next(dst []int32) ([]int32, error) {
	for len(r.text) < r.options.Context || r.options.Context < 1 {
		record, err := r.records.Next()
		if err != nil {
			return dst, err
		}
		if err := r.check(record); err != nil {
			return dst, atLine(err, int64(record.Line))
		}
		r.texts++
		if len(record.Tokens) > 0 {
			r.text = nil
			return append(dst, record.Tokens...), nil
		}
		if r.text = record.Text; record.IsTokens || len(r.text) < r.options.Context {
			r.short++
		}
	}
	dst = appendBytes(dst, r.text[:r.options.Context])
	r.text = r.text[r.options.Context:]
	return dst, nil
}

// check refuses text that can't be cut.
func (r *recordWindows) check(record Record) error {
	switch {
	case record.IsTokens && r.options.OnlyText:
		return idsNotText()
	case record.IsTokens:
		return nil
	case r.options.Tokenizer == Integers:
		return wrong(BadRecord, `is text, which the tokenizer integers doesn't take (give the ids as "tokens", or use the tokenizer bytes)`)
	case r.options.Context < 1:
		return noWindow(r.options.Context)
	}
	return nil
}
