package action

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// Added are fields that came after the keys that hold their objects, by their paths such as fit.pool, with the defaults that
// they came with.
type Added map[string]any

// Without is v as it was before the fields were added, wherever they have the defaults that they came with: then what is asked
// for is the same, and so must be the key. Other values stay.
func (added Added) Without(v any) (any, error) {
	if len(added) == 0 {
		return v, nil
	}
	tree, err := decoded(v)
	if err != nil {
		return nil, err
	}
	for path, value := range added {
		usual, err := decoded(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		remove(tree, strings.Split(path, "."), usual)
	}
	return tree, nil
}

// decoded is v as JSON says it, with numbers as they are written.
func decoded(v any) (tree any, err error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return tree, d.Decode(&tree)
}

// remove removes the field at a path where it has the value.
func remove(tree any, path []string, value any) {
	object, ok := tree.(map[string]any)
	if !ok {
		return
	}
	if len(path) > 1 {
		remove(object[path[0]], path[1:], value)
		return
	}
	if there, found := object[path[0]]; found && reflect.DeepEqual(there, value) {
		delete(object, path[0])
	}
}
