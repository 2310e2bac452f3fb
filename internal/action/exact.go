package action

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// exact reports JSON that RFC 8785 can't tell apart from other JSON: integers that no float64 holds, and names that
// occur twice in an object (which jcs would let through).
func exact(raw []byte) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := exactValue(dec, ""); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("canonical JSON: more than one value")
	}
	return nil
}

func exactValue(dec *json.Decoder, path string) error {
	t, err := dec.Token()
	if err != nil {
		return fmt.Errorf("canonical JSON: %w", err)
	}
	switch t := t.(type) {
	case json.Number:
		return exactNumber(t, path)
	case json.Delim:
		if t == '{' {
			return exactObject(dec, path)
		}
		return exactArray(dec, path)
	}
	return nil
}

func exactObject(dec *json.Decoder, path string) error {
	seen := map[string]bool{}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return fmt.Errorf("canonical JSON: %w", err)
		}
		name, _ := t.(string)
		field := join(path, name)
		if seen[name] {
			return fmt.Errorf("canonical JSON: %s stands twice", field)
		}
		seen[name] = true
		if err := exactValue(dec, field); err != nil {
			return err
		}
	}
	return closing(dec)
}

func exactArray(dec *json.Decoder, path string) error {
	for i := 0; dec.More(); i++ {
		if err := exactValue(dec, index(path, i)); err != nil {
			return err
		}
	}
	return closing(dec)
}

func closing(dec *json.Decoder) error {
	if _, err := dec.Token(); err != nil {
		return fmt.Errorf("canonical JSON: %w", err)
	}
	return nil
}

// exactNumber lets decimal fractions pass: those are rounded when they are read into a float64, by everybody alike.
// An integer must be the shortest one of its float64, as all up to 2^53 are.
func exactNumber(n json.Number, path string) error {
	if strings.ContainsAny(n.String(), ".eE") {
		return nil
	}
	f, err := n.Float64()
	if err != nil || strconv.FormatFloat(f, 'f', -1, 64) != n.String() {
		return fmt.Errorf("canonical JSON: %s: %s has no float64 of its own", path, n)
	}
	return nil
}
