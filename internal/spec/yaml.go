package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ziplaw/ziplaw"
)

func (d *document) readYAML(b []byte) (err error) {
	decoder := yaml.NewDecoder(bytes.NewReader(b))
	var node, more yaml.Node
	if err := decoder.Decode(&node); err != nil {
		return noYAML(err)
	}
	switch err := decoder.Decode(&more); {
	case err == nil:
		return at(more.Line, "", "take what follows --- out", "the text has more than one document")
	case !errors.Is(err, io.EOF):
		return noYAML(err)
	}
	d.root, err = d.node(&node, "", 0)
	return err
}

// noYAML is the parser's error, with its line in its place.
func noYAML(err error) error {
	if errors.Is(err, io.EOF) {
		return ziplaw.BadSpec("", "see ziplaw schema", "the spec is empty")
	}
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	var line int
	if n, _ := fmt.Sscanf(message, "line %d:", &line); n == 1 {
		_, message, _ = strings.Cut(message, ": ")
	}
	return at(line, "", "", "no YAML: %s", message)
}

func at(line int, path, hint, format string, args ...any) error {
	e := ziplaw.BadSpec(path, hint, format, args...)
	e.Line = line
	return e
}

func (d *document) node(n *yaml.Node, path string, depth int) (any, error) {
	if n.Kind != yaml.DocumentNode && n.Kind != yaml.AliasNode {
		if err := d.enter(path, n.Line, depth); err != nil {
			return nil, err
		}
	}
	switch n.Kind {
	case yaml.DocumentNode:
		return d.node(n.Content[0], path, depth)
	case yaml.AliasNode:
		return d.node(n.Alias, path, depth+1)
	case yaml.MappingNode:
		return d.mapping(n, path, depth)
	case yaml.SequenceNode:
		return d.sequence(n, path, depth)
	default:
		return scalar(n, path)
	}
}

// mergeTag is the tag of <<, which YAML 1.2 doesn't know.
const mergeTag = "!!merge"

func (d *document) mapping(n *yaml.Node, path string, depth int) (any, error) {
	m := map[string]any{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			return nil, at(key.Line, path, "a name, as name: value", "a key that is no text")
		}
		if key.ShortTag() == mergeTag {
			return nil, at(key.Line, path, "write its keys out, or give the whole value by its alias, as in models: *all", "the merge key << is not read")
		}
		below := keyPath(path, key.Value)
		if _, found := m[key.Value]; found {
			return nil, d.twice(below, key.Line)
		}
		if err := d.enter(below, key.Line, depth); err != nil {
			return nil, err
		}
		var err error
		if m[key.Value], err = d.node(v, below, depth+1); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (d *document) sequence(n *yaml.Node, path string, depth int) (any, error) {
	list := make([]any, len(n.Content))
	for i, item := range n.Content {
		var err error
		if list[i], err = d.node(item, itemPath(path, i), depth+1); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// octal is a number that YAML 1.1 reads as octal and YAML 1.2 as decimal.
var octal = regexp.MustCompile(`^[-+]?0[0-9_]+$`)

func scalar(n *yaml.Node, path string) (any, error) {
	switch n.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool", "!!int", "!!float":
		if n.Style == 0 && octal.MatchString(n.Value) {
			return nil, at(n.Line, path, "without the leading 0", "%.40s is octal to some and decimal to others", n.Value)
		}
		return decodeScalar(n, path)
	case "!!str", "!!timestamp", mergeTag:
		return n.Value, nil
	default:
		return nil, at(n.Line, path, "leave the tag out", "unknown tag %s", n.Tag)
	}
}

func decodeScalar(n *yaml.Node, path string) (any, error) {
	var v any
	if err := n.Decode(&v); err != nil {
		return nil, at(n.Line, path, "", "%.40q is no value of type %s", n.Value, n.Tag)
	}
	switch x := v.(type) {
	case int:
		return int64(x), nil
	case uint64:
		return float64(x), nil
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, at(n.Line, path, "a finite number", "%.40s is no finite number", n.Value)
		}
		return number(x), nil
	default:
		return v, nil
	}
}
