package worker_test

import (
	"encoding/json"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/cache"
	"github.com/ziplaw/ziplaw/internal/lineage"
)

// TestRecompute: cells trained again have the bits that are stored, as many as are asked for; one whose loss was changed with
// everything that names it is found, and nothing is written to the store.
func TestRecompute(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.run(tiny(t, "recomputed"))
	documents, err := cache.New(t.TempDir(), 0, s.store.Open)
	s.must(err)
	recompute := func(v ziplaw.StudyVersion, cells int, seed uint64) lineage.Recomputation {
		t.Helper()
		heard := 0
		found, err := activities.Recompute(t.Context(), s.store, v, activities.RecomputeOptions{
			Cells: cells, Seed: seed, Threads: 2, Memory: 1 << 30, Cache: documents, Progress: func(int, int, string) { heard++ },
		})
		s.must(err)
		if heard != len(found.Cells) {
			t.Errorf("%d of %d cells are heard of", heard, len(found.Cells))
		}
		return found
	}
	v := s.version(r)
	before := len(s.objects(""))
	some, others := recompute(v, 3, 1), recompute(v, 3, 2)
	if len(some.Cells) != 3 || some.Of != 12 || some.Reproduced != 3 || some.Share != 1 || some.Cells[0] == others.Cells[0] && some.Cells[1] == others.Cells[1] && some.Cells[2] == others.Cells[2] {
		t.Errorf("%+v, %+v", some, others)
	}
	for _, verdict := range some.Verdicts {
		if verdict.Class != lineage.R1 {
			t.Errorf("%+v", verdict)
		}
	}
	if after := len(s.objects("")); after != before {
		t.Errorf("%d objects, and %d before", after, before)
	}

	var victim ziplaw.ArtifactID
	fit := s.load(v.DataSets[0].Fit)
	for _, in := range fit.Inputs {
		if in.Role == "record:cell" {
			victim = in.ID
		}
	}
	other := s.forged(victim, func(rec *ziplaw.Record) {
		values := map[string]any{}
		s.must(json.Unmarshal(rec.Values, &values))
		values["validation"] = values["validation"].(float64) * 1.5
		b, err := json.Marshal(values)
		s.must(err)
		rec.Values = b
	})
	v.DataSets[0].Fit = s.forged(v.DataSets[0].Fit, func(rec *ziplaw.Record) {
		for i := range rec.Inputs {
			if rec.Inputs[i].ID == victim {
				rec.Inputs[i].ID = other
			}
		}
	})
	all := recompute(v, 0, 1)
	bad := 0
	for _, c := range all.Cells {
		if c.Class == lineage.NotReproduced {
			bad++
		}
	}
	if len(all.Cells) != 12 || bad != 1 || all.Reproduced != 11 {
		t.Errorf("%d of %d cells aren't reproduced", bad, len(all.Cells))
	}
	classes := map[string]map[string]bool{}
	for _, verdict := range all.Verdicts {
		if classes[verdict.DataSet] == nil {
			classes[verdict.DataSet] = map[string]bool{}
		}
		classes[verdict.DataSet][verdict.Class] = true
	}
	if classes[v.DataSets[0].DataSet][lineage.R1] || !classes[v.DataSets[1].DataSet][lineage.R1] {
		t.Errorf("verdicts %v", classes)
	}
}
