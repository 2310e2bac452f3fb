package llama

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"reflect"
)

// A file of a model or a snapshot is: the magic, a version and the header's length as little-endian uint32, the
// header as JSON, then float32 in little-endian (parameters, both moments, losses), then the sha256 of all before.
const (
	fileMagic   = "ZIPLAWLM"
	fileVersion = 1
	headerStart = len(fileMagic) + 8
	headerLimit = 1 << 24 // bytes
)

// Errors of files.
var (
	ErrCorrupt = errors.New("corrupt model file")
	ErrForeign = errors.New("model file of another run")
)

// Header describes a file.
type Header struct {
	Numerics  string  `json:"numerics"`
	Config    Config  `json:"config"`
	Recipe    Recipe  `json:"recipe"`
	Seed      int64   `json:"seed"`
	Documents int     `json:"documents"` // of the whole run
	Step      int     `json:"step"`      // steps done
	State     bool    `json:"state"`     // moments and losses are there
	Arrays    []Array `json:"arrays"`
	// Converted are the arithmetics that the run began in, one after the other.
	Converted []Conversion `json:"converted,omitempty"`
}

// Conversion is a snapshot of one arithmetic that a run in another one went on from.
type Conversion struct {
	From string `json:"from"` // numerics id
	Step int    `json:"step"`
}

// Array is a named array of a file.
type Array struct {
	Name   string `json:"name"`
	Shape  []int  `json:"shape"`
	Offset int    `json:"offset"` // in bytes, from the end of the header
}

// arrays are those that a file with the header has.
func (h Header) arrays() []Array {
	var all []Array
	end := 0
	add := func(name string, shape ...int) {
		all = append(all, Array{name, shape, end})
		end += 4 * Tensor{Shape: shape}.Len()
	}
	kinds := []string{""}
	if h.State {
		kinds = []string{"", "m.", "v."}
	}
	for _, kind := range kinds {
		for _, t := range h.Config.Tensors() {
			add(kind+t.Name, t.Shape...)
		}
	}
	if h.State {
		add("losses", h.Step)
	}
	return all
}

// floats counts the numbers behind the header.
func (h Header) floats() int {
	if h.State {
		return 3*h.Config.Params() + h.Step
	}
	return h.Config.Params()
}

// sizeLimit bounds a header's sizes before they are multiplied.
const sizeLimit = 1 << 20

// check holds the header against itself and against the bytes behind it.
func (h Header) check(size int64) error {
	c := h.Config
	if err := c.Check(); err != nil {
		return fmt.Errorf("header: %w", err)
	}
	if max(c.Vocab, c.Hidden, c.Intermediate, c.Context) > sizeLimit || c.Layers > headerLimit/c.Hidden {
		return fmt.Errorf("header: model %+v is larger than any", c)
	}
	if err := h.Recipe.Check(c); err != nil {
		return fmt.Errorf("header: %w", err)
	}
	if h.Documents < 1 || h.Step < 0 || h.Step > h.Recipe.Steps(h.Documents) {
		return fmt.Errorf("header: step %d of %d documents", h.Step, h.Documents)
	}
	if size != 4*int64(h.floats()) {
		return fmt.Errorf("%d bytes behind the header, %d numbers wanted", size, h.floats())
	}
	if !reflect.DeepEqual(h.Arrays, h.arrays()) {
		return fmt.Errorf("header: the arrays aren't those of the model")
	}
	return nil
}

// File is a model or a snapshot that is read from its beginning to its end, once. Nobody may rely on what was read before
// Close has said that it is whole.
type File struct {
	Header Header

	r     io.Reader
	sum   hash.Hash
	bytes []byte // of the last piece
}

// Open reads the header of a file of some bytes. Errors are ErrCorrupt, and of the reader.
func Open(r io.Reader, size int64) (*File, error) {
	sum := sha256.New()
	f := &File{r: io.TeeReader(r, sum), sum: sum}
	if err := f.open(size); err != nil {
		return nil, corrupt(err)
	}
	return f, nil
}

// corrupt is ErrCorrupt, but for errors of a reader that isn't at its end.
func corrupt(err error) error {
	if r, ok := errors.AsType[*readError](err); ok {
		return r.error
	}
	return fmt.Errorf("%w: %w", ErrCorrupt, err)
}

// readError is an error of the reader below a file.
type readError struct{ error }

func (f *File) open(size int64) error {
	if size < int64(headerStart+sha256.Size) {
		return fmt.Errorf("%d bytes don't begin with %s", size, fileMagic)
	}
	b := make([]byte, headerStart)
	if err := f.read(b); err != nil {
		return err
	}
	if string(b[:len(fileMagic)]) != fileMagic {
		return fmt.Errorf("the bytes don't begin with %s", fileMagic)
	}
	if v := binary.LittleEndian.Uint32(b[len(fileMagic):]); v != fileVersion {
		return fmt.Errorf("version %d, %d wanted", v, fileVersion)
	}
	n := int64(binary.LittleEndian.Uint32(b[len(fileMagic)+4:]))
	left := size - int64(headerStart+sha256.Size)
	if n > headerLimit || n > left {
		return fmt.Errorf("a header of %d bytes in a file of %d", n, size)
	}
	b = make([]byte, n)
	if err := f.read(b); err != nil {
		return err
	}
	if err := json.Unmarshal(b, &f.Header); err != nil {
		return fmt.Errorf("header: %w", err)
	}
	return f.Header.check(left - n)
}

// read fills b.
func (f *File) read(b []byte) error {
	_, err := io.ReadFull(f.r, b)
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	return &readError{err}
}

// Floats reads the next numbers behind the header. Errors are ErrCorrupt, and of the reader.
func (f *File) Floats(x []float32) error {
	for len(x) > 0 {
		n := min(len(x), pieceFloats)
		if len(f.bytes) < 4*n {
			f.bytes = make([]byte, 4*n)
		}
		if err := f.read(f.bytes[:4*n]); err != nil {
			return corrupt(err)
		}
		for i := range n {
			x[i] = math.Float32frombits(binary.LittleEndian.Uint32(f.bytes[4*i:]))
		}
		x = x[n:]
	}
	return nil
}

// Close reads the digest behind the numbers. Errors are ErrCorrupt, and of the reader.
func (f *File) Close() error {
	own := f.sum.Sum(nil)
	theirs := make([]byte, sha256.Size)
	if err := f.read(theirs); err != nil {
		return corrupt(err)
	}
	if !bytes.Equal(own, theirs) {
		return corrupt(errors.New("the digest at its end isn't that of its content"))
	}
	switch n, err := f.r.Read(make([]byte, 1)); {
	case n > 0:
		return corrupt(errors.New("bytes behind the end"))
	case err != nil && !errors.Is(err, io.EOF): // a reader that verifies what it reads says so at the end
		return err
	}
	return nil
}

// pieceFloats is how much goes between device and file at once.
const pieceFloats = 1 << 18

// beginning is the file's part before the numbers.
func (h Header) beginning() ([]byte, error) {
	text, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("header of step %d: %w", h.Step, err)
	}
	b := append(make([]byte, 0, headerStart+len(text)), fileMagic...)
	b = binary.LittleEndian.AppendUint32(b, fileVersion)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	return append(b, text...), nil
}
