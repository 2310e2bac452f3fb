package content

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math"
)

// number is how a number is stored.
type number struct {
	name  string
	size  int
	value func([]byte) int64 // what doesn't fit is the largest int64
}

// numberTypes are those of numpy, by their names without the order of bytes.
func numberTypes(order binary.ByteOrder) map[string]number {
	return map[string]number{
		"u1": {"u1", 1, func(b []byte) int64 { return int64(b[0]) }},
		"i1": {"i1", 1, func(b []byte) int64 { return int64(int8(b[0])) }},
		"u2": {"u2", 2, func(b []byte) int64 { return int64(order.Uint16(b)) }},
		"i2": {"i2", 2, func(b []byte) int64 { return int64(int16(order.Uint16(b))) }},
		"u4": {"u4", 4, func(b []byte) int64 { return int64(order.Uint32(b)) }},
		"i4": {"i4", 4, func(b []byte) int64 { return int64(int32(order.Uint32(b))) }},
		"u8": {"u8", 8, func(b []byte) int64 { return int64(min(order.Uint64(b), math.MaxInt64)) }},
		"i8": {"i8", 8, func(b []byte) int64 { return int64(order.Uint64(b)) }},
	}
}

// numberWindows cuts numbers to windows.
type numberWindows struct {
	r       *bufio.Reader
	number  number
	context int
	left    int64 // numbers that there must be; -1 is as many as there are
	index   int64 // of the next one
	some    bool  // a window was cut
	*tally
}

func (n *numberWindows) next(dst []int32) ([]int32, error) {
	for need := n.context; need > 0; {
		b, err := n.more(need)
		if err != nil {
			return dst, n.ended(err)
		}
		for at := 0; at < len(b); at += n.number.size {
			id := n.number.value(b[at:])
			if id < 0 || id > maxID {
				return dst, wrong(BadToken, "number %d, counted from 0, is %d, and a token id is 0 to %d (is it of type %s?)", n.index, id, maxID, n.number.name)
			}
			dst = append(dst, int32(id))
			n.index++
			need--
		}
		_, _ = n.r.Discard(len(b)) // they are in the buffer
	}
	n.some = true
	return dst, nil
}

// more is the bytes of some of the next numbers.
func (n *numberWindows) more(need int) ([]byte, error) {
	if n.left == 0 {
		return nil, io.EOF
	}
	if n.left > 0 {
		need = int(min(int64(need), n.left))
	}
	b, err := some(n.r, min(need, bufferSize)*n.number.size, n.number.size)
	if n.left > 0 {
		n.left -= int64(len(b) / n.number.size)
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
	}
	return b, err
}

// ended counts the file at its end.
func (n *numberWindows) ended(err error) error {
	if errors.Is(err, io.EOF) {
		n.end(n.some)
	}
	return err
}
