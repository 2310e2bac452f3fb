package data

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// sampleFormats are the forms that documents are written in.
var sampleFormats = []string{"jsonl", "txt", "npy", "bin"}

func isFormat(name string) bool { return slices.Contains(sampleFormats, name) }

// formatOf is the format that a file's name asks for; it may be none of them.
func formatOf(name string) string {
	if name == "-" {
		return "jsonl"
	}
	return strings.TrimPrefix(strings.ToLower(filepath.Ext(name)), ".")
}

// sampleShape is what a format has to know before the first document.
type sampleShape struct {
	documents, context int
	wide               bool     // some token id needs more than 16 bits
	words              []string // to write in the place of token ids 1 and on; nil where ids are written
}

// wide says whether the largest of ascending ids needs more than 16 bits.
func wide(vocabulary []int32) bool { return vocabulary[len(vocabulary)-1] >= 1<<16 }

// binaryType is numpy's name of the numbers in a .bin file.
func (s sampleShape) binaryType() string {
	if s.wide {
		return "uint32"
	}
	return "uint16"
}

// documentWriter writes documents in a format. Write errors come from document and flush.
type documentWriter struct {
	out    *bufio.Writer
	format string
	shape  sampleShape
	line   []byte
}

func newDocumentWriter(w io.Writer, format string, shape sampleShape) *documentWriter {
	return &documentWriter{out: bufio.NewWriterSize(w, 1<<18), format: format, shape: shape}
}

// begin writes what stands before the documents.
func (d *documentWriter) begin() {
	if d.format == "npy" {
		_, _ = d.out.Write(npyHeader(d.shape.documents, d.shape.context))
	}
}

func (d *documentWriter) document(doc []int32) error {
	switch b := d.line[:0]; d.format {
	case "jsonl":
		d.line = append(appendIDs(append(b, `{"tokens":[`...), doc, ','), "]}\n"...)
	case "txt":
		if d.shape.words != nil {
			d.line = appendWords(b, doc, d.shape.words)
		} else {
			d.line = appendIDs(b, doc, ' ')
		}
		d.line = append(d.line, '\n')
	case "npy":
		d.line = appendPadded(b, doc, d.shape.context)
	case "bin":
		d.line = appendUnsigned(b, doc, d.shape.wide)
	}
	_, err := d.out.Write(d.line)
	return err
}

func (d *documentWriter) flush() error { return d.out.Flush() }

func appendIDs(b []byte, doc []int32, between byte) []byte {
	for i, id := range doc {
		if i > 0 {
			b = append(b, between)
		}
		b = strconv.AppendInt(b, int64(id), 10)
	}
	return b
}

// appendWords writes words for the token ids from 1 on, and a full stop for the separator.
func appendWords(b []byte, doc []int32, words []string) []byte {
	for i, id := range doc {
		word := "."
		if id > 0 {
			word = words[id-1]
		}
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, word...)
	}
	return b
}

// npyHeader is that of numpy's format, version 1.0, for an array of int32: a multiple of 64 bytes
// (numpy.lib.format).
func npyHeader(rows, columns int) []byte {
	const prefix, multiple = 10, 64
	text := fmt.Sprintf("{'descr': '<i4', 'fortran_order': False, 'shape': (%d, %d), }", rows, columns)
	length := (prefix+len(text)+1+multiple-1)/multiple*multiple - prefix
	text += strings.Repeat(" ", length-1-len(text)) + "\n"
	b := binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(length))
	return append(b, text...)
}

// appendPadded appends a row of int32, filled up with -1.
func appendPadded(b []byte, doc []int32, length int) []byte {
	for _, id := range doc {
		b = binary.LittleEndian.AppendUint32(b, uint32(id))
	}
	for range length - len(doc) {
		b = binary.LittleEndian.AppendUint32(b, ^uint32(0))
	}
	return b
}

func appendUnsigned(b []byte, doc []int32, wide bool) []byte {
	for _, id := range doc {
		if wide {
			b = binary.LittleEndian.AppendUint32(b, uint32(id))
		} else {
			b = binary.LittleEndian.AppendUint16(b, uint16(id))
		}
	}
	return b
}

// replaceFile makes a file of what is written, as a whole or not at all. What is there and no file, such as a pipe or
// a device, is written as it is.
func replaceFile(path string, write func(w io.Writer) error) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return writeInPlace(path, write)
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	err = write(f)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func writeInPlace(path string, write func(w io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
