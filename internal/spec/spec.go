// Package spec reads a study's spec: YAML or JSON in, a ziplaw.Study with every default written out, or errors that
// name the field and say what would be right.
//
// It is pure: the same bytes give the same study or the same errors on every machine, without a file, a clock or the
// order of a map, so that workflows may call it. It opens no corpus and draws no grammar: what only those can tell
// (an empty corpus, a grammar that can't terminate) is found by package dataset.
package spec

import (
	"encoding/json"
	"fmt"

	"github.com/ziplaw/ziplaw"
)

// Parse reads a spec. JSON is told from YAML by its first character. The JSON of the study that it returns is the
// spec's normal form: Parse gives it back unchanged.
//
// Errors are *ziplaw.Error of code bad_spec. Several are joined in the order of the text, so that the first one, which
// ziplaw.AsError gives, stands for all.
func Parse(b []byte) (ziplaw.Study, error) {
	doc, err := read(b)
	if err != nil {
		return ziplaw.Study{}, err
	}
	if err := doc.join(violations(doc.root)); err != nil {
		return ziplaw.Study{}, err
	}
	study, err := decode(doc.root)
	if err != nil {
		return ziplaw.Study{}, err
	}
	if err := doc.join(check(study)); err != nil {
		return ziplaw.Study{}, err
	}
	sortAxes(&study)
	return study, nil
}

// decode makes a study of a tree that the schema allows, and writes out the defaults.
func decode(root any) (ziplaw.Study, error) {
	text, err := json.Marshal(root)
	if err != nil {
		return ziplaw.Study{}, fmt.Errorf("write spec as JSON: %w", err)
	}
	study := defaults()
	if err := json.Unmarshal(text, &study); err != nil {
		return ziplaw.Study{}, ziplaw.BadSpec("", "", "no study: %v", err)
	}
	complete(&study)
	return study, nil
}
