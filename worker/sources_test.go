package worker_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
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

// TestGrammarOfAFile: a study of a grammar that a file holds. What it was resolved with is what it samples; the same grammar
// written otherwise keeps its cells, and another one is another version with cells of its own.
func TestGrammarOfAFile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	file := filepath.Join(t.TempDir(), "english.txt")
	write := func(text string) { s.must(os.WriteFile(file, []byte(text), 0o600)) }
	of := func(name string) ziplaw.Study {
		seed := int64(1)
		return tiny(t, name, models(4), budgets(4096, 8192), func(s *ziplaw.Study) {
			s.Datasets = []ziplaw.DataSetSpec{{Name: "english", Grammar: &ziplaw.Grammar{File: file, GrammarClass: ziplaw.GrammarClass{Separator: "shared"}}, SamplingSeed: &seed}}
		})
	}
	const text, other = "S -> 'the' N V [1]\nN -> 'dog' [0.5] | 'cat' N [0.5]\nV -> 'barks' [0.9] | 'is' [0.1]\n", "S -> 'the' 'end' [1]\n"
	write(text)
	study := of("english")
	first := s.run(study)
	if d := first.DataSets[0]; first.Cells.Done != 2 || d.Vocabulary != 6 || d.Terminals != 6 || d.MeanChildren != 0.25 || d.Termination != 1 || d.H.Value == 0 {
		t.Errorf("%+v, %+v", first.Cells, d)
	}
	for _, rec := range s.records("sample") {
		origin, err := s.store.Get(t.Context(), rec.Inputs[slices.IndexFunc(rec.Inputs, func(r ziplaw.Ref) bool { return r.Role == "origin" })].ID)
		if s.must(err); string(origin) != text {
			t.Errorf("the sample's grammar is %s", origin)
		}
	}
	spec, err := s.store.PutJSON(t.Context(), study)
	s.must(err)
	before, err := s.store.Put(t.Context(), []byte(text))
	s.must(err)
	s.must(s.activity("Sample", activities.SampleInput{Spec: spec, DataSet: "english", Origin: before}))

	write("# the same\n" + strings.ReplaceAll(text, "'", `"`))
	if again := s.run(study); again.Version != first.Version || again.Digest != first.Digest {
		t.Errorf("the same grammar is version %s, not %s", again.Version.Short(), first.Version.Short())
	}
	if shared := s.run(of("english-too")); shared.Cells.Reused != 2 || shared.DigestCells != first.DigestCells {
		t.Errorf("another study of it: %+v", shared.Cells)
	}

	write(other)
	err = s.activity("Sample", activities.SampleInput{Spec: spec, DataSet: "english", Origin: before})
	if e := activities.FromTemporal(err); e.Code != ziplaw.CodeSourcesChanged || e.Message != "data set english has changed since the study began: its grammar english.txt is another" {
		t.Errorf("another grammar: %v", err)
	}
	if changed := s.run(study); changed.Version == first.Version || changed.Cells.Done != 2 || changed.Cells.Reused != 0 || changed.DataSets[0].Vocabulary != 3 {
		t.Errorf("another grammar gives version %s, %+v", changed.Version.Short(), changed.Cells)
	}

	write("S -> 'the' 'end' [0.5]")
	for what, path := range map[string]string{"english.txt: line 1: the probabilities of S sum to 0.5, not 1": file, "relative path, and there is no spec file": "english.txt"} {
		study.Datasets[0].Grammar.File = path
		b, err := json.Marshal(study)
		s.must(err)
		e := activities.FromTemporal(s.activity("Resolve", activities.ResolveInput{Spec: b}))
		if e.Code != ziplaw.CodeBadSpec || e.Field != "datasets[0].grammar.file" || !strings.Contains(e.Message, what) {
			t.Errorf("%s: %v", path, e)
		}
	}
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
