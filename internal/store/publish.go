package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/ziplaw/ziplaw"
)

// publishTries bounds the rounds of a publication: a second one is needed where an unreadable entry stands in the way,
// more only where others repair the same entry at the same time.
const publishTries = 8

// Publish makes a record the result of its action: the record becomes an artifact, then one conditional write makes
// the action's entry. Its inputs and outputs must be there. Where another attempt was faster its record is returned, with won
// false; both did the same work. An entry that Lookup takes for absent is replaced.
//
// The record's Attempt must be its writer's alone. It tells a lost answer, after which the entry is our own, from a
// lost race. An error leaves open whether the record was published; publishing it again is safe.
func (s *Store) Publish(ctx context.Context, rec ziplaw.Record) (winner ziplaw.Record, id ziplaw.ArtifactID, won bool, err error) {
	e := Entry{Key: rec.Key, Attempt: rec.Attempt, Preimage: rec.Preimage}
	var f found
	if e.Record, err = s.putRecord(ctx, rec); err == nil {
		f, err = s.publish(ctx, e)
	}
	if err == nil {
		err = s.outlive(ctx, rec.Key)
	}
	if err != nil {
		return winner, "", false, fmt.Errorf("publish %s %s: %w", rec.Action, rec.Label, err)
	}
	if f.entry.Record == e.Record {
		f.record = rec
	}
	return f.record, f.entry.Record, f.entry.Attempt == e.Attempt, nil
}

func (s *Store) putRecord(ctx context.Context, rec ziplaw.Record) (ziplaw.ArtifactID, error) {
	if rec.Attempt == "" {
		return "", errors.New("the record names no attempt")
	}
	b, err := encode(rec)
	if err != nil {
		return "", err
	}
	id := ziplaw.IDOf(b)
	if err := (Entry{Key: rec.Key, Record: id, Preimage: rec.Preimage}).Validate(); err != nil {
		return "", err
	}
	if gone, err := s.firstGone(ctx, rec); err != nil {
		return "", err
	} else if gone != nil {
		return "", fmt.Errorf("%s %s isn't in the store", gone.Role, gone.ID)
	}
	if _, err := s.renewArtifacts(ctx, idsOf(rec), s.renewAge); err != nil {
		return "", err
	}
	return s.Put(ctx, b)
}

// publish writes the entry and returns what stands under its key in the end: the entry, or that of a faster attempt.
func (s *Store) publish(ctx context.Context, e Entry) (found, error) {
	body, err := encode(e)
	if err != nil {
		return found{}, err
	}
	var there found
	for range publishTries {
		before := there.etag
		_, ok, putErr := s.putIf(ctx, EntryName(e.Key), body, before)
		if ok {
			return found{entry: e}, nil
		}
		if there, err = s.find(ctx, e.Key); err != nil {
			return found{}, errors.Join(putErr, err)
		}
		if there.whole || there.entry.same(e) {
			return there, nil
		}
		if putErr != nil && there.etag == before {
			return found{}, putErr
		}
		if there.etag != "" {
			continue
		}
		// Refused, though nothing is there: behind the delete marker of an entry that somebody deleted by hand.
		if err := s.removeVersions(ctx, EntryName(e.Key)); err != nil {
			return found{}, err
		}
	}
	return found{}, fail("write", EntryName(e.Key), errContended)
}

func (e Entry) same(o Entry) bool { return e.Record == o.Record && e.Attempt == o.Attempt }
