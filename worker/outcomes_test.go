package worker_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
)

// TestDivergedCells trains with a rate at which long runs diverge.
func TestDivergedCells(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.run(tiny(t, "hot", budgets(2048, 3072, 4096, 5120, 6144, 16384), func(s *ziplaw.Study) {
		s.Recipe.LR = ziplaw.LearningRate{Base: 1000, Scale: "none"}
	}))
	if c := r.Cells; c.Diverged == 0 || c.Done+c.Diverged != c.Total || c.Failed > 0 {
		t.Fatalf("cells %+v", c)
	}
	done := map[string]int{} // by data set
	for _, rec := range s.cells() {
		var c ziplaw.CellResult
		s.must(json.Unmarshal(rec.Values, &c))
		switch {
		case c.State == ziplaw.StateDone:
			done[strings.Split(rec.Label, "/")[1]]++
		case c.State != ziplaw.StateDiverged || c.DivergedAt < 1 || c.DivergedAt > c.Steps || c.ModelID != "":
			t.Errorf("cell %s: %+v", rec.Label, c)
		}
	}
	for _, f := range r.Fits {
		if f.N != done[f.DataSet] {
			t.Errorf("the law of %s is of %d cells; %d are done", f.DataSet, f.N, done[f.DataSet])
		}
	}
	if len(r.Fits) == 0 {
		t.Errorf("no law of %v cells", done)
	}
}

// TestTooFewCells runs a study that no law can be fitted to.
func TestTooFewCells(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.run(tiny(t, "few", models(4), budgets(4096, 8192)))
	if len(r.Fits) > 0 || r.Cells.Done != 4 {
		t.Errorf("%d laws from %+v", len(r.Fits), r.Cells)
	}
	for _, d := range []string{"a", "b"} {
		if !hasWarning(r, "no_law", d+": fit: 2 runs are too few") {
			t.Errorf("no warning for %s in %+v", d, r.Warnings)
		}
	}
	for _, x := range r.Regressions {
		if x.N != 0 {
			t.Errorf("regression of %s over %d data sets", x.Parameter, x.N)
		}
	}
}

// TestFiles studies a text, and then the text with one more line.
func TestFiles(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	text := strings.Builder{}
	for i := range 2000 {
		text.WriteString(strings.Repeat("the cat sat on the mat; ", i%5))
		text.WriteString("and the dog did not\n")
	}
	file := filepath.Join(t.TempDir(), "text.txt")
	write := func(more string) {
		s.must(os.WriteFile(file, []byte(text.String()+more), 0o600))
	}
	study := tiny(t, "text", func(s *ziplaw.Study) {
		seed := int64(1)
		s.Datasets = append(s.Datasets[:1], ziplaw.DataSetSpec{
			Name: "cat", Files: &ziplaw.Files{Include: []string{file}, Exclude: []string{}}, Tokenizer: "bytes", DataSeed: &seed,
		})
	})
	write("")
	first := s.run(study)
	if first.Cells.Done != 12 || len(first.Fits) != 2 {
		t.Fatalf("cells %+v, %d laws", first.Cells, len(first.Fits))
	}
	cat := first.DataSets[1]
	if cat.DataSet != "cat" || cat.H.Value <= 0 || cat.H.Value >= 0.5 || cat.Terminals > 26 {
		t.Errorf("data set %+v", cat)
	}
	write("a line that nobody has read before\n")
	second := s.run(study)
	if second.Version == first.Version || second.DigestCells == first.DigestCells {
		t.Errorf("version %s, digest %s after another text", second.Version.Short(), second.DigestCells)
	}
	if second.Cells != (ziplaw.Counts{Total: 12, Done: 12, Reused: 6}) {
		t.Errorf("cells %+v, want those of the grammar reused", second.Cells)
	}
}
