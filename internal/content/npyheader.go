package content

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// npyHeader is what stands before an array's numbers (numpy.lib.format).
type npyHeader struct {
	descr   string
	fortran bool
	shape   []int64
	number  number
}

const (
	npyMagic     = "\x93NUMPY"
	maxNpyHeader = 64 << 10 // numpy itself takes 10000 bytes
	maxRow       = 1 << 24  // numbers of a row
)

// readHeader reads the header and leaves the reader at the first number.
func readHeader(r *bufio.Reader) (npyHeader, error) {
	text, err := readHeaderText(r)
	if cut(err) {
		return npyHeader{}, wrong(Truncated, "ends within the header of numpy's format (write it again, or copy it whole)")
	}
	if err != nil {
		return npyHeader{}, err
	}
	return parseHeader(text)
}

func readHeaderText(r *bufio.Reader) ([]byte, error) {
	var start [8]byte
	n, err := io.ReadFull(r, start[:])
	if n = min(n, len(npyMagic)); (err == nil || cut(err)) && string(start[:n]) != npyMagic[:n] {
		return nil, wrong(Unsupported, "isn't an array of numpy's format .npy (write it with numpy.save)")
	}
	if err != nil {
		return nil, err
	}
	if start[6] < 1 || start[6] > 3 {
		return nil, wrong(Unsupported, "is of version %d of numpy's format, and 1 to 3 are known", start[6])
	}
	size := make([]byte, 4)
	if start[6] == 1 {
		size = size[:2]
	}
	if _, err := io.ReadFull(r, size); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(append(size, 0, 0)[:4])
	if length > maxNpyHeader {
		return nil, wrong(Unsupported, "has a header of %d bytes, and %d are taken (is it an array of integers?)", length, maxNpyHeader)
	}
	text := make([]byte, length)
	_, err = io.ReadFull(r, text)
	return text, err
}

// cut says whether a stream ended before all was read.
func cut(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// check refuses arrays that aren't token ids, row after row.
func (h npyHeader) check() error {
	switch {
	case len(h.shape) == 0 || len(h.shape) > 2:
		return wrong(Unsupported, "has %d dimensions, and 2 are taken, a row being a document, or 1 (reshape it)", len(h.shape))
	case len(h.shape) == 1:
		return nil
	case h.shape[1] > maxRow:
		return wrong(Unsupported, "has rows of %d numbers, and %d are taken (reshape it: a row is a document)", h.shape[1], maxRow)
	case h.fortran && h.shape[0] > 1 && h.shape[1] > 1:
		return wrong(Unsupported, "is in Fortran's order, column after column (write numpy.ascontiguousarray of it)")
	}
	return nil
}

func (h npyHeader) shown() string {
	var b strings.Builder
	for i, n := range h.shape {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%d", n)
	}
	if len(h.shape) == 1 {
		b.WriteString(",")
	}
	return "(" + b.String() + ") of " + strconv.Quote(h.descr)
}

// numberOf is the type that numpy calls descr.
func numberOf(descr string) (number, error) {
	var order binary.ByteOrder = binary.LittleEndian
	if strings.HasPrefix(descr, ">") {
		order = binary.BigEndian
	}
	if descr != "" && strings.IndexByte("<>|=", descr[0]) >= 0 {
		if n, ok := numberTypes(order)[descr[1:]]; ok && (descr[0] != '|' || n.size == 1) {
			n.name = descr
			return n, nil
		}
	}
	what := "numbers"
	switch {
	case strings.HasPrefix(strings.TrimLeft(descr, "<>|="), "f"):
		what = "floating-point numbers"
	case strings.HasPrefix(descr, "|O"):
		what = "Python's objects"
	}
	return number{}, wrong(Unsupported, "holds %s of type %s, and token ids are integers (write a.astype(numpy.int32))", what, shown([]byte(descr)))
}
