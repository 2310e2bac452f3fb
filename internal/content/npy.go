package content

import (
	"bufio"
	"errors"
	"io"
)

// array reads an array of numpy: a row is a document, and one dimension is cut to
// windows.
type array struct {
	r       *bufio.Reader
	context int
	header  npyHeader
	rows    cutter // nil before the header is read
	*tally
}

func newArray(r io.Reader, context int, t *tally) *array {
	return &array{r: bufio.NewReaderSize(r, bufferSize), context: context, tally: t}
}

func (a *array) next(dst []int32) ([]int32, error) {
	if a.rows == nil {
		if err := a.begin(); err != nil {
			return dst, err
		}
	}
	doc, err := a.rows.next(dst)
	switch {
	case errors.Is(err, io.EOF):
		return dst, a.end()
	case errors.Is(err, io.ErrUnexpectedEOF):
		return dst, wrong(Truncated, "ends before the numbers of its shape %s are complete (write it again, or copy it whole)", a.header.shown())
	}
	return doc, err
}

// end looks whether there is nothing behind the numbers.
func (a *array) end() error {
	if _, err := a.r.ReadByte(); err != nil {
		return err
	}
	return wrong(Trailing, "has more bytes behind the numbers of its shape %s (one file holds one array)", a.header.shown())
}

// begin reads the header.
func (a *array) begin() error {
	var err error
	if a.header, err = readHeader(a.r); err != nil {
		return err
	}
	if err := a.header.check(); err != nil {
		return err
	}
	if len(a.header.shape) == 1 {
		if a.context < 1 {
			return noWindow(a.context)
		}
		a.rows = &numberWindows{r: a.r, number: a.header.number, context: a.context, left: a.header.shape[0], tally: a.tally}
		return nil
	}
	a.rows = &rows{r: a.r, number: a.header.number, count: a.header.shape[0], width: int(a.header.shape[1]), tally: a.tally}
	return nil
}

// rows reads the rows of two dimensions. What fills a row up is -1.
type rows struct {
	r      *bufio.Reader
	number number
	count  int64
	width  int
	row    int64 // of the next one
	*tally
}

func (r *rows) next(dst []int32) ([]int32, error) {
	if r.width == 0 { // however many there are
		r.texts, r.short, r.row = r.count, r.count, r.count
	}
	for r.row < r.count {
		doc, err := r.read(dst)
		if err != nil {
			return dst, err
		}
		r.row++
		r.texts++
		if len(doc) > len(dst) {
			return doc, nil
		}
		r.short++
	}
	return dst, io.EOF
}

func (r *rows) read(dst []int32) ([]int32, error) {
	start := len(dst)
	for column, size := 0, r.number.size; column < r.width; {
		b, err := some(r.r, min(r.width-column, bufferSize)*size, size)
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return dst, err
		}
		for at := 0; at < len(b); at += size {
			if dst, err = r.add(dst, len(dst)-start, column, r.number.value(b[at:])); err != nil {
				return dst, err
			}
			column++
		}
		_, _ = r.r.Discard(len(b)) // they are in the buffer
	}
	return dst, nil
}

// add adds a number to a row of which length columns are token ids so far.
func (r *rows) add(dst []int32, length, column int, id int64) ([]int32, error) {
	switch {
	case id == -1:
		return dst, nil
	case id < 0 || id > maxID:
		return dst, wrong(BadToken, "row %d, column %d, counted from 0, is %d, and a token id is 0 to %d", r.row, column, id, maxID)
	case length < column:
		return dst, wrong(BadToken, "row %d, column %d, counted from 0, is -1, which fills rows up, and token ids follow", r.row, length)
	}
	return append(dst, int32(id)), nil
}
