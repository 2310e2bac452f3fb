package spec

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/studies"
)

// TestSchemaAndTypesAgree holds that the schema has the keys of the Go types, all of them and no others, everywhere.
func TestSchemaAndTypesAgree(t *testing.T) {
	agree(t, "study", rootForm(), reflect.TypeFor[ziplaw.Study]())
}

func agree(t *testing.T, path string, f *form, typ reflect.Type) {
	f = f.resolve()
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch {
	case f.Items != nil:
		if typ.Kind() != reflect.Slice {
			t.Errorf("%s is a list in the schema and %s in Go", path, typ)
			return
		}
		agree(t, path+"[]", f.Items, typ.Elem())
	case typ.Kind() == reflect.Struct:
		var keys []string
		for _, field := range reflect.VisibleFields(typ) {
			if field.Anonymous { // its own are visible
				continue
			}
			key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			keys = append(keys, key)
			if below := f.Properties[key]; below != nil {
				agree(t, path+"."+key, below, field.Type)
			}
		}
		slices.Sort(keys)
		if got := f.keys(); !slices.Equal(got, keys) {
			t.Errorf("%s has keys %v in the schema and %v in Go", path, got, keys)
		}
	case f.Type != "" && f.Type != jsonType(typ):
		t.Errorf("%s is %s in the schema and %s in Go", path, f.Type, typ)
	}
}

func jsonType(typ reflect.Type) string {
	switch typ.Kind() {
	case reflect.Int, reflect.Int64:
		return "integer"
	case reflect.Float64:
		return "number"
	case reflect.Bool:
		return "boolean"
	default:
		return typ.Kind().String()
	}
}

// TestSchemaStatesTheDefaults holds that every default of the schema is what a spec without the key becomes.
func TestSchemaStatesTheDefaults(t *testing.T) {
	s := parse(t, []byte(with("datasets: [{name: g, grammar: {nonterminals: 3, terminals: 20, options: 2, length: 2}}, {name: f, files: {include: [a]}}]")))
	var tree any
	if err := json.Unmarshal([]byte(normal(t, s)), &tree); err != nil {
		t.Fatal(err)
	}
	stated := 0
	compareDefaults(t, "", rootForm(), tree, &stated)
	if stated < 30 {
		t.Errorf("only %d defaults are stated", stated)
	}
}

func compareDefaults(t *testing.T, path string, f *form, value any, stated *int) {
	if f.Default != nil {
		*stated++
		if got, want := fmt.Sprint(value), fmt.Sprint(f.Default); got != want {
			t.Errorf("%s becomes %s, the schema says %s", path, got, want)
		}
	}
	f = f.resolve()
	switch v := value.(type) {
	case map[string]any:
		for _, key := range f.keys() {
			if below, found := v[key]; found {
				compareDefaults(t, keyPath(path, key), f.Properties[key], below, stated)
			}
		}
	case []any:
		for i, item := range v {
			compareDefaults(t, itemPath(path, i), f.Items, item, stated)
		}
	}
}

// TestSchemaExplainsEveryKey holds that every key has a description, and a default, choices, keys of its own or an
// example.
func TestSchemaExplainsEveryKey(t *testing.T) {
	var walk func(path string, f *form)
	walk = func(path string, f *form) {
		own := f
		f = f.resolve()
		if path != "" && own.Description == "" && f.Description == "" {
			t.Errorf("%s has no description", path)
		}
		if f.Items != nil {
			f = f.Items.resolve()
		}
		if f.Properties == nil && path != "version" && own.Default == nil && len(own.Examples) == 0 {
			t.Errorf("%s has neither a default nor an example", path)
		}
		for _, key := range f.keys() {
			walk(keyPath(path, key), f.Properties[key])
		}
	}
	walk("", rootForm())
}

// TestExamplesAreValid puts each example of the schema in a spec.
func TestExamplesAreValid(t *testing.T) {
	for _, key := range rootForm().keys() {
		for _, example := range rootForm().Properties[key].Examples {
			text, err := json.Marshal(example)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Parse([]byte(with(key + ": " + string(text)))); err != nil {
				t.Errorf("example of %s: %v", key, err)
			}
		}
	}
}

// TestReadyStudiesFollowTheSchema validates the texts by the schema alone, as an editor does.
func TestReadyStudiesFollowTheSchema(t *testing.T) {
	for _, name := range studies.Names() {
		text, _ := studies.Find(name)
		doc, err := read(text)
		if err != nil {
			t.Fatal(err)
		}
		compiled, err := schema()
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(doc.root); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaIsACopy(t *testing.T) {
	Schema()[0] = 'x'
	if !json.Valid(Schema()) {
		t.Error("a caller changes the schema")
	}
}
