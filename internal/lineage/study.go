package lineage

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/store"
)

// Study is a finished version of a study with the store that holds its records.
type Study struct {
	version ziplaw.StudyVersion
	spec    ziplaw.Study    // empty where it couldn't be read
	raw     json.RawMessage // of the spec
	store   *store.Store
}

// Open reads the spec of a finished version.
func Open(ctx context.Context, st *store.Store, v ziplaw.StudyVersion) (*Study, error) {
	s := &Study{version: v, store: st}
	if err := getJSON(ctx, st, v.Spec, &s.raw); err != nil {
		return nil, fmt.Errorf("spec of study %s: %w", v.Result.Study, err)
	}
	if err := json.Unmarshal(s.raw, &s.spec); err != nil {
		return nil, fmt.Errorf("spec of study %s: %w", v.Result.Study, &badArtifact{v.Spec, err})
	}
	return s, nil
}

// name is the study's name: the spec's, which has a digest, where that could be read.
func (s *Study) name() string { return cmp.Or(s.spec.Name, s.version.Result.Study) }

// measured finds a data set's records.
func (s *Study) measured(dataset string) (ziplaw.Measured, bool) {
	for _, m := range s.version.DataSets {
		if m.DataSet == dataset {
			return m, true
		}
	}
	return ziplaw.Measured{}, false
}

// names gives records the names that they have in a study. A record that serves two of its data sets has the name of
// the first.
type names struct {
	study string
	sets  map[ziplaw.ArtifactID]string // data set of a record
	known map[ziplaw.ArtifactID]string
	roles map[ziplaw.ArtifactID]string // of records that the study itself names
}

// names of the study's records; those of a preferred data set, which may be empty, come first.
func (s *Study) names(preferred string) *names {
	n := &names{
		study: s.name(), sets: map[ziplaw.ArtifactID]string{}, known: map[ziplaw.ArtifactID]string{},
		roles: map[ziplaw.ArtifactID]string{s.version.Regress: actions.NameRegress, s.version.Report: actions.NameReport},
	}
	if m, found := s.measured(preferred); found {
		n.set(m)
	}
	for _, m := range s.version.DataSets {
		n.set(m)
	}
	n.known[s.version.Regress], n.known[s.version.Report] = n.study, n.study
	return n
}

func (n *names) set(m ziplaw.Measured) {
	for role, id := range map[string]ziplaw.ArtifactID{actions.NameSample: m.Sample, actions.NameCompress: m.Compress, actions.NameFit: m.Fit} {
		if n.sets[id] == "" {
			n.sets[id], n.roles[id] = m.DataSet, role
			n.known[id] = n.study + "/" + m.DataSet
		}
	}
}

// kind is what a record is: the name of its action, or where it can't be read what it is to those that name it.
func (n *names) kind(v visited) string {
	kind := cmp.Or(v.record.Action, n.roles[v.id], strings.TrimPrefix(v.role, actions.RecordRole))
	if kind == actions.NameTrainCell {
		return KindCell
	}
	return cmp.Or(kind, "record")
}

// of names a record that a walk comes to: a cell by its place in the grid of the data set that led to it.
func (n *names) of(v visited) string {
	if name := n.known[v.id]; name != "" {
		return name
	}
	name := v.record.Label
	if set := n.sets[v.from]; set != "" && v.record.Action == actions.NameTrainCell {
		if c, err := cellOf(v.record, n.study, set); err == nil {
			name = c.String()
		}
	}
	n.known[v.id] = name
	return name
}

// cellOf is the place of a cell's record in the grid of a data set.
func cellOf(rec ziplaw.Record, study, dataset string) (ziplaw.Cell, error) {
	p, err := actions.Params[actions.TrainCellParams](rec)
	d := int64(p.Documents.Count) * int64(p.Context)
	return ziplaw.Cell{Study: study, DataSet: dataset, Model: p.Model, D: d, Seed: p.Seed}, err
}

// findCell finds a cell of the grid by its id, with or without the study's name.
func (s *Study) findCell(id string) (ziplaw.Cell, bool) {
	id = s.name() + "/" + strings.TrimPrefix(id, s.name()+"/")
	for _, d := range s.spec.DataSets() {
		if !strings.HasPrefix(id, s.name()+"/"+d.Name+"/") {
			continue
		}
		for _, c := range s.spec.Cells(d.Name) {
			c.Study = s.name()
			if c.String() == id {
				return c, true
			}
		}
	}
	return ziplaw.Cell{}, false
}
