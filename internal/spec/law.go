package spec

import (
	"bytes"
	_ "embed"
	"slices"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed law.schema.json
var lawSchemaText []byte

// LawSchema is the JSON Schema of a law file (draft 2020-12).
func LawSchema() []byte { return slices.Clone(lawSchemaText) }

var lawSchema = sync.OnceValues(func() (*jsonschema.Schema, error) { return compile("urn:ziplaw:law:1", lawSchemaText) })

// CheckLaw refuses what is no law file, by its schema.
func CheckLaw(b []byte) error {
	s, err := lawSchema()
	if err != nil {
		return err
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		return err
	}
	return s.Validate(v)
}
