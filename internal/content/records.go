package content

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Record is a record of JSON lines: text, or the token ids of a document. Its
// slices are the reader's, until the next call.
type Record struct {
	Line     int
	Text     []byte
	Tokens   []int32
	IsTokens bool
}

// Records reads JSON lines.
type Records struct {
	name      string
	lines     *lines
	textField string
	text      []byte
	tokens    []int32
	err       error // what ended the reading
}

// NewRecords reads JSON lines from r; the text of a record is in the field
// textField, "" being "text". The name in errors is r's where r has one, as a
// Content and a file do.
func NewRecords(r io.Reader, textField string) *Records {
	if textField == "" {
		textField = "text"
	}
	records := &Records{lines: newLines(r), textField: textField}
	if n, ok := r.(interface{ Name() string }); ok {
		records.name = n.Name()
	}
	return records
}

// Next is the next record: an object with an array of integers named tokens, or
// else with a string that is text. Blank lines are skipped. Errors are io.EOF
// and *Error, and stay.
func (r *Records) Next() (Record, error) {
	if r.err != nil {
		return Record{}, r.err
	}
	record, err := r.next()
	if err != nil {
		r.err = named(err, r.name)
		return Record{}, r.err
	}
	return record, nil
}

func (r *Records) next() (Record, error) {
	for {
		line, err := r.lines.next()
		if err != nil {
			return Record{}, err
		}
		if blank(line) {
			continue
		}
		record, err := r.record(line)
		record.Line = int(r.lines.number)
		return record, atLine(err, r.lines.number)
	}
}

func (r *Records) record(line []byte) (Record, error) {
	var plain bool
	if r.tokens, plain = appendPlain(r.tokens[:0], line); plain {
		return Record{Tokens: r.tokens, IsTokens: true}, nil
	}
	if err := checkJSON(line); err != nil {
		return Record{}, err
	}
	if line = skipSpace(line); line[0] != '{' {
		return Record{}, wrong(BadRecord, "is %s and no object (one record is one line)", sortOf(line))
	}
	tokens, text := r.find(line)
	switch {
	case sortOf(tokens) == "an array":
		return r.ofTokens(tokens)
	case sortOf(text) == "a string":
		r.text = appendString(r.text[:0], text)
		return Record{Text: r.text}, nil
	}
	return Record{}, r.neither(line, tokens, text)
}

// find finds the values of the fields that matter. Of a field that is there
// twice it takes the last, as others do.
func (r *Records) find(line []byte) (tokens, text []byte) {
	for o := (object{line}); ; {
		name, value, ok := o.next()
		if !ok {
			return tokens, text
		}
		if is(name, "tokens") {
			tokens = value
		}
		if is(name, r.textField) {
			text = value
		}
	}
}

// is says whether a field's name, as it is written, is a name.
func is(written []byte, name string) bool {
	if bytes.IndexByte(written, '\\') < 0 {
		return string(written[1:len(written)-1]) == name
	}
	return string(appendString(nil, written)) == name
}

func (r *Records) ofTokens(array []byte) (Record, error) {
	var err error
	if r.tokens, err = appendArray(r.tokens[:0], array); err != nil {
		return Record{}, err
	}
	return Record{Tokens: r.tokens, IsTokens: true}, nil
}

// neither is the error of a record with neither tokens nor text.
func (r *Records) neither(line, tokens, text []byte) error {
	switch {
	case text != nil:
		return wrong(BadRecord, "its field %q is %s and no string (name the field that holds text: measure --text-field, or text_field of a study's files)", r.textField, sortOf(text))
	case tokens != nil:
		return wrong(BadRecord, `its field "tokens" is %s and no array of integers, and it has no field %q (name the field that holds text: measure --text-field, or text_field of a study's files)`,
			sortOf(tokens), r.textField)
	}
	return wrong(NoText, `has neither a field "tokens" nor a field %q, but %s (name the field that holds text: measure --text-field, or text_field of a study's files)`,
		r.textField, fieldsOf(line))
}

// fieldsOf lists the first fields of a record.
func fieldsOf(line []byte) string {
	const most, longest = 8, 40
	var names []string
	for o := (object{line}); ; {
		name, _, ok := o.next()
		switch {
		case !ok && names == nil:
			return "no field at all"
		case !ok:
			return strings.Join(names, ", ")
		case len(names) == most:
			return strings.Join(names, ", ") + " and others"
		}
		text := []rune(string(appendString(nil, name)))
		if len(text) > longest {
			text = append(text[:longest], '…')
		}
		names = append(names, fmt.Sprintf("%q", string(text)))
	}
}

// sortOf names the sort of a JSON value.
func sortOf(value []byte) string {
	if len(value) == 0 {
		return "nothing"
	}
	switch value[0] {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}
