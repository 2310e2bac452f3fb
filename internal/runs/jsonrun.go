package runs

import (
	"encoding/json"
	"errors"
	"fmt"
)

// maxDepth bounds how deep the objects of a run are nested.
const maxDepth = 32

// run reads the object that a token opens.
func (o *objects) run(t json.Token, number int) error {
	if t != json.Delim('{') {
		return errors.New("a run is an object, such as {\"params\": 1e6, \"tokens\": 2e7, \"loss\": 3.1}")
	}
	row := map[string]string{}
	o.rows, o.numbers = append(o.rows, row), append(o.numbers, number)
	return o.object(row, "", 1)
}

// object reads the keys of an object, up to its end, into cells. Prefix is what its keys are joined to.
func (o *objects) object(row map[string]string, prefix string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("objects are nested more than %d deep", maxDepth)
	}
	for o.decoder.More() {
		key, err := o.token()
		if err != nil {
			return err
		}
		name := prefix + key.(string) // the decoder refuses other keys
		value, err := o.token()
		if err != nil {
			return err
		}
		if value == json.Delim('{') {
			if err := o.object(row, name+".", depth+1); err != nil {
				return err
			}
			continue
		}
		if _, found := row[name]; found {
			return fmt.Errorf("%s is given twice", quote(name))
		}
		if row[name], err = o.cell(value); err != nil {
			return err
		}
		if !o.known[name] {
			o.known[name] = true
			o.names = append(o.names, name)
		}
	}
	_, err := o.token()
	return err
}

// cell is the text of a value that is no object.
func (o *objects) cell(value json.Token) (string, error) {
	switch v := value.(type) {
	case nil:
		return "", nil
	case json.Delim:
		return aList, o.skip()
	default:
		return fmt.Sprint(v), nil
	}
}

// skip reads up to the end of a list.
func (o *objects) skip() error {
	for open := 1; open > 0; {
		t, err := o.token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('['), json.Delim('{'):
			open++
		case json.Delim(']'), json.Delim('}'):
			open--
		}
	}
	return nil
}
