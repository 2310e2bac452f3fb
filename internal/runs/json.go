package runs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// objects reads runs that are JSON objects.
type objects struct {
	text    []byte
	decoder *json.Decoder
	counted int // bytes whose lines are counted
	lines   int // line feeds in them
	names   []string
	known   map[string]bool
	rows    []map[string]string
	numbers []int // Run.Row of each row
}

// readJSON reads a list of objects, or objects one after the other, such as JSON Lines. The keys of objects within are
// joined with dots. A key that an object doesn't have, and null, is an empty cell.
func readJSON(text []byte) (sheet, error) {
	o := &objects{text: text, decoder: json.NewDecoder(bytes.NewReader(text)), known: map[string]bool{}}
	o.decoder.UseNumber()
	read := o.stream
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		read = o.list
	}
	if err := read(); err != nil {
		return sheet{}, fmt.Errorf("line %d: %w", o.errorLine(err), err)
	}
	return sheet{names: o.names, row: func(i int) int { return o.numbers[i] }, cells: o.cells}, nil
}

func (o *objects) cells(column int) ([]string, error) {
	cells := make([]string, len(o.rows))
	for i, row := range o.rows {
		cells[i] = row[o.names[column]]
	}
	return cells, nil
}

// stream reads objects up to the end, each numbered by its line.
func (o *objects) stream() error {
	for {
		t, err := o.decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := o.run(t, o.line()); err != nil {
			return err
		}
	}
}

// list reads one list of objects, each numbered by its place.
func (o *objects) list() error {
	if _, err := o.decoder.Token(); err != nil {
		return err
	}
	for o.decoder.More() {
		t, err := o.token()
		if err != nil {
			return err
		}
		if err := o.run(t, len(o.rows)+1); err != nil {
			return err
		}
	}
	if _, err := o.token(); err != nil {
		return err
	}
	if _, err := o.decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the list")
	}
	return nil
}

// token is the next one where the text may not end.
func (o *objects) token() (json.Token, error) {
	t, err := o.decoder.Token()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return t, err
}

// line is the line of the token that was read last.
func (o *objects) line() int { return o.lineAt(int(o.decoder.InputOffset())) }

// errorLine is the line of what an error speaks of: a syntax error's token comes after the last one that was read.
func (o *objects) errorLine(err error) int {
	at := int(o.decoder.InputOffset())
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		for at < len(o.text) && bytes.IndexByte([]byte(" \t\r\n,:"), o.text[at]) >= 0 {
			at++
		}
	}
	return o.lineAt(at)
}

// lineAt is the line of an offset, which never goes back from one call to the next.
func (o *objects) lineAt(offset int) int {
	o.lines += bytes.Count(o.text[o.counted:offset], []byte("\n"))
	o.counted = offset
	return o.lines + 1
}
