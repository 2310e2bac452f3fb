package spec

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// Limits of a spec's text, well above any study, so that a hostile one ends in an error, and within the second that a
// workflow may take for a step.
const (
	maxBytes = 512 << 10
	maxDepth = 32
	maxNodes = 50_000
)

// The languages of texts, as errors name them.
const yamlName, jsonName = "YAML", "JSON"

// document is a spec's text as a tree of map[string]any, []any, string, bool, nil, int64 and float64 (integral
// numbers that 2^53 bounds are int64, as YAML and JSON may write 1e3 for 1000).
type document struct {
	root  any
	at    map[string]place // by path
	nodes int
	// oneLine is a text whose lines tell nothing.
	oneLine bool
}

// place is where a path stands in the text.
type place struct{ line, order int }

// read reads a spec's text, YAML or JSON.
func read(b []byte) (*document, error) {
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if len(b) > maxBytes {
		return nil, ziplaw.BadSpec("", fmt.Sprintf("at most %d bytes", maxBytes), "the spec has %d bytes", len(b))
	}
	text := bytes.TrimSpace(b)
	if len(text) == 0 {
		return nil, ziplaw.BadSpec("", "see ziplaw schema", "the spec is empty")
	}
	doc := &document{at: map[string]place{}, oneLine: !bytes.Contains(text, []byte("\n"))}
	name, parse := yamlName, doc.readYAML
	if text[0] == '{' && looksLikeJSON(text) {
		name, parse = jsonName, doc.readJSON
	}
	if err := checkUTF8(b, name); err != nil {
		return nil, err
	}
	err := parse(b)
	return doc, err
}

// enter notes where a path stands, and refuses trees that are too large or too deep.
func (d *document) enter(path string, line, depth int) error {
	if d.nodes++; d.nodes > maxNodes {
		return ziplaw.BadSpec("", fmt.Sprintf("at most %d", maxNodes), "the spec has too many values")
	}
	if depth > maxDepth {
		return ziplaw.BadSpec("", fmt.Sprintf("at most %d levels", maxDepth), "the spec is nested too deeply")
	}
	if _, found := d.at[path]; !found {
		d.at[path] = place{line: line, order: d.nodes}
	}
	return nil
}

// twice is the error of a key that is given twice.
func (d *document) twice(path string, line int) error {
	e := ziplaw.BadSpec(path, "keep one of them", "given twice, at lines %d and %d", d.at[path].line, line)
	e.Line = line
	return e
}

// find is the place of a path, or of the nearest part of the tree that holds it.
func (d *document) find(path string) place {
	for {
		if p, found := d.at[path]; found || path == "" {
			return p
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
}

// maxProblems bounds the errors told at once, maxFound those looked for.
const (
	maxProblems = 20
	maxFound    = 100
)

// join makes one error of problems: in the order of the text, each with its line.
func (d *document) join(problems []*ziplaw.Error) error {
	for _, e := range problems {
		if !d.oneLine {
			e.Line = d.find(e.Field).line
		}
	}
	slices.SortStableFunc(problems, func(a, b *ziplaw.Error) int {
		if c := d.find(a.Field).order - d.find(b.Field).order; c != 0 {
			return c
		}
		if c := strings.Compare(a.Field, b.Field); c != 0 {
			return c
		}
		return strings.Compare(a.Message, b.Message)
	})
	if len(problems) == 1 {
		return problems[0]
	}
	errs := make([]error, 0, maxProblems)
	for _, e := range problems[:min(len(problems), maxProblems)] {
		errs = append(errs, e)
	}
	return errors.Join(errs...)
}

var plainKey = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$-]*$`)

// keyPath is the path of a key below a path.
func keyPath(path, key string) string {
	switch {
	case !plainKey.MatchString(key):
		return path + "[" + strconv.Quote(key) + "]"
	case path == "":
		return key
	default:
		return path + "." + key
	}
}

// itemPath is the path of a list's item.
func itemPath(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// number is x as it stands in a tree.
func number(x float64) any {
	if n := int64(x); -1<<53 <= x && x <= 1<<53 && float64(n) == x {
		return n
	}
	return x
}
