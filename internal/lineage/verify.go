package lineage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

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
	Study   string     `json:"study"`
	Version ziplaw.Key `json:"version"`
	// Versions are all that were verified, the newest first, where there is more to it than Version.
	Versions []ziplaw.Key `json:"versions,omitempty"`
	State    string       `json:"state"`
	Checked  int          `json:"checked"`          // artifacts whose digest was computed
	Partly   bool         `json:"partly,omitempty"` // there were more than could be read in time
	Problems []Problem    `json:"problems"`
	// Recomputed counts the cells that were trained again, where that was asked for.
	Recomputed    int            `json:"recomputed"`
	Recomputation *Recomputation `json:"recomputation,omitempty"`
}

// Problem is something in the store that isn't as it should be.
type Problem struct {
	ID      string `json:"id"` // of an artifact, or the name of an object in the bucket
	Problem string `json:"problem"`
	State   string `json:"state"` // tampered or missing
	Role    string `json:"role,omitempty"`
	Label   string `json:"label,omitempty"` // what it belongs to
	// Repaired says that it was taken away or put right.
	Repaired bool `json:"repaired,omitempty"`

	record ziplaw.ArtifactID // of a bad entry: the record that it should name
}

// String says what it is and what is wrong with it.
func (p Problem) String() string { return p.What() + ": " + p.Problem }

// What says what it is and what it belongs to.
func (p Problem) What() string {
	if p.Role != "" && p.Label != "" {
		return p.Role + " of " + p.Label
	}
	return p.Role + p.Label
}

// Options say how much is verified.
type Options struct {
	// Numbers alone are compared with the records, and nothing else is read.
	Numbers bool
	// Artifacts bounds how long artifacts are read that are neither records nor the report; 0 is without a bound.
	Artifacts time.Duration
	// Progress hears how many artifacts were read, and how many are known by then; nil is nobody.
	Progress func(checked, known int)
}

// Verify reads everything that a finished version of a study leads to: every record and artifact, each once. It computes
// their digests, checks that each record has the key of its preimage, stands in the store under it and goes on from
// records with the keys that its own key holds, that cells read the documents that are stored, and that the study's
// numbers and digests are those of its records.
//
// What is wrong is no error: errors are failures to ask the store.
func Verify(ctx context.Context, st *store.Store, v ziplaw.StudyVersion, o Options) (Verification, error) {
	s, specErr := Open(ctx, st, v)
	if specErr != nil && !isBad(specErr) {
		return Verification{}, specErr
	}
	if specErr != nil {
		s = &Study{version: v, store: st} // without a grid; its records can still be checked
	}
	c := &checker{
		study: s, names: s.names(""), options: o, records: map[ziplaw.ArtifactID]ziplaw.Record{},
		bytes: map[ziplaw.ArtifactID][]byte{}, shards: map[use]shard{},
	}
	if _, read := errors.AsType[*store.ArtifactError](specErr); specErr != nil && !read { // the others are found with the artifacts
		c.bad(v.Spec, actions.RoleSpec, s.name(), specErr)
	}
	steps := []func(context.Context) error{c.readRecords, c.checkEntries, c.readArtifacts, c.checkLinks, c.checkResult}
	if o.Numbers {
		steps = []func(context.Context) error{c.readRecords, c.checkResult}
	}
	for _, step := range steps {
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
	options  Options
	until    time.Time           // for artifacts; zero is without a bound
	partly   bool                // not all artifacts were read in time
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
		State: Clean, Checked: c.checked, Partly: c.partly, Problems: append([]Problem{}, c.problems...),
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
	if c.options.Progress != nil {
		c.options.Progress(c.checked, max(c.checked, c.known))
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
