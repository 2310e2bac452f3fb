package spec

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed study.schema.json
var schemaText []byte

// Schema is the JSON Schema of a spec (draft 2020-12).
func Schema() []byte { return slices.Clone(schemaText) }

// schema is the compiled schema. It is built into the program, so a failure to compile is a mistake in it, which
// tests find.
var schema = sync.OnceValues(func() (*jsonschema.Schema, error) { return compile("urn:ziplaw:study:1", schemaText) })

func compile(name string, text []byte) (*jsonschema.Schema, error) {
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource(name, tree); err != nil {
		return nil, fmt.Errorf("add schema: %w", err)
	}
	return c.Compile(name)
}

// form is a part of the schema, as far as messages need it.
type form struct {
	Ref         string           `json:"$ref"`
	Defs        map[string]*form `json:"$defs"`
	Type        string           `json:"type"`
	Properties  map[string]*form `json:"properties"`
	Items       *form            `json:"items"`
	Enum        []string         `json:"enum"`
	Examples    []any            `json:"examples"`
	Default     any              `json:"default"`
	Description string           `json:"description"`
	Required    []string         `json:"required"`
	Else        *form            `json:"else"`
}

var rootForm = sync.OnceValue(func() *form {
	var f form
	if err := json.Unmarshal(schemaText, &f); err != nil {
		return &form{}
	}
	return &f
})

// resolve follows a reference.
func (f *form) resolve() *form {
	if name, found := strings.CutPrefix(f.Ref, "#/$defs/"); found {
		return rootForm().Defs[name]
	}
	return f
}

// formAt is the part of the schema for a place in a spec; nil where the schema has none.
func formAt(tokens []string) *form {
	f := rootForm()
	for _, token := range tokens {
		if f = f.resolve(); f == nil {
			return nil
		}
		if f.Items != nil {
			f = f.Items
		} else if f = f.Properties[token]; f == nil {
			return nil
		}
	}
	return f
}

// keys are the names of an object's keys, sorted.
func (f *form) keys() []string {
	if f == nil {
		return nil
	}
	var keys []string
	for k := range f.resolve().Properties {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// example is a value that would do at a key, as YAML; "" where the schema has none.
func (f *form) example(key string) string {
	if f == nil {
		return ""
	}
	v := f.Default
	if len(f.Examples) > 0 {
		v = f.Examples[0]
	}
	text, err := json.Marshal(v)
	if v == nil || err != nil {
		return ""
	}
	if s, err := strconv.Unquote(string(text)); err == nil {
		return key + ": " + s
	}
	return key + ": " + string(text)
}
