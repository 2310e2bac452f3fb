package content

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// maxLine is how long a line may be.
const maxLine = 64 << 20

// lines reads lines without their ends.
type lines struct {
	r      *bufio.Reader
	number int64  // of the last line
	long   []byte // a line longer than the reader's buffer
}

func newLines(r io.Reader) *lines { return &lines{r: bufio.NewReaderSize(r, bufferSize)} }

// next is the next line, until the next call. A byte order mark of UTF-8 before
// the first line is left out. Errors are io.EOF and *Error.
func (l *lines) next() ([]byte, error) {
	line, err := l.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line, err = l.rest(line)
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
		return nil, err
	}
	l.number++
	if len(line) > maxLine && line[maxLine] != '\n' {
		return nil, &Error{Line: l.number, Kind: TooLong, Err: errors.New("is longer than 64 MiB (is this a file of lines?)")}
	}
	if l.number == 1 {
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	}
	return bytes.TrimSuffix(line, []byte("\n")), nil
}

// rest reads on in a line whose start fills the buffer, until it is too long.
func (l *lines) rest(start []byte) ([]byte, error) {
	l.long = append(l.long[:0], start...)
	for {
		more, err := l.r.ReadSlice('\n')
		l.long = append(l.long, more...)
		if len(l.long) > maxLine+1 {
			return l.long, nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return l.long, err
		}
	}
}

// blank says whether a line has nothing but spaces.
func blank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

// atLine gives an error the number of a line where it has none.
func atLine(err error, line int64) error {
	if e, ok := errors.AsType[*Error](err); ok && e.Line == 0 {
		e.Line = line
	}
	return err
}
