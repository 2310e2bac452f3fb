package worker_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"go.temporal.io/sdk/testsuite"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/cache"
)

// version is the finished version of a study in the store.
func (s *site) version(r ziplaw.StudyResult) (v ziplaw.StudyVersion) {
	s.t.Helper()
	b, found, err := s.store.GetStudy(s.t.Context(), r.Study, string(r.Version))
	s.must(err)
	if !found {
		s.t.Fatalf("study %s has no finished version", r.Study)
	}
	s.must(json.Unmarshal(b, &v))
	return v
}

// load reads a record.
func (s *site) load(id ziplaw.ArtifactID) (rec ziplaw.Record) {
	s.t.Helper()
	s.must(s.store.GetJSON(s.t.Context(), id, &rec))
	return rec
}

// activity runs an activity as a worker does, without a server.
func (s *site) activity(name string, input any) error {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	documents, err := cache.New(s.t.TempDir(), 0, s.store.Open)
	s.must(err)
	env.RegisterActivity(&activities.Activities{Store: s.store, Cache: documents, Identity: "test", Devices: activities.SharedCPU(1, activities.NewMemory(1<<30)), Memory: 1 << 30})
	_, err = env.ExecuteActivity(name, input)
	return err
}

// TestAllDamageIsFoundInOnePass damages an artifact or two of each of three data sets. One run of an activity names the data
// sets and takes all of them away.
func TestAllDamageIsFoundInOnePass(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	study := tiny(t, "three", func(s *ziplaw.Study) {
		c, g := s.Datasets[1], *s.Datasets[1].Grammar
		g.Terminals = 200
		c.Name, c.Grammar = "c", &g
		s.Datasets = append(s.Datasets, c)
	})
	r := s.run(study)
	s.stop()
	v := s.version(r)
	cellOf := func(m ziplaw.Measured) ziplaw.Record {
		id, _ := s.load(m.Fit).Input(actions.RoleCellRecord)
		return s.load(id)
	}
	output := func(rec ziplaw.Record, role string) ziplaw.ArtifactID {
		id, found := rec.Output(role)
		if !found {
			t.Fatalf("%s has no %s", rec.Label, role)
		}
		return id
	}
	bad := []ziplaw.ArtifactID{
		output(cellOf(v.DataSets[0]), actions.RoleLosses), output(s.load(v.DataSets[0].Compress), actions.RolePerDocument),
		v.DataSets[1].Fit, output(s.load(v.DataSets[2].Sample), actions.RoleManifest),
	}
	for _, id := range bad {
		damage["overwritten"](s, artifactName(id))
	}
	in := activities.ReportInput{Spec: v.Spec, Version: r.Version, DataSets: v.DataSets, Regress: v.Regress, Cells: r.Cells}
	err := s.activity("Report", in)
	sets := activities.DamagedSets(err)
	slices.Sort(sets)
	if want := []string{"a", "b", "c"}; !activities.Corrupt(err) || !slices.Equal(sets, want) {
		t.Errorf("%v; data sets %v, want %v", err, sets, want)
	}
	if text := err.Error(); !strings.Contains(text, "3 more are damaged") {
		t.Errorf("it says %s", text)
	}
	for _, id := range bad {
		if there, err := s.store.Exists(t.Context(), id); err != nil || there {
			t.Errorf("%s is still there: %v", id, err)
		}
	}
}

// TestLostCellsAreNotLeftOut: a cell that was trained and has lost its record isn't one that failed. The law isn't fitted to
// the others.
func TestLostCellsAreNotLeftOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.run(tiny(t, "lost"))
	s.stop()
	v := s.version(r)
	m := v.DataSets[0]
	cells := s.cells()
	var lost ziplaw.CellName
	for key, rec := range cells {
		if strings.HasPrefix(rec.Label, "lost/a/") {
			damage["deleted"](s, "actions/"+string(key)+".json")
			p, err := actions.Params[actions.TrainCellParams](rec)
			s.must(err)
			d := int64(p.Documents.Count * p.Context)
			lost = ziplaw.CellName{Model: p.Model.Name(), D: d, Seed: p.Seed}
			break
		}
	}
	fit := activities.FitInput{Spec: v.Spec, DataSet: m.DataSet, Sample: m.Sample}
	if err := s.activity("Fit", fit); !activities.Corrupt(err) || !strings.Contains(err.Error(), lost.String()) {
		t.Errorf("fit without %s: %v", lost, err)
	}
	fit.Failed = []ziplaw.CellName{lost}
	if err := s.activity("Fit", fit); err != nil {
		t.Errorf("fit of those that didn't fail: %v", err)
	}
}

// TestBadInputsOfActivities: what another program asks for ends with a code, and isn't tried again.
func TestBadInputsOfActivities(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.version(s.run(tiny(t, "asked-for")))
	s.stop()
	sample := v.DataSets[0].Sample
	for name, c := range map[string]struct {
		name  string
		input any
		code  string
	}{
		"a data set of another study": {"Sample", activities.SampleInput{Spec: v.Spec, DataSet: "z"}, ziplaw.CodeNotFound},
		"a cell of another grid": {"TrainCell",
			activities.TrainCellInput{Spec: v.Spec, DataSet: "a", Sample: sample, Cell: ziplaw.CellName{Model: "h512-l9", D: 4096, Seed: 1}}, ziplaw.CodeNotFound},
		"no such spec":  {"Compress", activities.CompressInput{Spec: ziplaw.IDOf([]byte("none")), DataSet: "a", Sample: sample}, ziplaw.CodeCorruptArtifact},
		"half a spec":   {"Resolve", activities.ResolveInput{Spec: json.RawMessage(`{"version": 1}`)}, ziplaw.CodeBadSpec},
		"half a spec 2": {"StartStudy", activities.StartStudyInput{Spec: json.RawMessage(`{}`)}, ziplaw.CodeBadSpec},
	} {
		t.Run(name, func(t *testing.T) {
			if e := activities.FromTemporal(s.activity(c.name, c.input)); e.Code != c.code {
				t.Errorf("%+v, want %s", e, c.code)
			}
		})
	}
}
