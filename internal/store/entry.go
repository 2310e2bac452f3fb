package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
)

// Entry says that an action is done, and where its record is.
type Entry struct {
	Key      ziplaw.Key        `json:"key"`
	Record   ziplaw.ArtifactID `json:"record"`
	Attempt  string            `json:"attempt"` // who wrote it
	Preimage json.RawMessage   `json:"preimage"`
}

// Validate reports an entry that contradicts itself: its key must be the hash of its preimage.
func (e Entry) Validate() error {
	if err := e.Record.Validate(); err != nil {
		return fmt.Errorf("entry %s: %w", e.Key.Short(), err)
	}
	key, err := action.KeyOf(e.Preimage)
	if err != nil {
		return fmt.Errorf("entry %s: %w", e.Key.Short(), err)
	}
	if key != e.Key {
		return fmt.Errorf("entry %s: its preimage has the key %s", e.Key.Short(), key)
	}
	return nil
}

const entryPrefix = "actions/"

// EntryName is the name of an entry's object.
func EntryName(key ziplaw.Key) string { return entryPrefix + string(key) + ".json" }

// Lookup finds a finished action with its record. An entry that can't be read counts as absent, and so does one whose
// record can't be read, or whose record names inputs or outputs that are gone: the action is then done again, and
// Publish replaces the entry. It only looks: who goes on from what is found asks Reuse.
func (s *Store) Lookup(ctx context.Context, key ziplaw.Key) (Entry, ziplaw.Record, bool, error) {
	f, err := s.find(ctx, key)
	return f.entry, f.record, f.whole, err
}

// Entry reads an action's entry alone. False says that there is none; an entry that can't be read, or that
// contradicts itself, is an *EntryError.
func (s *Store) Entry(ctx context.Context, key ziplaw.Key) (Entry, bool, error) {
	if err := checkKey(key); err != nil {
		return Entry{}, false, err
	}
	o, err := s.get(ctx, EntryName(key))
	if errors.Is(err, errAbsent) {
		return Entry{}, false, nil
	}
	if err != nil {
		return Entry{}, false, err
	}
	e, err := decodeEntry(key, o.body)
	return e, err == nil, err
}

// EntryError is an entry that can't be read.
type EntryError struct {
	Key ziplaw.Key
	Err error
}

// Error names the entry's object.
func (e *EntryError) Error() string { return fmt.Sprintf("%s: %v", EntryName(e.Key), e.Err) }

// Unwrap is what is wrong with the entry.
func (e *EntryError) Unwrap() error { return e.Err }

func decodeEntry(key ziplaw.Key, body []byte) (Entry, error) {
	var e Entry
	if err := json.Unmarshal(body, &e); err != nil {
		return Entry{}, &EntryError{key, err}
	}
	if e.Key != key {
		return Entry{}, &EntryError{key, fmt.Errorf("the entry of another key, %q", e.Key)}
	}
	if err := e.Validate(); err != nil {
		return Entry{}, &EntryError{key, err}
	}
	return e, nil
}

// found is what stands under a key.
type found struct {
	etag   string // of the entry, readable or not; empty where there is none
	body   []byte // of the entry
	age    time.Duration
	entry  Entry
	record ziplaw.Record
	whole  bool // the entry and all that it names is there
}

func (s *Store) find(ctx context.Context, key ziplaw.Key) (found, error) {
	if err := checkKey(key); err != nil {
		return found{}, err
	}
	o, err := s.get(ctx, EntryName(key))
	if errors.Is(err, errAbsent) {
		return found{}, nil
	}
	if err != nil {
		return found{}, err
	}
	f := found{etag: o.etag, body: o.body, age: o.age}
	if f.entry, err = decodeEntry(key, o.body); err != nil {
		return f, nil //nolint:nilerr // unreadable counts as absent
	}
	f.record, f.whole, err = s.recordOf(ctx, f.entry)
	return f, err
}

// recordOf reads an entry's record and looks for what it names.
func (s *Store) recordOf(ctx context.Context, e Entry) (rec ziplaw.Record, whole bool, err error) {
	b, err := s.Get(ctx, e.Record)
	if _, bad := errors.AsType[*ArtifactError](err); bad {
		return rec, false, nil
	}
	if err != nil {
		return rec, false, err
	}
	if json.Unmarshal(b, &rec) != nil || rec.Key != e.Key {
		return ziplaw.Record{}, false, nil //nolint:nilerr // unreadable counts as absent
	}
	gone, err := s.firstGone(ctx, rec)
	return rec, err == nil && gone == nil, err
}

// Whole says whether records can be read and everything that they name is there. It doesn't read what they name.
func (s *Store) Whole(ctx context.Context, records ...ziplaw.ArtifactID) (bool, error) {
	for _, id := range records {
		var rec ziplaw.Record
		err := s.GetJSON(ctx, id, &rec)
		if _, bad := errors.AsType[*ArtifactError](err); bad {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if gone, err := s.firstGone(ctx, rec); err != nil || gone != nil {
			return false, err
		}
	}
	return true, nil
}

// atOnce is how many requests one call keeps in flight.
const atOnce = 8

// firstGone finds the first of a record's outputs and inputs that isn't there; nil where all are.
func (s *Store) firstGone(ctx context.Context, rec ziplaw.Record) (*ziplaw.Ref, error) {
	gone, err := s.lost(ctx, slices.Concat(rec.Outputs, rec.Inputs))
	if err != nil || len(gone) == 0 {
		return nil, err
	}
	return &gone[0], nil
}

// lost are the artifacts that aren't there.
func (s *Store) lost(ctx context.Context, refs []ziplaw.Ref) ([]ziplaw.Ref, error) {
	there := make([]bool, len(refs))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i, r := range refs {
		if r.ID.Validate() != nil { // no name of anything
			continue
		}
		g.Go(func() (err error) {
			there[i], err = s.Exists(ctx, r.ID)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	var all []ziplaw.Ref
	for i, r := range refs {
		if !there[i] {
			all = append(all, r)
		}
	}
	return all, nil
}

// checkKey reports a key that is not 64 hex digits in lower case, and so no part of a name.
func checkKey(key ziplaw.Key) error {
	if b, err := hex.DecodeString(string(key)); err != nil || len(b) != 32 || strings.ToLower(string(key)) != string(key) {
		return fmt.Errorf("store: action key %q: not 64 hex digits", string(key))
	}
	return nil
}
