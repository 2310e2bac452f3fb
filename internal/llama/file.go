package llama

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"

	"github.com/ziplaw/ziplaw/internal/kernel"
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

// File is an opened model or snapshot.
type File struct {
	Header Header
	data   []byte
}

// Open reads a file's header and checks the whole file. The error is ErrCorrupt. The file's bytes stay in use.
func Open(b []byte) (*File, error) {
	h, rest, err := parse(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return &File{h, rest}, nil
}

func parse(b []byte) (h Header, data []byte, err error) {
	if len(b) < headerStart+sha256.Size || string(b[:len(fileMagic)]) != fileMagic {
		return h, nil, fmt.Errorf("%d bytes that don't begin with %s", len(b), fileMagic)
	}
	if v := binary.LittleEndian.Uint32(b[len(fileMagic):]); v != fileVersion {
		return h, nil, fmt.Errorf("version %d, %d wanted", v, fileVersion)
	}
	n := int64(binary.LittleEndian.Uint32(b[len(fileMagic)+4:]))
	end := len(b) - sha256.Size
	if n > headerLimit || int64(headerStart)+n > int64(end) {
		return h, nil, fmt.Errorf("a header of %d bytes in a file of %d", n, len(b))
	}
	if sum := sha256.Sum256(b[:end]); !bytes.Equal(sum[:], b[end:]) {
		return h, nil, fmt.Errorf("the digest at its end isn't that of its content")
	}
	text, data := b[headerStart:headerStart+int(n)], b[headerStart+int(n):end]
	if err := json.Unmarshal(text, &h); err != nil {
		return h, nil, fmt.Errorf("header: %w", err)
	}
	return h, data, h.check(len(data))
}

// sizeLimit bounds a header's sizes before they are multiplied.
const sizeLimit = 1 << 20

// check holds the header against itself and against the bytes behind it.
func (h Header) check(size int) error {
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
	if size%4 != 0 || size/4 != h.floats() {
		return fmt.Errorf("%d bytes behind the header, %d numbers wanted", size, h.floats())
	}
	if !reflect.DeepEqual(h.Arrays, h.arrays()) {
		return fmt.Errorf("header: the arrays aren't those of the model")
	}
	return nil
}

// Array gives an array of the file by its name, nil where there is none.
func (f *File) Array(name string) []float32 {
	for _, a := range f.Header.Arrays {
		if a.Name == name {
			return f.floats(a.Offset/4, Tensor{Shape: a.Shape}.Len())
		}
	}
	return nil
}

// floats reads n numbers, beginning with the one at place from.
func (f *File) floats(from, n int) []float32 {
	x := make([]float32, n)
	decode(x, f.data[4*from:])
	return x
}

// load writes the file's numbers from place from on to a buffer.
func (f *File) load(b kernel.Backend, dst kernel.Buffer, from int) {
	x := make([]float32, min(pieceFloats, dst.Len()))
	for at := 0; at < dst.Len(); at += len(x) {
		x = x[:min(len(x), dst.Len()-at)]
		decode(x, f.data[4*(from+at):])
		b.Write(dst.Slice(at, at+len(x)), x)
	}
}

// pieceFloats is how much goes between device and file at once.
const pieceFloats = 1 << 18

func decode(x []float32, b []byte) {
	for i := range x {
		x[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
}

// fileWriter makes a file's bytes.
type fileWriter struct{ bytes []byte }

func newFileWriter(h Header) (*fileWriter, error) {
	text, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("header of step %d: %w", h.Step, err)
	}
	b := make([]byte, 0, headerStart+len(text)+4*h.floats()+sha256.Size)
	b = append(b, fileMagic...)
	b = binary.LittleEndian.AppendUint32(b, fileVersion)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	return &fileWriter{append(b, text...)}, nil
}

func (w *fileWriter) floats(x []float32) {
	for _, v := range x {
		w.bytes = binary.LittleEndian.AppendUint32(w.bytes, math.Float32bits(v))
	}
}

func (w *fileWriter) buffer(b kernel.Backend, src kernel.Buffer) error {
	x := make([]float32, min(pieceFloats, src.Len()))
	for at := 0; at < src.Len(); at += len(x) {
		x = x[:min(len(x), src.Len()-at)]
		if err := b.Read(x, src.Slice(at, at+len(x))); err != nil {
			return err
		}
		w.floats(x)
	}
	return nil
}

func (w *fileWriter) finish() []byte {
	sum := sha256.Sum256(w.bytes)
	return append(w.bytes, sum[:]...)
}
