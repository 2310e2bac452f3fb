package lineage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/dataset"
	"github.com/ziplaw/ziplaw/internal/store"
)

// States of a verification.
const (
	Clean      = "clean"
	Tampered   = "tampered"   // something isn't what its digest, or what leads to it, says
	Incomplete = "incomplete" // nothing is tampered with, but something is missing
)

// Verification is what a study's records and artifacts turned out to be.
type Verification struct {
	Study    string     `json:"study"`
	Version  ziplaw.Key `json:"version"`
	State    string     `json:"state"`
	Checked  int        `json:"checked"` // artifacts whose digest was computed
	Problems []Problem  `json:"problems"`
}

// Problem is something in the store that isn't as it should be.
type Problem struct {
	ID      string `json:"id"` // of an artifact, or the name of an object in the bucket
	Problem string `json:"problem"`
	State   string `json:"state"` // tampered or missing
	Role    string `json:"role,omitempty"`
	Label   string `json:"label,omitempty"` // what it belongs to
}

// Verify reads everything that a finished version of a study leads to: every record and artifact, each once. It computes
// their digests, checks that each record has the key of its preimage, stands in the store under it and goes on from
// records with the keys that its own key holds, that cells read the documents that are stored, and that the study's
// numbers and digests are those of its records. Progress, which may be nil, hears how many artifacts were read, and how
// many are known by then.
//
// What is wrong is no error: errors are failures to ask the store.
func Verify(ctx context.Context, st *store.Store, v ziplaw.StudyVersion, progress func(checked, known int)) (Verification, error) {
	s, specErr := Open(ctx, st, v)
	if specErr != nil && !isBad(specErr) {
		return Verification{}, specErr
	}
	if specErr != nil {
		s = &Study{version: v, store: st} // without a grid; its records can still be checked
	}
	c := &checker{
		study: s, names: s.names(""), progress: progress, records: map[ziplaw.ArtifactID]ziplaw.Record{},
		bytes: map[ziplaw.ArtifactID][]byte{}, shards: map[use]shard{},
	}
	if _, read := errors.AsType[*store.ArtifactError](specErr); specErr != nil && !read { // the others are found with the artifacts
		c.bad(v.Spec, actions.RoleSpec, s.name(), specErr)
	}
	for _, step := range []func(context.Context) error{c.readRecords, c.checkEntries, c.readArtifacts, c.checkLinks, c.checkResult} {
		if err := step(ctx); err != nil {
			return Verification{}, fmt.Errorf("verify study %s: %w", s.name(), err)
		}
	}
	return c.verification(), nil
}

// checker gathers what a verification finds.
type checker struct {
	study    *Study
	names    *names
	progress func(checked, known int)
	order    []ziplaw.ArtifactID // of the records that can be read
	records  map[ziplaw.ArtifactID]ziplaw.Record
	bytes    map[ziplaw.ArtifactID][]byte                                   // of what says what a data set holds
	named    map[ziplaw.ArtifactID]map[ziplaw.ArtifactID]dataset.Vocabulary // of each shard, by the manifests that name it
	shards   map[use]shard
	samples  map[ziplaw.ArtifactID]*actions.Sampled // by their records; nil where something is wrong
	checked  int
	known    int
	problems []Problem
}

func (c *checker) verification() Verification {
	v := Verification{
		Study: c.study.name(), Version: c.study.version.Result.Version,
		State: Clean, Checked: c.checked, Problems: append([]Problem{}, c.problems...),
	}
	for _, p := range c.problems {
		if p.State == Tampered {
			v.State = Tampered
		} else if v.State == Clean {
			v.State = Incomplete
		}
	}
	return v
}

func (c *checker) add(p Problem) { c.problems = append(c.problems, p) }

// tampered adds what is wrong with a record.
func (c *checker) tampered(id ziplaw.ArtifactID, format string, args ...any) {
	rec := c.records[id]
	c.add(Problem{ID: string(id), Problem: fmt.Sprintf(format, args...), State: Tampered, Role: c.names.kind(visited{id: id, record: rec}), Label: c.names.known[id]})
}

// bad adds an artifact that can't be used.
func (c *checker) bad(id ziplaw.ArtifactID, role, label string, err error) {
	p := Problem{ID: string(id), Problem: reason(err), State: Tampered, Role: role, Label: label}
	if stateOf(err) == StateMissing {
		p.State = StateMissing
	}
	c.add(p)
}

// count counts an artifact that was read.
func (c *checker) count() {
	c.checked++
	if c.progress != nil {
		c.progress(c.checked, max(c.checked, c.known))
	}
}

func (c *checker) readRecords(ctx context.Context) error {
	c.known = len(c.study.version.Records())
	return newWalker(c.study.store).walk(ctx, c.study.version.Records(), c.visit)
}

func (c *checker) visit(v visited) {
	c.known += len(v.record.Inputs) + len(v.record.Outputs)
	name := c.names.of(v)
	if v.err != nil {
		if stateOf(v.err) != StateMissing {
			c.count()
		}
		c.bad(v.id, "record of "+c.names.kind(v), name, v.err)
		return
	}
	c.count()
	c.order = append(c.order, v.id)
	c.records[v.id] = v.record
	c.checkRecord(v.id, v.record)
}

// checkRecord checks what a record says of itself.
func (c *checker) checkRecord(id ziplaw.ArtifactID, rec ziplaw.Record) {
	key, err := action.KeyOf(rec.Preimage)
	switch {
	case err != nil:
		c.tampered(id, "its preimage has no key: %v", err)
	case key != rec.Key:
		c.tampered(id, "its key is %s, but its preimage has the key %s", rec.Key, key)
	case action.NameOf(rec.Preimage) != rec.Action:
		c.tampered(id, "it is of the action %s, but its preimage of %s", rec.Action, action.NameOf(rec.Preimage))
	}
}

// compare adds every field of the study's result that isn't as in its records.
func (c *checker) compare(what string, result, records any, source ziplaw.ArtifactID) error {
	here, err := json.Marshal(result)
	if err != nil {
		return err
	}
	there, err := json.Marshal(records)
	if err != nil {
		return err
	}
	for _, d := range action.Differences(here, there) {
		c.inResult(what, "%s is %s in the study's result, and %s in %s", orWhole(d.Field), absent(d.Here), absent(d.There), source)
	}
	return nil
}

// inResult adds something wrong in the study's finished version.
func (c *checker) inResult(what, format string, args ...any) {
	c.add(Problem{ID: c.object(), Problem: fmt.Sprintf(format, args...), State: Tampered, Role: "result", Label: what})
}

func (c *checker) object() string {
	return store.StudyName(c.study.name(), string(c.study.version.Result.Version))
}

func orWhole(field string) string {
	if field == "" {
		return "the value"
	}
	return field
}

func absent(raw json.RawMessage) string {
	if raw == nil {
		return "absent"
	}
	return string(raw)
}
