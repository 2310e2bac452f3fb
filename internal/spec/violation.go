package spec

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/ziplaw/ziplaw"
)

// violations are the places where a tree is not as the schema wants it, in the words of the spec's writer.
func violations(root any) []*ziplaw.Error {
	s, err := schema()
	if err != nil {
		return []*ziplaw.Error{{Code: ziplaw.CodeInternal, Message: err.Error()}}
	}
	failed, ok := errors.AsType[*jsonschema.ValidationError](s.Validate(root))
	if !ok {
		return nil
	}
	r := reporter{root: root}
	r.walk(failed)
	return r.problems
}

type reporter struct {
	root     any
	problems []*ziplaw.Error
}

func (r *reporter) add(field, hint, format string, args ...any) {
	r.problems = append(r.problems, ziplaw.BadSpec(field, hint, format, args...))
}

// walk goes down to the causes. Those of a choice between schemas say less than the choice itself.
func (r *reporter) walk(e *jsonschema.ValidationError) {
	switch e.ErrorKind.(type) {
	case *kind.OneOf, *kind.AnyOf:
		r.report(e)
		return
	}
	if len(e.Causes) == 0 {
		r.report(e)
	}
	for _, cause := range e.Causes {
		r.walk(cause)
	}
}

func (r *reporter) report(e *jsonschema.ValidationError) {
	path, value := locate(r.root, e.InstanceLocation)
	f := formAt(e.InstanceLocation)
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		r.unknown(path, f, k.Properties)
	case *kind.Required:
		r.missing(path, e.InstanceLocation, k.Missing)
	case *kind.DependentRequired:
		r.add(keyPath(path, k.Prop), fmt.Sprintf("leave it out, or give %s", k.Missing[0]), "belongs to a data set of %s", k.Missing[0])
	case *kind.FalseSchema:
		r.add(path, "leave it out, or leave out file", "belongs to a class of random grammars, and the grammar is a file's")
	case *kind.OneOf:
		r.grammarOrFiles(path, len(k.Subschemas))
	case *kind.AnyOf:
		r.add(path, `"compact", or a number from 1 to 2147483647`, "%s is no vocabulary", show(value))
	case *kind.Type:
		r.add(path, typeHint(value, k.Want[0], f, last(e.InstanceLocation)), "is %s, not %s", article(k.Got), article(k.Want[0]))
	case *kind.Enum:
		r.choice(path, value, k.Want)
	case *kind.Const:
		r.add(path, fmt.Sprintf("this ziplaw reads version %v", k.Want), "is %s, not %v", show(value), k.Want)
	default:
		r.bound(path, value, e)
	}
}

// bound reports a value outside its limits.
func (r *reporter) bound(path string, value any, e *jsonschema.ValidationError) {
	f := formAt(e.InstanceLocation)
	switch k := e.ErrorKind.(type) {
	case *kind.Minimum:
		r.add(path, "at least "+rat(k.Want), "%s is below %s", show(value), rat(k.Want))
	case *kind.Maximum:
		r.add(path, "at most "+rat(k.Want), "%s is above %s", show(value), rat(k.Want))
	case *kind.ExclusiveMinimum:
		r.add(path, "above "+rat(k.Want), "%s is not above %s", show(value), rat(k.Want))
	case *kind.ExclusiveMaximum:
		r.add(path, "below "+rat(k.Want), "%s is not below %s", show(value), rat(k.Want))
	case *kind.Pattern:
		if path == "numerics" || path == "convert_from" {
			r.add(path, "cpu, cuda, or an id that ziplaw-cuda devices prints", "%s is no arithmetic", show(value))
			return
		}
		r.add(path, nameHint(value), "%s is no name", show(value))
	case *kind.MinItems:
		r.add(path, "at least one, as "+f.example(last(e.InstanceLocation)), "is empty")
	case *kind.MaxProperties:
		r.add(path, "give one of them", "has both %s", strings.Join(f.keys(), " and "))
	case *kind.MinLength:
		r.add(path, "leave it out", "is empty")
	case *kind.UniqueItems:
		r.add(itemPath(path, k.Duplicates[1]), "leave one out", "repeats %s", itemPath(path, k.Duplicates[0]))
	default:
		r.add(path, "see ziplaw schema", "%v", e)
	}
}

func (r *reporter) unknown(path string, f *form, names []string) {
	names = slices.Sorted(slices.Values(names))
	for _, name := range names[:min(len(names), maxFound)] {
		r.add(keyPath(path, name), nearestKey(name, f, path), "unknown key %q", name)
	}
}

func (r *reporter) missing(path string, tokens, names []string) {
	if last(tokens) == "grammar" && len(names) == len(formAt(tokens).resolve().Else.Required) {
		r.add(path, "nonterminals, terminals, options and length, or file for a grammar of your own", "names no grammar")
		return
	}
	for _, name := range names {
		hint := formAt(slices.Concat(tokens, []string{name})).example(name)
		if hint != "" {
			hint = "for example " + hint
		} else if name == "version" {
			hint = "version: 1"
		}
		r.add(keyPath(path, name), hint, "missing")
	}
}

func (r *reporter) grammarOrFiles(path string, matched int) {
	const hint = "exactly one: grammar for a grammar's text, files for text of your own"
	if matched > 0 {
		r.add(path, hint, "has both grammar and files")
		return
	}
	r.add(path, hint, "has neither grammar nor files")
}

func (r *reporter) choice(path string, value any, want []any) {
	var names []string
	for _, w := range want {
		names = append(names, fmt.Sprint(w))
	}
	hint := "one of " + strings.Join(names, ", ")
	if len(names) == 1 {
		hint = "only " + names[0] + " is there yet"
	}
	if s, ok := value.(string); ok {
		if near := nearest(s, names); near != "" {
			hint = fmt.Sprintf("did you mean %s? %s", near, hint)
		}
	}
	r.add(path, hint, "%s is not known", show(value))
}

// locate is the path of a place and the value that stands there.
func locate(root any, tokens []string) (path string, value any) {
	value = root
	for _, token := range tokens {
		switch v := value.(type) {
		case map[string]any:
			path, value = keyPath(path, token), v[token]
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(v) {
				return path, nil
			}
			path, value = itemPath(path, i), v[i]
		}
	}
	return path, value
}

func last(tokens []string) string {
	if len(tokens) == 0 {
		return ""
	}
	return tokens[len(tokens)-1]
}

func rat(x *big.Rat) string {
	if x.IsInt() {
		return x.Num().String()
	}
	f, _ := x.Float64()
	return strconv.FormatFloat(f, 'g', -1, 64)
}
