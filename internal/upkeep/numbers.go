package upkeep

import (
	"context"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
)

// Damage is a record or a version that can't be read: what lies behind it isn't known to be needed, though it is the evidence of
// numbers.
type Damage struct {
	Study   string     `json:"study"`
	Version ziplaw.Key `json:"version"`
	Numbers []string   `json:"numbers"` // as ziplaw lineage takes them
	Object  string     `json:"object"`
	Problem string     `json:"problem"`
}

// String says what is damaged.
func (d Damage) String() string {
	return d.Study + " " + strings.Join(d.Numbers, ", ") + ": " + d.Object + ": " + d.Problem
}

// inspect finds the numbers of a finished version that have a record behind them which can't be read.
func (s *Survey) inspect(ctx context.Context, name string, v ziplaw.StudyVersion) error {
	type number struct {
		names []string
		root  ziplaw.ArtifactID
	}
	all := []number{{[]string{"regression", "report"}, v.Report}, {[]string{"regression"}, v.Regress}}
	for _, m := range v.DataSets {
		fitted := make([]string, len(ziplaw.Parameters))
		for i, p := range ziplaw.Parameters {
			fitted[i] = p + "@" + m.DataSet
		}
		all = append(all, number{fitted, m.Fit}, number{[]string{"H@" + m.DataSet}, m.Compress}, number{[]string{"H@" + m.DataSet}, m.Sample})
	}
	losing := map[ziplaw.ArtifactID][]string{}
	for _, n := range all {
		err := s.graph.reach(ctx, []ziplaw.ArtifactID{n.root}, func(id ziplaw.ArtifactID, record bool) {
			if record {
				losing[id] = append(losing[id], n.names...)
			}
		})
		if err != nil {
			return err
		}
	}
	var bad []ziplaw.ArtifactID
	for id := range losing {
		if n := s.graph.nodes[id]; n.err != nil || n.record.Key == "" {
			bad = append(bad, id)
		}
	}
	slices.Sort(bad)
	for _, id := range bad {
		numbers := losing[id]
		slices.Sort(numbers)
		d := Damage{Study: name, Version: v.Result.Version, Numbers: slices.Compact(numbers), Object: string(id), Problem: "is no record"}
		if err := s.graph.nodes[id].err; err != nil {
			d.Problem = err.Error()
		}
		s.Damaged = append(s.Damaged, d)
	}
	return nil
}

// Lost is a number that goes with what is removed.
type Lost struct {
	Number string            `json:"number"` // such as alpha@quick/g20
	Record ziplaw.ArtifactID `json:"record"`
}

// lost are the fitted numbers of records.
func (s *Survey) lost(ids []ziplaw.ArtifactID) []Lost {
	all := []Lost{}
	for _, id := range ids {
		n := s.graph.nodes[id]
		if n == nil {
			continue
		}
		for _, name := range fittedBy(n.record) {
			all = append(all, Lost{Number: name, Record: id})
		}
	}
	return all
}

// fittedBy names the numbers of a record of a fit or a regression.
func fittedBy(rec ziplaw.Record) (names []string) {
	switch rec.Action {
	case actions.NameFit:
		if v, err := actions.Values[actions.FitValues](rec); err == nil && v.Law != nil {
			for _, p := range ziplaw.Parameters {
				names = append(names, p+"@"+rec.Label)
			}
		}
	case actions.NameRegress:
		if v, err := actions.Values[actions.RegressValues](rec); err == nil {
			for _, r := range v.Regressions {
				names = append(names, r.Parameter+"/slope of "+rec.Label)
			}
		}
	}
	return names
}
