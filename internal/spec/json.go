package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"

	"github.com/ziplaw/ziplaw"
)

// looksLikeJSON tells JSON from YAML's flow style, which begins with a brace as well.
func looksLikeJSON(text []byte) bool {
	rest := bytes.TrimLeft(text[1:], " \t\r\n")
	return len(rest) > 0 && (rest[0] == '"' || rest[0] == '}') && (json.Valid(text) || bytes.Contains(text, []byte("\t")))
}

// jsonReader reads JSON token by token, since encoding/json keeps the last of two equal keys without a word.
type jsonReader struct {
	doc     *document
	decoder *json.Decoder
	text    []byte
	counted int // bytes whose lines are counted
	line    int
}

func (d *document) readJSON(b []byte) (err error) {
	r := &jsonReader{doc: d, decoder: json.NewDecoder(bytes.NewReader(b)), text: b, line: 1}
	r.decoder.UseNumber()
	d.root, err = r.value("", 0)
	if err == nil {
		if _, next := r.decoder.Token(); next != io.EOF {
			err = errors.New("more than one value")
		}
	}
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*ziplaw.Error](err); ok {
		return e
	}
	e := ziplaw.BadSpec("", "", "no JSON: %v", err)
	e.Line = r.here()
	return e
}

// here is the line that the decoder has come to.
func (r *jsonReader) here() int {
	end := min(int(r.decoder.InputOffset()), len(r.text))
	r.line += bytes.Count(r.text[r.counted:end], []byte("\n"))
	r.counted = end
	return r.line
}

func (r *jsonReader) value(path string, depth int) (any, error) {
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	if err := r.doc.enter(path, r.here(), depth); err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return r.object(path, depth)
		}
		return r.array(path, depth)
	case json.Number:
		return r.number(path, t)
	default:
		return t, nil
	}
}

func (r *jsonReader) object(path string, depth int) (any, error) {
	m := map[string]any{}
	for r.decoder.More() {
		token, err := r.decoder.Token()
		if err != nil {
			return nil, err
		}
		key := token.(string)
		below := keyPath(path, key)
		if _, found := m[key]; found {
			return nil, r.doc.twice(below, r.here())
		}
		if m[key], err = r.value(below, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := r.decoder.Token()
	return m, err
}

func (r *jsonReader) array(path string, depth int) (any, error) {
	list := []any{}
	for r.decoder.More() {
		v, err := r.value(itemPath(path, len(list)), depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := r.decoder.Token()
	return list, err
}

func (r *jsonReader) number(path string, n json.Number) (any, error) {
	if i, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		return i, nil
	}
	x, err := n.Float64()
	if err != nil {
		e := ziplaw.BadSpec(path, "a number of at most 1.8e308", "%.40s is out of range", n)
		e.Line = r.here()
		return nil, e
	}
	return number(x), nil
}
