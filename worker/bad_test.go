package worker_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/corpus"
	"github.com/ziplaw/ziplaw/worker"
)

// TestBadSpecs starts studies that can't be, as any Temporal client does. Each fails for good, with the field, before
// a data set's workflow starts.
func TestBadSpecs(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty.txt")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := bareSite(t, "bad-specs")
	s.start(worker.Options{Capacity: func() (int64, error) { return 1 << 20, nil }})
	for _, c := range []struct {
		name, old, new, field string
	}{
		{"unknown-key", `"keep_models"`, `"keep_model"`, "keep_model"},
		{"below-a-batch", `[4096,8192,16384]`, `[64,8192]`, "budgets[0]"},
		{"heads", `"h":8,"layers":1,"heads":1`, `"h":8,"layers":1,"heads":3`, "models[1].heads"},
		{"context", `"context":64`, `"context":1`, "context"},
		{"twice", `"name":"b"`, `"name":"a"`, "datasets[1].name"},
		{"endless", `{"nonterminals":10,"terminals":150,"options":5,"length":3`, `{"nonterminals":50,"terminals":1,"options":1,"length":30`, "datasets[0].grammar"},
		{"no-such-file", `"grammar":{"nonterminals":10,"terminals":150,"options":5,"length":3,"separator":"shared","pfsa":"none"},"grammar_seeds":[1],"sampling_seed":1`,
			`"files":{"include":["/no/such/file"]}`, "datasets[0].files"},
		{"empty-file", `"grammar":{"nonterminals":10,"terminals":150,"options":5,"length":3,"separator":"shared","pfsa":"none"},"grammar_seeds":[1],"sampling_seed":1`,
			`"files":{"include":["` + empty + `"]}`, "datasets[0].files"},
		{"relative", `"grammar":{"nonterminals":10,"terminals":150,"options":5,"length":3,"separator":"shared","pfsa":"none"},"grammar_seeds":[1],"sampling_seed":1`,
			`"files":{"include":["*.go"]}`, "datasets[0].files"},
		{"on-error", `"grammar":{"nonterminals":10,"terminals":150,"options":5,"length":3,"separator":"shared","pfsa":"none"},"grammar_seeds":[1],"sampling_seed":1`,
			`"files":{"include":["/*"],"on_error":"ignore"}`, "datasets[0].files.on_error"},
		{"no-room", `16384]`, `1638400000]`, "budgets"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := json.Marshal(tiny(t, c.name))
			s.must(err)
			if !strings.Contains(string(b), c.old) {
				t.Fatalf("no %s in %s", c.old, b)
			}
			for _, id := range []string{ziplaw.WorkflowID(c.name), "invented-" + c.name} {
				e := s.failure(s.raw(id, json.RawMessage(strings.Replace(string(b), c.old, c.new, 1))))
				if e.Code != ziplaw.CodeBadSpec || !strings.HasPrefix(e.Field, c.field) || e.Message == "" {
					t.Errorf("workflow %s: %+v", id, e)
				}
			}
			if h := s.history(ziplaw.DataSetWorkflowID(c.name, "a"), ""); h != nil {
				t.Error("a data set's workflow has run")
			}
		})
	}
	for name, input := range map[string]any{"none": nil, "text": "quick", "list": []int{1}, "half": json.RawMessage(`{"version": 1}`)} {
		t.Run(name, func(t *testing.T) {
			if e := s.failure(s.raw("shape-"+name, input)); e.Code != ziplaw.CodeBadSpec {
				t.Errorf("%+v", e)
			}
		})
	}
	if names := s.objects("actions/"); len(names) > 0 {
		t.Errorf("bad specs left %v", names)
	}
}

// TestAllowedFiles: a worker that allows a folder reads nothing else, whatever a spec from elsewhere names.
func TestAllowedFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"open/a.txt": strings.Repeat("text of a file ", 4000), "secret/b.txt": strings.Repeat("secret ", 3000), "secret/g.txt": "S -> '1' [1.0]"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	access, err := corpus.AllowedFolders([]string{dir + "/open"})
	if err != nil {
		t.Fatal(err)
	}
	s := bareSite(t, nextSite())
	s.start(worker.Options{Files: access})
	const grammar = `"grammar":{"nonterminals":10,"terminals":150,"options":5,"length":3,"separator":"shared","pfsa":"none"},"grammar_seeds":[1],"sampling_seed":1`
	for name, entry := range map[string]string{
		"secret": `"files":{"include":["` + dir + `/secret/b.txt"]}`, "absent": `"files":{"include":["` + dir + `/secret/none"]}`,
		"variable": `"files":{"include":["${HOME}/**"]}`, "grammar": `"grammar":{"file":"` + dir + `/secret/g.txt"}`,
	} {
		b, err := json.Marshal(tiny(t, name))
		s.must(err)
		e := s.failure(s.raw(ziplaw.WorkflowID(name), json.RawMessage(strings.Replace(string(b), grammar, entry, 1))))
		if e.Code != ziplaw.CodeBadSpec || !strings.Contains(e.Message, "isn't allowed by this worker") {
			t.Errorf("%s: %+v", name, e)
		}
	}
	b, err := json.Marshal(tiny(t, "allowed"))
	s.must(err)
	var r ziplaw.StudyResult
	s.must(s.raw(ziplaw.WorkflowID("allowed"), json.RawMessage(strings.Replace(string(b), grammar, `"files":{"include":["`+dir+`/open/*"]}`, 1))).Get(t.Context(), &r))
	if r.Cells.Done != r.Cells.Total || r.Cells.Total == 0 {
		t.Errorf("cells %+v", r.Cells)
	}
}
