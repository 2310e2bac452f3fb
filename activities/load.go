package activities

import (
	"context"
	"fmt"

	"github.com/ziplaw/ziplaw"
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
