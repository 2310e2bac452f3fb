package store

import (
	"context"
	"errors"

	"github.com/ziplaw/ziplaw"
)

// Remove takes an artifact away, whatever it holds. Discard leaves a good one.
func (s *Store) Remove(ctx context.Context, id ziplaw.ArtifactID) error {
	if err := id.Validate(); err != nil {
		return err
	}
	return s.remove(ctx, artifactName(id))
}

// RemoveStudy takes a finished version of a study away.
func (s *Store) RemoveStudy(ctx context.Context, study, version string) error {
	if err := checkNames(study, version); err != nil {
		return err
	}
	return s.remove(ctx, StudyName(study, version))
}

// Restore makes a record that is in the store the result of its action again, whatever stands under its key.
func (s *Store) Restore(ctx context.Context, record ziplaw.ArtifactID) error {
	var rec ziplaw.Record
	if err := s.GetJSON(ctx, record, &rec); err != nil {
		return err
	}
	e := Entry{Key: rec.Key, Record: record, Attempt: rec.Attempt, Preimage: rec.Preimage}
	if err := errors.Join(checkKey(e.Key), e.Validate()); err != nil {
		return err
	}
	if err := s.remove(ctx, EntryName(e.Key)); err != nil {
		return err
	}
	_, err := s.publish(ctx, e)
	return err
}

// Result finds what stands under an action's key, where its record can be read and its outputs are there, whatever its inputs are.
func (s *Store) Result(ctx context.Context, key ziplaw.Key) (rec ziplaw.Record, id ziplaw.ArtifactID, found bool, err error) {
	f, err := s.find(ctx, key)
	if err != nil || f.record.Key == "" { // there is none that can be read
		return rec, "", false, err
	}
	there, err := s.There(ctx, f.record.Outputs)
	return f.record, f.entry.Record, there, err
}

// There says whether artifacts are in the store, without reading them.
func (s *Store) There(ctx context.Context, refs []ziplaw.Ref) (bool, error) {
	lost, err := s.lost(ctx, refs)
	return err == nil && len(lost) == 0, err
}

// Replace makes a record the result of its action in the place of the one that stands under its key, unless somebody else is
// faster: then theirs is returned.
func (s *Store) Replace(ctx context.Context, rec ziplaw.Record) (winner ziplaw.Record, id ziplaw.ArtifactID, err error) {
	before, err := s.find(ctx, rec.Key)
	if err != nil {
		return winner, "", err
	}
	e := Entry{Key: rec.Key, Attempt: rec.Attempt, Preimage: rec.Preimage}
	if e.Record, err = s.putRecord(ctx, rec); err != nil {
		return winner, "", err
	}
	body, err := encode(e)
	if err != nil {
		return winner, "", err
	}
	if _, ok, err := s.putIf(ctx, EntryName(e.Key), body, before.etag); ok {
		return rec, e.Record, s.outlive(ctx, rec.Key)
	} else if err != nil {
		return winner, "", err
	}
	there, err := s.find(ctx, rec.Key)
	return there.record, there.entry.Record, err
}
