package bundle

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
)

// Checked is a bundle that is whole.
type Checked struct {
	Manifest Manifest
	Version  ziplaw.StudyVersion
	// Records are the records that entries name, by their keys.
	Records map[ziplaw.Key]ziplaw.ArtifactID
}

// Check reads a file to its end, and says that it is a bundle: every digest is right, every record has the key of its preimage and names
// nothing that isn't there, every entry names a record of its key, and every record that the finished version names is there. Nothing is
// kept of it but what is small. Progress hears how many bytes of objects were read.
func Check(r io.Reader, progress func(n int64)) (Checked, error) {
	c := checking{records: map[ziplaw.ArtifactID]ziplaw.Key{}, there: map[ziplaw.ArtifactID]bool{}}
	c.Records = map[ziplaw.Key]ziplaw.ArtifactID{}
	err := Read(r, c.begin, func(o Object, data io.Reader) error {
		if progress != nil {
			data = &counted{data, progress}
		}
		return c.object(o, data)
	})
	if err == nil {
		err = c.complete()
	}
	return c.Checked, err
}

// counted tells how much is read.
type counted struct {
	io.Reader
	read func(int64)
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read(int64(n))
	return n, err
}

type checking struct {
	Checked
	there   map[ziplaw.ArtifactID]bool
	records map[ziplaw.ArtifactID]ziplaw.Key
	needed  []need
}

// need is an artifact that something names.
type need struct {
	id ziplaw.ArtifactID
	by string
}

func (c *checking) begin(m Manifest) error {
	c.Manifest = m
	for _, o := range m.Objects {
		if o.Kind == Artifact || o.Kind == Record {
			if c.there[o.Digest] {
				return bad("%s is there twice", o.Name)
			}
			c.there[o.Digest] = true
		}
	}
	return nil
}

func (c *checking) object(o Object, r io.Reader) error {
	switch o.Kind {
	case Record:
		return c.record(o, r)
	case Entry:
		return c.entry(o, r)
	case Finished:
		return c.version(o, r)
	}
	_, err := io.Copy(io.Discard, r)
	return err
}

// decode reads an object whole: one JSON value.
func decode(o Object, r io.Reader, v any) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return bad("%s %s: %v", o.Kind, o.Name, err)
	}
	return nil
}

func (c *checking) record(o Object, r io.Reader) error {
	var rec ziplaw.Record
	if err := decode(o, r, &rec); err != nil {
		return err
	}
	if key, err := action.KeyOf(rec.Preimage); err != nil || key != rec.Key {
		return bad("record %s hasn't the key of its preimage", o.Name)
	}
	if rec.Attempt == "" {
		return bad("record %s names no attempt", o.Name)
	}
	c.records[o.Digest] = rec.Key
	for _, ref := range slices.Concat(rec.Inputs, rec.Outputs) {
		c.needed = append(c.needed, need{ref.ID, "record " + string(o.Digest)})
	}
	return nil
}

// entryJSON is an entry as a store keeps it.
type entryJSON struct {
	Key      ziplaw.Key        `json:"key"`
	Record   ziplaw.ArtifactID `json:"record"`
	Attempt  string            `json:"attempt"`
	Preimage json.RawMessage   `json:"preimage"`
}

func (c *checking) entry(o Object, r io.Reader) error {
	var e entryJSON
	if err := decode(o, r, &e); err != nil {
		return err
	}
	key, _ := KeyOf(o.Name)
	if found, err := action.KeyOf(e.Preimage); err != nil || found != key || e.Key != key {
		return bad("entry %s hasn't the key of its preimage", o.Name)
	}
	if c.records[e.Record] != key {
		return bad("entry %s names no record of its key", o.Name)
	}
	c.Records[key] = e.Record
	return nil
}

func (c *checking) version(o Object, r io.Reader) error {
	if err := decode(o, r, &c.Version); err != nil {
		return err
	}
	v := c.Version
	if v.Result.Study != c.Manifest.Study || v.Result.Version != c.Manifest.Key {
		return bad("%s is of the study %.100q, version %.64q", o.Name, v.Result.Study, string(v.Result.Version))
	}
	c.needed = append(c.needed, need{v.Spec, "the finished version"})
	for _, id := range v.Records() {
		if c.records[id] == "" {
			return bad("the finished version names %.80q, which is no record of it", string(id))
		}
	}
	return nil
}

// complete holds that all that is named is there, and that every record's key has an entry.
func (c *checking) complete() error {
	for _, n := range c.needed {
		if !c.there[n.id] {
			return bad("%s names %.80q, which isn't there", n.by, string(n.id))
		}
	}
	for id, key := range c.records {
		if c.Records[key] == "" {
			return bad("record %s has no entry", id)
		}
	}
	return nil
}

// String says what a checked bundle is.
func (c Checked) String() string {
	return fmt.Sprintf("%s, version %s, %d objects", c.Manifest.Study, c.Manifest.Key.Short(), len(c.Manifest.Objects))
}
