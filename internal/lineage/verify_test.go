package lineage_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/action"
	"github.com/ziplaw/ziplaw/internal/dataset"
	"github.com/ziplaw/ziplaw/internal/lineage"
	"github.com/ziplaw/ziplaw/internal/store"
)

// TestStudy looks at one finished study.
func TestStudy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.finish(s.spec("first"))
	for _, c := range []struct {
		name string
		run  func(*site, ziplaw.StudyVersion)
	}{{"nodes", nodes}, {"numbers", numbers}, {"tree", tree}, {"result", result}, {"forged", forged}} {
		t.Run(c.name, func(t *testing.T) {
			s := *s
			s.T = t
			c.run(&s, v)
		})
	}
}

// TestClean verifies a study, another one that shares its records, and a study with a failed cell.
func TestClean(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.failed["first/text/h4-l1/D4096/s1"] = true
	first := s.finish(s.spec("first"))
	calls := 0
	found, err := lineage.Verify(t.Context(), s.store, first, lineage.Options{Progress: func(checked, known int) {
		calls++
		if checked != calls || known < checked {
			t.Errorf("call %d: %d of %d read", calls, checked, known)
		}
	}})
	s.must(err)
	want := lineage.Verification{
		Study: "first", Version: first.Result.Version, State: lineage.Clean, Checked: s.artifacts(), Problems: []lineage.Problem{},
	}
	if !reflect.DeepEqual(found, want) {
		t.Errorf("found %+v, want %+v", found, want)
	}
	if calls != found.Checked {
		t.Errorf("%d calls for %d artifacts", calls, found.Checked)
	}
	// The second study trains the cell that failed in the first; the rest is shared.
	second := s.finish(s.spec("second"))
	if a, b := s.record(first.DataSets[0].Fit).Label, first.DataSets[0].Fit; a != "first/g" || b != second.DataSets[0].Fit {
		t.Fatal("the studies share nothing")
	}
	for _, v := range []ziplaw.StudyVersion{first, second} {
		if found := s.verify(v); found.State != lineage.Clean {
			t.Errorf("study %s: %+v", v.Result.Study, found)
		}
	}
}

// place is something of a finished study in the store.
type place struct {
	id    ziplaw.ArtifactID
	role  string
	label string
}

// places are an artifact of each role, and a record of each action.
func (s *site) places(v ziplaw.StudyVersion) []place {
	s.Helper()
	g := v.DataSets[0]
	sample, fit := s.record(g.Sample), s.record(g.Fit)
	cell, _ := fit.Input("record:cell")
	output := func(rec ziplaw.Record, role string) ziplaw.ArtifactID {
		id, found := rec.Output(role)
		if !found {
			s.Fatalf("%s has no %s", rec.Label, role)
		}
		return id
	}
	origin, _ := sample.Input("origin")
	return []place{
		{v.Spec, "spec", "first"},
		{origin, "origin", "first/g"},
		{output(sample, "manifest"), "manifest", "first/g"},
		{output(sample, "documents"), "documents", "first/g"},
		{output(sample, "document-digests"), "document-digests", "first/g"},
		{output(s.record(g.Compress), "h-per-document"), "h-per-document", "first/g"},
		{output(s.record(cell), "losses"), "losses", "first/g/h4-l1/D4096/s1"},
		{output(s.record(v.Report), "report.html"), "report.html", "first"},
		{g.Sample, "record of sample", "first/g"},
		{g.Compress, "record of compress", "first/g"},
		{cell, "record of cell", ""},
		{s.diverged(), "record of cell", ""},
		{g.Fit, "record of fit", "first/g"},
		{v.Regress, "record of regress", "first"},
		{v.Report, "record of report", "first"},
	}
}

// diverged is the record of the cell that diverged.
func (s *site) diverged() ziplaw.ArtifactID {
	s.Helper()
	for e, err := range s.store.Entries(s.Context()) {
		s.must(err)
		if rec := s.record(e.Record); strings.HasSuffix(rec.Label, "/g/h8-l1/D8192/s2") {
			return e.Record
		}
	}
	s.Fatal("no cell diverged")
	return ""
}

// TestDamage damages one artifact after the other.
func TestDamage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.finish(s.spec("first"))
	for _, p := range s.places(v) {
		body, err := s.store.Get(t.Context(), p.id)
		s.must(err)
		s.write(objectOf(p.id), append([]byte("x"), body...))
		s.only(v, lineage.Tampered, p, "the store holds the bytes of sha256:")
		s.remove(objectOf(p.id))
		s.only(v, lineage.Incomplete, p, "missing from the store")
		s.write(objectOf(p.id), body)
	}
	if found := s.verify(v); found.State != lineage.Clean {
		t.Errorf("repaired: %+v", found)
	}
}

// only wants one problem to be found.
func (s *site) only(v ziplaw.StudyVersion, state string, p place, problem string) {
	s.Helper()
	found := s.verify(v)
	if found.State != state || len(found.Problems) != 1 {
		s.Errorf("%s of %s: found %s, %+v, want %s", p.role, p.label, found.State, found.Problems, state)
		return
	}
	got := found.Problems[0]
	if got.ID != string(p.id) || got.Role != p.role || got.Label != p.label || !strings.Contains(got.Problem, problem) {
		s.Errorf("found %+v, want %q in %+v", got, problem, p)
	}
}

// TestEntries damages what stands under the key of a cell.
func TestEntries(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.finish(s.spec("first"))
	cell, _ := s.record(v.DataSets[1].Fit).Input("record:cell")
	rec := s.record(cell)
	name := store.EntryName(rec.Key)
	e, _, err := s.store.Entry(t.Context(), rec.Key)
	s.must(err)
	write := func(e store.Entry) {
		b, err := json.Marshal(e)
		s.must(err)
		s.write(name, b)
	}
	another := func(values string) store.Entry {
		rec := rec
		rec.Attempt, rec.Values = "another", json.RawMessage(values)
		e := e
		e.Record = s.put(rec)
		return e
	}
	var r map[string]any
	s.must(json.Unmarshal(rec.Values, &r))
	r["seconds"] = 99
	slower, err := json.Marshal(r)
	s.must(err)
	r["validation"] = 0.5
	better, err := json.Marshal(r)
	s.must(err)
	gone := e
	gone.Record = ziplaw.IDOf([]byte("never put"))
	p := place{ziplaw.ArtifactID(name), "entry of cell", "first/text/h4-l1/D4096/s1"}

	for _, c := range []struct {
		name, state, problem string
		damage               func()
	}{
		{"no JSON", lineage.Tampered, "actions/", func() { s.write(name, []byte("{")) }},
		{"deleted", lineage.Incomplete, "missing from the store", func() { s.remove(name) }},
		{"other losses", lineage.Tampered, "differs in validation", func() { write(another(string(better))) }},
		{"a lost record", lineage.Tampered, "missing from the store", func() { write(gone) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.damage()
			s.only(v, c.state, p, c.problem)
		})
	}
	write(another(string(slower))) // the same, made again
	if found := s.verify(v); found.State != lineage.Clean {
		t.Errorf("an equal record: %+v", found)
	}
}

// result changes the numbers of the finished version.
func result(s *site, original ziplaw.StudyVersion) {
	const (
		alpha = "alpha is 7.5 in the study's result, and 1.25 in sha256:"
		none  = "names no records"
	)
	for _, c := range []struct {
		label, problem string
		change         func(*ziplaw.StudyVersion)
	}{
		{"law of g", alpha, func(v *ziplaw.StudyVersion) { v.Result.Fits[0].Alpha = 7.5 }},
		{"law of text", "alpha is absent", func(v *ziplaw.StudyVersion) { v.Result.Fits = v.Result.Fits[:1] }},
		{"data set g", "h.value is 0.5 ", func(v *ziplaw.StudyVersion) { v.Result.DataSets[0].H.Value = 0.5 }},
		{"text", "lacks the data set", func(v *ziplaw.StudyVersion) { v.Result.DataSets = v.Result.DataSets[:1] }},
		{"regressed", "take 1 data sets by the study's result, 2 by their record", func(v *ziplaw.StudyVersion) { v.Result.Regressed = v.Result.Regressed[1:] }},
		{"regressions", "[0].slope is 1.5 ", func(v *ziplaw.StudyVersion) { v.Result.Regressions[0].Slope = 1.5 }},
		{"cells", "16 done and 1 diverged", func(v *ziplaw.StudyVersion) { v.Result.Cells.Done = 16 }},
		{"digest", "sha256:00 in the study's", func(v *ziplaw.StudyVersion) { v.Result.Digest = "sha256:00" }},
		{"digest_cells", "sha256:00 in the study's", func(v *ziplaw.StudyVersion) { v.Result.DigestCells = "sha256:00" }},
		{"version", "it is 00", func(v *ziplaw.StudyVersion) { v.Result.Version = "00" }},
		{"report", "sha256:00 in the study's", func(v *ziplaw.StudyVersion) { v.Result.Report = "sha256:00" }},
		{"study", "it is other", func(v *ziplaw.StudyVersion) { v.Result.Study = "other" }},
		{"g", none, func(v *ziplaw.StudyVersion) { v.DataSets[0].Fit = "" }},
	} {
		s.Run(c.label, func(t *testing.T) {
			v := s.copy(original)
			c.change(&v)
			found := s.verify(v)
			if found.State != lineage.Tampered {
				t.Errorf("state %s, want %s", found.State, lineage.Tampered)
			}
			for _, p := range found.Problems {
				if p.Role == "result" && p.Label == c.label && strings.Contains(p.Problem, c.problem) &&
					strings.HasPrefix(p.ID, "studies/first/") {
					return
				}
			}
			t.Errorf("found %+v, want %q of %s", found.Problems, c.problem, c.label)
		})
	}
}

// copy is a finished version to change.
func (s *site) copy(v ziplaw.StudyVersion) (c ziplaw.StudyVersion) {
	s.Helper()
	b, err := json.Marshal(v)
	s.must(err)
	s.must(json.Unmarshal(b, &c))
	return c
}

// forged replaces records by others that have the right digests and still can't be.
func forged(s *site, original ziplaw.StudyVersion) {
	for _, c := range []struct {
		name, problem string
		forge         func(*site, *ziplaw.StudyVersion) ziplaw.ArtifactID // returns what is to be named
	}{
		{"key", "but its preimage has the key", func(s *site, v *ziplaw.StudyVersion) ziplaw.ArtifactID {
			return s.forge(&v.DataSets[0].Compress, func(rec *ziplaw.Record) { rec.Key = s.record(v.Regress).Key })
		}},
		{"action", "of the action fit, but its preimage of compress", func(s *site, v *ziplaw.StudyVersion) ziplaw.ArtifactID {
			return s.forge(&v.DataSets[0].Compress, func(rec *ziplaw.Record) { rec.Action = "fit" })
		}},
		{"cells of a fit", "its key is that of 8 cells", func(s *site, v *ziplaw.StudyVersion) ziplaw.ArtifactID {
			return s.forge(&v.DataSets[0].Fit, func(rec *ziplaw.Record) { rec.Inputs = rec.Inputs[:len(rec.Inputs)-1] })
		}},
		{"laws of a regression", "its key is that of 2 laws", func(s *site, v *ziplaw.StudyVersion) ziplaw.ArtifactID {
			return s.forge(&v.Regress, func(rec *ziplaw.Record) { rec.Inputs = rec.Inputs[:3] })
		}},
		{"measured documents", "its key is that of the documents", func(s *site, v *ziplaw.StudyVersion) ziplaw.ArtifactID {
			return s.forge(&v.DataSets[0].Compress, func(rec *ziplaw.Record) { rec.Inputs[1].ID = v.DataSets[1].Sample })
		}},
		{"documents", "its documents don't have the digests", func(s *site, v *ziplaw.StudyVersion) ziplaw.ArtifactID {
			return s.forge(&v.DataSets[0].Sample, func(rec *ziplaw.Record) { s.forgeDocuments(rec) })
		}},
		{"shards", "its manifest lists other shards", func(s *site, v *ziplaw.StudyVersion) ziplaw.ArtifactID {
			return s.forge(&v.DataSets[0].Sample, func(rec *ziplaw.Record) { rec.Outputs = rec.Outputs[:len(rec.Outputs)-1] })
		}},
		{"origin", "its key is that of the origin", func(s *site, v *ziplaw.StudyVersion) ziplaw.ArtifactID {
			return s.forge(&v.DataSets[0].Sample, func(rec *ziplaw.Record) { rec.Inputs[1].ID = s.put("another grammar") })
		}},
		{"report", "it is the report of other results", func(s *site, v *ziplaw.StudyVersion) ziplaw.ArtifactID {
			return s.forge(&v.Report, func(rec *ziplaw.Record) { rec.Values = json.RawMessage(`{"digest":"sha256:00"}`) })
		}},
		{"no record", "as *ziplaw.Record", func(s *site, v *ziplaw.StudyVersion) ziplaw.ArtifactID {
			v.DataSets[0].Fit = s.put("a string")
			return v.DataSets[0].Fit
		}},
		{"no spec", "type ziplaw.Study", func(s *site, v *ziplaw.StudyVersion) ziplaw.ArtifactID {
			v.Spec = s.put("a string")
			return v.Spec
		}},
	} {
		s.Run(c.name, func(t *testing.T) {
			v := s.copy(original)
			id := c.forge(s, &v)
			found := s.verify(v)
			if found.State != lineage.Tampered {
				t.Errorf("state %s, want %s", found.State, lineage.Tampered)
			}
			for _, p := range found.Problems {
				if p.ID == string(id) && p.State == lineage.Tampered && strings.Contains(p.Problem, c.problem) {
					return
				}
			}
			t.Errorf("found %+v, want %q of %s", found.Problems, c.problem, id)
		})
	}
}

// forge puts another record in the place of one, under the same key.
func (s *site) forge(at *ziplaw.ArtifactID, change func(*ziplaw.Record)) ziplaw.ArtifactID {
	s.Helper()
	rec := s.record(*at)
	change(&rec)
	*at = s.put(rec)
	return *at
}

// forgeDocuments puts another document into a data set, and a manifest that names it.
func (s *site) forgeDocuments(rec *ziplaw.Record) {
	s.Helper()
	var m dataset.Manifest
	s.must(s.store.GetJSON(s.Context(), rec.Outputs[0].ID, &m))
	b, err := s.store.Get(s.Context(), m.Train[0].ID)
	s.must(err)
	b[len(b)-1] ^= 1
	m.Train[0].ID, err = s.store.Put(s.Context(), b)
	s.must(err)
	rec.Outputs[0].ID, rec.Outputs[2].ID = s.put(m), m.Train[0].ID
}

// TestReading trains a cell on other documents than those that its data set holds.
func TestReading(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.reading["first/text/h4-l1/D4096/s1"] = strings.Repeat("00", 32)
	v := s.finish(s.spec("first"))
	cell, _ := s.record(v.DataSets[1].Fit).Input("record:cell")
	s.only(v, lineage.Tampered, place{cell, "cell", "first/text/h4-l1/D4096/s1"}, "its key is that of other documents")
}

// TestMeasuresOfAnotherStudy: H, entropies and duplicates that were measured in the order of another first seed, or with other
// options, aren't those of the study that names them.
func TestMeasuresOfAnotherStudy(t *testing.T) {
	for name, change := range map[string]func(*ziplaw.Study){
		"first seed":  func(s *ziplaw.Study) { s.Seeds = []int64{99} },
		"pad targets": func(s *ziplaw.Study) { s.Recipe.PadTargets = "counted" },
		"statistic":   func(s *ziplaw.Study) { s.Compressibility.Statistic = "mean" },
		"resamples":   func(s *ziplaw.Study) { s.Fit.Resamples++ },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.measured = change
			bad := s.verify(s.finish(s.spec("first"))).Problems
			if len(bad) == 0 {
				t.Fatal("verify calls them clean")
			}
			for _, p := range bad {
				if p.State != lineage.Tampered || !strings.Contains(p.Problem, "than study first asks for") {
					t.Errorf("%+v", p)
				}
			}
		})
	}
}

// TestDigests holds the digests of results to known values: they must not change.
func TestDigests(t *testing.T) {
	cells := []lineage.Trained{
		{Key: "b", Result: ziplaw.CellResult{State: ziplaw.StateDone, Last: 1, MeanLast: 2, Validation: 3}},
		{Key: "a", Result: ziplaw.CellResult{State: ziplaw.StateDiverged, DivergedAt: 5}},
	}
	// printf 'a diverged@5\nb 3ff0000000000000 4000000000000000 4008000000000000\n' | sha256sum
	want := string(ziplaw.IDOf([]byte("a diverged@5\nb 3ff0000000000000 4000000000000000 4008000000000000\n")))
	if got := lineage.DigestCells(cells); got != want {
		t.Errorf("digest of cells %s, want %s", got, want)
	}
	got, err := lineage.Digest(want, []ziplaw.Fit{}, nil)
	if all := string(ziplaw.IDOf([]byte(`{"cells":"` + want + `","fits":[],"regressions":null}`))); got != all || err != nil {
		t.Errorf("digest %s, %v, want %s", got, err, all)
	}
}

// TestNearest looks for the cell that is most like another.
func TestNearest(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	act := func(seed, batch int) action.Action {
		return action.Action{Name: "train-cell", Version: 1, Params: map[string]any{"seed": seed, "recipe": map[string]any{"batch": batch}}}
	}
	none, err := lineage.Nearest(t.Context(), s.store, mustPreimage(t, act(1, 2)), "x")
	if none != nil || err != nil {
		t.Errorf("in an empty store: %+v, %v", none, err)
	}
	s.publish(act(1, 2), "the cell itself", nil, nil, nil)
	s.publish(act(2, 4), "both differ", nil, nil, nil)
	s.publish(action.Action{Name: "fit", Version: 1, Params: map[string]any{"seed": 1}}, "another action", nil, nil, nil)
	near, err := lineage.Nearest(t.Context(), s.store, mustPreimage(t, act(1, 2)), "x")
	s.must(err)
	if near == nil || near.Label != "both differ" || len(near.Differences) != 2 {
		t.Errorf("nearest %+v", near)
	}
	s.publish(act(2, 2), "another seed", nil, nil, nil)
	s.publish(act(1, 4), "another batch", nil, nil, nil)
	for label, want := range map[string]action.Difference{
		"another seed":  {Field: "params.seed", Here: json.RawMessage("1"), There: json.RawMessage("2")},
		"another batch": {Field: "params.recipe.batch", Here: json.RawMessage("2"), There: json.RawMessage("4")},
	} {
		near, err := lineage.Nearest(t.Context(), s.store, mustPreimage(t, act(1, 2)), label)
		s.must(err)
		if near.Label != label || !reflect.DeepEqual(near.Differences, []action.Difference{want}) {
			t.Errorf("nearest %+v, want %s with %+v", near, label, want)
		}
	}
}

func mustPreimage(t *testing.T, a action.Action) json.RawMessage {
	t.Helper()
	b, err := a.Preimage()
	if err != nil {
		t.Fatal(err)
	}
	return b
}
