package content

import (
	"errors"
	"io"
	"strings"
)

// Format is how a file holds documents.
type Format string

// The formats.
const (
	Text  Format = "text"  // bytes, or integers with spaces between
	JSONL Format = "jsonl" // one record of JSON a line
	NPY   Format = "npy"   // an array of numpy
	Bin   Format = "bin"   // little-endian numbers and nothing else
)

// FormatOf is the format that a name's ending stands for.
func FormatOf(base string) Format {
	lower := strings.ToLower(base)
	for _, e := range []struct {
		ending string
		format Format
	}{{".jsonl", JSONL}, {".ndjson", JSONL}, {".npy", NPY}, {".bin", Bin}} {
		if strings.HasSuffix(lower, e.ending) {
			return e.format
		}
	}
	return Text
}

// The tokenizers of text.
const (
	Bytes    = "bytes"    // a token is a byte, 0 to 255
	Integers = "integers" // white-space separated ids, one document a line
)

// DocumentOptions says how documents are made of a content.
type DocumentOptions struct {
	Format    Format // "" is by name
	Tokenizer string // of text: Bytes, which "" is as well, or Integers
	TextField string // of records with text; "" is "text"
	// Context is the tokens of a window. Text, .bin and one-dimensional .npy are cut
	// to windows; what remains is dropped.
	Context   int
	Type      string // of .bin: "uint16", which "" is as well, or "uint32"
	CheckUTF8 bool   // text that isn't UTF-8 is an error: see Look
	OnlyText  bool   // token ids are an error: every token is a byte of text
}

// Documents reads the documents of a content, one after the other.
type Documents struct {
	name   string
	cutter cutter
	look   looker
	tally  tally
	err    error // what ended the reading
}

// cutter makes documents of one format.
type cutter interface {
	// next appends the next document to dst.
	next(dst []int32) ([]int32, error)
}

// tally counts texts: files, records, rows or lines.
type tally struct{ texts, short int64 }

// NewDocuments reads documents from c. Errors are of options that make no sense.
func NewDocuments(c *Content, o DocumentOptions) (*Documents, error) {
	d := &Documents{name: c.Name()}
	d.look = looker{r: c, check: o.CheckUTF8}
	if o.Format == "" {
		o.Format = FormatOf(c.Base())
	}
	var err error
	if d.cutter, err = d.newCutter(o); err != nil {
		return nil, named(err, c.Name())
	}
	return d, nil
}

func (d *Documents) newCutter(o DocumentOptions) (cutter, error) {
	switch o.Tokenizer {
	case "", Bytes, Integers:
	default:
		return nil, wrong(Misuse, "tokenizer %q is none of %s and %s", o.Tokenizer, Bytes, Integers)
	}
	windows := func(c cutter) (cutter, error) {
		if o.Context < 1 {
			return nil, noWindow(o.Context)
		}
		return c, nil
	}
	if o.OnlyText && (o.Tokenizer == Integers || o.Format == NPY || o.Format == Bin) {
		return nil, idsNotText()
	}
	switch o.Format {
	case Text:
		if o.Tokenizer == Integers {
			return &integers{newLines(&d.look), &d.tally}, nil
		}
		return windows(newText(&d.look, o.Context, &d.tally))
	case JSONL:
		return &recordWindows{records: NewRecords(&d.look, o.TextField), options: o, tally: &d.tally}, nil
	case NPY:
		return newArray(d.look.r, o.Context, &d.tally), nil
	case Bin:
		number, err := binaryType(o.Type)
		if err != nil {
			return nil, err
		}
		return windows(newBinary(d.look.r, number, o.Context, &d.tally))
	}
	return nil, wrong(Misuse, "format %q is none of %s, %s, %s and %s", o.Format, Text, JSONL, NPY, Bin)
}

func idsNotText() error {
	return wrong(NoText, "holds token ids and no text, whose bytes are wanted")
}

func noWindow(context int) error {
	return wrong(Misuse, "a window of %d tokens has none: it takes one at least", context)
}

// Next appends the next document to dst. Errors are io.EOF and *Error, and stay;
// dst is then returned as it came.
func (d *Documents) Next(dst []int32) (doc []int32, err error) {
	if d.err != nil {
		return dst, d.err
	}
	if doc, err = d.cutter.next(dst); err != nil {
		d.err = d.explain(err)
		return dst, d.err
	}
	return doc, nil
}

// explain names the file, and says of lines that can't be read when the file is
// no text at all.
func (d *Documents) explain(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	switch e.Kind {
	case BadRecord, BadToken, TooLong:
		if kind := d.look.Kind(); kind != "" && kind != notUTF8 { // the lines of which may be good
			return named(notText(d.look.Look), d.name)
		}
	}
	return named(e, d.name)
}

// Name is the content's.
func (d *Documents) Name() string { return d.name }

// Look is what was noticed of the text so far; of numbers nothing is.
func (d *Documents) Look() Look { return d.look.Look }

// Texts is how many texts were read so far: the file where it is text or numbers
// without rows, and else records, lines or rows.
func (d *Documents) Texts() int64 { return d.tally.texts }

// Short is how many of the texts were shorter than a window, or had no token,
// and made no document.
func (d *Documents) Short() int64 { return d.tally.short }

// looker looks at text on its way from a content.
type looker struct {
	Look
	r     io.Reader
	check bool
}

func (l *looker) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	l.Add(p[:n])
	if errors.Is(err, io.EOF) {
		l.Done()
	}
	if l.check && !l.Text() {
		return 0, notText(l.Look)
	}
	return n, err
}

func notText(l Look) *Error {
	what := "convert it to UTF-8, or leave it out"
	if l.Kind() == "UTF-16 text" {
		what = "convert it: iconv -f UTF-16 -t UTF-8"
	}
	return wrong(NotText, "is %s, as its byte %d shows (%s)", l.Kind(), l.At(), what)
}
