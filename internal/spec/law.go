package spec

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ziplaw/ziplaw"
)

//go:embed law.schema.json
var lawSchemaText []byte

// LawSchema is the JSON Schema of a law file (draft 2020-12).
func LawSchema() []byte { return slices.Clone(lawSchemaText) }

var lawSchema = sync.OnceValues(func() (*jsonschema.Schema, error) { return compile("urn:ziplaw:law:1", lawSchemaText) })

// ParseLaw reads a law file, and refuses what its schema doesn't allow, with where it is.
func ParseLaw(b []byte) (l ziplaw.Law, err error) {
	s, err := lawSchema()
	if err != nil {
		return l, err
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		return l, fmt.Errorf("it is no law file: %w", err)
	}
	if err := s.Validate(v); err != nil {
		return l, fmt.Errorf("it is no law file: %w", err)
	}
	if err := json.Unmarshal(b, &l); err != nil {
		return l, fmt.Errorf("it is no law file: %w", err)
	}
	l.Count, l.Measure = cmp.Or(l.Count, "all"), cmp.Or(l.Measure, "h")
	return l, nil
}
