package worker_test

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/cache"
	"github.com/ziplaw/ziplaw/internal/spec"
)

// TestPreparation samples, stores and measures a data set as a study's activities do. ZIPLAW_TEST_TOKENS is another number of
// tokens than the few that every run takes.
func TestPreparation(t *testing.T) {
	tokens := int64(1 << 20)
	if more, err := strconv.ParseInt(os.Getenv("ZIPLAW_TEST_TOKENS"), 10, 64); err == nil {
		tokens = more
	}
	s := bareSite(t, nextSite())
	study, err := spec.Parse([]byte(`{"version": 1, "name": "prepared", "context": 256, "budgets": [` + strconv.FormatInt(tokens, 10) + `], "models": [{"h": 4}],
		"datasets": [{"name": "g", "grammar": {"nonterminals": 20, "terminals": 300, "options": 10, "length": 5}}]}`))
	s.must(err)
	id, err := s.store.PutJSON(t.Context(), study)
	s.must(err)
	documents, err := cache.New(t.TempDir(), 0, s.store.Open)
	s.must(err)
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.SetTestTimeout(10 * time.Minute)
	env.RegisterActivity(&activities.Activities{Store: s.store, Cache: documents, Identity: "test", Devices: activities.SharedCPU(1, activities.NewMemory(1<<30)), Memory: 1 << 30})
	began := time.Now()
	encoded, err := env.ExecuteActivity("Sample", activities.SampleInput{Spec: id, DataSet: "g"})
	s.must(err)
	var sampled activities.RecordResult
	s.must(encoded.Get(&sampled))
	sampling := time.Since(began)
	encoded, err = env.ExecuteActivity("Compress", activities.CompressInput{Spec: id, DataSet: "g", Sample: sampled.Record})
	s.must(err)
	var measured activities.CompressResult
	s.must(encoded.Get(&measured))
	took := time.Since(began)
	t.Logf("%d tokens sampled and stored in %.2fs, measured in %.2fs", tokens, sampling.Seconds(), (took - sampling).Seconds())
	var r ziplaw.DataSetResult
	rec := s.load(measured.Record)
	s.must(json.Unmarshal(rec.Values, &r))
	if r.Documents != ziplaw.Documents(tokens, 256) || r.H.Value < 0.3 || r.H.Value > 0.4 || r.Entropy1 <= 0 || r.Entropy0 <= r.Entropy1 {
		t.Errorf("measured %+v", r)
	}
}
