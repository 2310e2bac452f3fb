package content

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// binaryType is the type of the numbers in a .bin file.
func binaryType(name string) (number, error) {
	types := numberTypes(binary.LittleEndian)
	switch name {
	case "", "uint16":
		return types["u2"], nil
	case "uint32":
		return types["u4"], nil
	}
	return number{}, wrong(Misuse, "type %q is none of uint16 and uint32", name)
}

// binaryFile is numbers and nothing else.
type binaryFile struct{ windows numberWindows }

func newBinary(r io.Reader, n number, context int, t *tally) *binaryFile {
	n.name = map[int]string{2: "uint16", 4: "uint32"}[n.size]
	return &binaryFile{numberWindows{r: bufio.NewReaderSize(r, bufferSize), number: n, context: context, left: -1, tally: t}}
}

func (b *binaryFile) next(dst []int32) ([]int32, error) {
	dst, err := b.windows.next(dst)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		n := b.windows.number
		err = wrong(Truncated, "ends within a token id: its bytes are no multiple of %d (is it of type %s, and whole?)", n.size, n.name)
	}
	return dst, err
}
