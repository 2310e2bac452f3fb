package worker_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
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
