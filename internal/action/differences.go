package action

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Difference is a field that two preimages don't share. A side that lacks the field is null.
type Difference struct {
	Field string          `json:"field"` // such as params.recipe.batch
	Here  json.RawMessage `json:"here"`
	There json.RawMessage `json:"there"`
}

// Differences compares two JSON values field by field, in the order of the fields' names. Values are compared in
// canonical form. What isn't JSON is one value that differs as a whole.
func Differences(here, there json.RawMessage) []Difference {
	a, b := flatten(here), flatten(there)
	differences := []Difference{}
	for _, field := range fields(a, b) {
		if !bytes.Equal(a[field], b[field]) {
			differences = append(differences, Difference{Field: field, Here: a[field], There: b[field]})
		}
	}
	return differences
}

func fields(a, b map[string]json.RawMessage) []string {
	var names []string
	for name := range a {
		names = append(names, name)
	}
	for name := range b {
		if _, both := a[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// flatten maps the paths of a value's leaves to them. Empty objects and arrays are leaves.
func flatten(raw json.RawMessage) map[string]json.RawMessage {
	leaves := map[string]json.RawMessage{}
	var v any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		leaves[""] = quoted(string(raw))
		return leaves
	}
	flattenInto(leaves, "", v)
	return leaves
}

func flattenInto(leaves map[string]json.RawMessage, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, child := range v {
			flattenInto(leaves, join(path, name), child)
		}
		if len(v) > 0 {
			return
		}
	case []any:
		for i, child := range v {
			flattenInto(leaves, index(path, i), child)
		}
		if len(v) > 0 {
			return
		}
	}
	leaves[path] = leaf(v)
}

// leaf is a scalar in canonical form, which jcs gives within an array.
func leaf(v any) json.RawMessage {
	raw, err := json.Marshal([]any{v})
	if err != nil {
		return quoted(fmt.Sprint(v))
	}
	b, err := Canonical(raw)
	if err != nil { // a number that has no float64: as it is
		b = raw
	}
	return b[1 : len(b)-1]
}

func quoted(s string) json.RawMessage {
	b, _ := json.Marshal(s) // a string always has a JSON form
	return b
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func index(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
