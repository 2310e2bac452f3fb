package worker_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
)

// TestSampleIsOfWhatWasResolved: files that are others than when the study was resolved aren't sampled, and are named.
func TestSampleIsOfWhatWasResolved(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.stop()
	file := filepath.Join(t.TempDir(), "a.txt")
	s.must(os.WriteFile(file, []byte(strings.Repeat("some words ", 4000)), 0o600))
	seed := int64(1)
	study := tiny(t, "changed", models(4), budgets(4096, 8192), func(s *ziplaw.Study) {
		s.Datasets = []ziplaw.DataSetSpec{{Name: "text", Files: &ziplaw.Files{Include: []string{file}, Exclude: []string{}}, Tokenizer: "bytes", DataSeed: &seed}}
	})
	spec, err := s.store.PutJSON(t.Context(), study)
	s.must(err)
	before, err := s.store.Put(t.Context(), []byte(strings.Repeat("0", 64)+" 5 a.txt\n"))
	s.must(err)
	err = s.activity("Sample", activities.SampleInput{Spec: spec, DataSet: "text", Origin: before})
	if e := activities.FromTemporal(err); e.Code != ziplaw.CodeSourcesChanged || !strings.Contains(e.Message, "data set text have changed since the study began: a.txt is another") {
		t.Errorf("another file: %v", err)
	}
	if names := s.objects("actions/"); len(names) > 0 {
		t.Errorf("it left %v", names)
	}
	s.must(s.activity("Sample", activities.SampleInput{Spec: spec, DataSet: "text"}))
}

// TestModelsThatWerentKept: a study that keeps models and reuses cells of one that didn't says so.
func TestModelsThatWerentKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	keep := func(k bool) func(*ziplaw.Study) { return func(s *ziplaw.Study) { s.KeepModels = k } }
	if r := s.run(tiny(t, "without", models(4), budgets(4096, 8192), keep(false))); hasWarning(r, "no_models", "") {
		t.Errorf("a study that keeps no models: %v", r.Warnings)
	}
	if r := s.run(tiny(t, "with", models(4), budgets(4096, 8192, 12288), keep(true))); !hasWarning(r, "no_models", "a: 2 cells were reused") || !hasWarning(r, "no_models", "b: 2 cells") {
		t.Errorf("a study that keeps them: %v", r.Warnings)
	}
}
