package activities

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/dataset"
)

// study reads a normalised spec.
func (a *Activities) study(ctx context.Context, id ziplaw.ArtifactID) (s ziplaw.Study, err error) {
	return s, a.Store.GetJSON(ctx, id, &s)
}

// dataSet reads a study and one of its data sets.
func (a *Activities) dataSet(ctx context.Context, spec ziplaw.ArtifactID, name string) (ziplaw.Study, ziplaw.DataSet, error) {
	s, err := a.study(ctx, spec)
	if err != nil {
		return s, ziplaw.DataSet{}, err
	}
	d, found := s.DataSet(name)
	if !found {
		return s, d, &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: fmt.Sprintf("study %s has no data set %s", s.Name, name)}
	}
	return s, d, nil
}

// record reads a record and its values.
func (a *Activities) record(ctx context.Context, id ziplaw.ArtifactID, values any) (rec ziplaw.Record, err error) {
	if err := a.Store.GetJSON(ctx, id, &rec); err != nil {
		return rec, err
	}
	if err := json.Unmarshal(rec.Values, values); err != nil {
		return rec, fmt.Errorf("record %s: values: %w", id, err)
	}
	return rec, nil
}

// sampled is a stored data set.
type sampled struct {
	record   ziplaw.ArtifactID
	manifest dataset.Manifest
	digests  dataset.Digests
}

// sampled reads what Sample made.
func (a *Activities) sampled(ctx context.Context, record ziplaw.ArtifactID) (s sampled, err error) {
	var rec ziplaw.Record
	s.record = record
	if err := a.Store.GetJSON(ctx, record, &rec); err != nil {
		return s, err
	}
	id, _ := rec.Output(roleManifest)
	if err := a.Store.GetJSON(ctx, id, &s.manifest); err != nil {
		return s, err
	}
	b, err := a.Store.Get(ctx, s.manifest.Digests)
	if err != nil {
		return s, err
	}
	s.digests, err = dataset.NewDigests(b, s.manifest)
	return s, err
}
