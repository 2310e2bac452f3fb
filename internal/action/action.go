// Package action names the things that ziplaw does once: an action with its version and parameters has a preimage in
// canonical JSON (RFC 8785), and the preimage's sha256 is the key under which its result is known.
//
// What belongs into the parameters is the caller's matter; nothing here runs or stores anything.
package action

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/gowebpki/jcs"

	"github.com/ziplaw/ziplaw"
)

// Action is everything that determines a result.
type Action struct {
	Name    string `json:"action"`
	Version int    `json:"version"` // of what the action computes from its parameters
	Params  any    `json:"params"`
}

// Preimage is {"action","version","params"} in canonical JSON. Numbers are float64, so an integer that has no float64
// is an error that names it: its neighbour would have the same key.
func (a Action) Preimage() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(a); err != nil {
		return nil, fmt.Errorf("action %s: %w", a.Name, err)
	}
	canonical, err := Canonical(b.Bytes())
	if err != nil {
		return nil, fmt.Errorf("action %s: %w", a.Name, err)
	}
	return canonical, nil
}

// Key is the sha256 of the preimage.
func (a Action) Key() (ziplaw.Key, error) {
	b, err := a.Preimage()
	if err != nil {
		return "", err
	}
	return hash(b), nil
}

// KeyOf is the key of a preimage, whatever its white space, escapes and order of fields.
func KeyOf(preimage []byte) (ziplaw.Key, error) {
	b, err := Canonical(preimage)
	if err != nil {
		return "", fmt.Errorf("preimage: %w", err)
	}
	return hash(b), nil
}

// NameOf is the name of the action that a preimage describes, empty where there is none.
func NameOf(preimage []byte) string {
	var a struct {
		Action string `json:"action"`
	}
	if json.Unmarshal(preimage, &a) != nil {
		return ""
	}
	return a.Action
}

// Canonical is a JSON object or array in the form of RFC 8785.
func Canonical(raw []byte) ([]byte, error) {
	if err := exact(raw); err != nil {
		return nil, err
	}
	b, err := jcs.Transform(raw)
	if err != nil {
		return nil, fmt.Errorf("canonical JSON: %w", err)
	}
	return b, nil
}

func hash(canonical []byte) ziplaw.Key {
	sum := sha256.Sum256(canonical)
	return ziplaw.Key(hex.EncodeToString(sum[:]))
}
