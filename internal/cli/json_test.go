package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// jsonIs FILE [CHECK...] holds that a file is exactly one JSON value. A check is PATH=VALUE, PATH~REGEXP or PATH:TYPE,
// where a path is made of keys and numbers, such as fits.0.alpha, and ends in len for the length of a list.
func jsonIs(ts *testscript.TestScript, _ bool, args []string) {
	v, err := oneValue(ts.ReadFile(args[0]))
	ts.Check(err)
	for _, check := range args[1:] {
		if err := checkJSON(v, check); err != nil {
			ts.Fatalf("%s: %v", check, err)
		}
	}
}

// value NAME FILE PATH sets a variable to what stands in a JSON value.
func value(ts *testscript.TestScript, _ bool, args []string) {
	v, err := oneValue(ts.ReadFile(args[1]))
	ts.Check(err)
	v, err = at(v, args[2])
	ts.Check(err)
	ts.Setenv(args[0], written(v))
}

// oneValue is the one JSON value of a text.
func oneValue(text string) (v any, err error) {
	d := json.NewDecoder(strings.NewReader(text))
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("no JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}

var checkForm = regexp.MustCompile(`^([^=~:]*)([=~:])(.*)$`)

func checkJSON(v any, check string) error {
	part := checkForm.FindStringSubmatch(check)
	if part == nil {
		return errors.New("is no PATH=VALUE, PATH~REGEXP or PATH:TYPE")
	}
	v, err := at(v, part[1])
	if err != nil {
		return err
	}
	text := written(v)
	switch part[2] {
	case "=":
		if text != part[3] {
			return fmt.Errorf("is %s", text)
		}
	case "~":
		if !regexp.MustCompile(part[3]).MatchString(text) {
			return fmt.Errorf("is %s", text)
		}
	case ":":
		if got := typeOf(v); got != part[3] {
			return fmt.Errorf("is the %s %s", got, text)
		}
	}
	return nil
}

// at goes down a path.
func at(v any, path string) (any, error) {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' }) {
		switch in := v.(type) {
		case map[string]any:
			below, found := in[step]
			if !found {
				return nil, fmt.Errorf("no key %s in %s", step, written(v))
			}
			v = below
		case []any:
			if step == "len" {
				return float64(len(in)), nil
			}
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(in) {
				return nil, fmt.Errorf("no item %s in a list of %d", step, len(in))
			}
			v = in[i]
		default:
			return nil, fmt.Errorf("nothing below %s", written(v))
		}
	}
	return v, nil
}

// written is a value as JSON, and a string as it is.
func written(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "bool"
	case float64:
		return "number"
	case string:
		return "string"
	case []any:
		return "list"
	default:
		return "object"
	}
}

// valid SCHEMA FILE... holds that files are as a JSON Schema wants them; ! valid, that none is.
func valid(ts *testscript.TestScript, neg bool, args []string) {
	schema, err := oneValue(ts.ReadFile(args[0]))
	ts.Check(err)
	c := jsonschema.NewCompiler()
	ts.Check(c.AddResource("schema.json", schema))
	compiled, err := c.Compile("schema.json")
	ts.Check(err)
	for _, file := range args[1:] {
		v, err := oneValue(ts.ReadFile(file))
		ts.Check(err)
		if err := compiled.Validate(v); (err != nil) != neg {
			ts.Fatalf("%s: %v", file, err)
		}
	}
}
