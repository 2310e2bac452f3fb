package worker_test

import (
	"bytes"
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/lineage"
	"github.com/ziplaw/ziplaw/worker"
)

// forged stores a changed copy of a record as its action's result, and gives its id.
func (s *site) forged(id ziplaw.ArtifactID, change func(*ziplaw.Record)) ziplaw.ArtifactID {
	s.t.Helper()
	rec := s.load(id)
	change(&rec)
	forged, err := s.store.PutJSON(s.t.Context(), rec)
	s.must(err)
	s.must(s.store.Restore(s.t.Context(), forged))
	return forged
}

func (s *site) file(v ziplaw.StudyVersion) {
	s.t.Helper()
	b, err := json.Marshal(v)
	s.must(err)
	s.must(s.store.PutStudy(s.t.Context(), v.Result.Study, string(v.Result.Version), b))
}

// TestRecheck: numbers and reports that were changed with everything that names them have right digests, and aren't what the cells
// give. Repaired, the study is what it was.
func TestRecheck(t *testing.T) {
	t.Parallel()
	s := bareSite(t, nextSite())
	s.start(worker.Options{Code: ziplaw.Code{Arch: runtime.GOARCH}})
	before := s.run(tiny(t, "rechecked"))
	original := s.version(before)
	recheck := func(v ziplaw.StudyVersion) []lineage.Problem {
		t.Helper()
		problems, err := activities.Recheck(t.Context(), s.store, v, func(string) {})
		s.must(err)
		return problems
	}
	if bad := recheck(original); len(bad) > 0 {
		t.Fatalf("untouched: %v", bad)
	}
	for _, forgery := range []struct {
		name, problem string
		verified      bool // every digest is right
		forge         func(v *ziplaw.StudyVersion)
	}{
		{"report", "its report.html isn't what its numbers make", true, func(v *ziplaw.StudyVersion) {
			v.Report = s.forged(v.Report, func(rec *ziplaw.Record) {
				for i, out := range rec.Outputs {
					if out.Role == "report.html" {
						b, err := s.store.Get(t.Context(), out.ID)
						s.must(err)
						rec.Outputs[i].ID, err = s.store.Put(t.Context(), bytes.Replace(b, []byte("</title>"), []byte(" 2</title>"), 1))
						s.must(err)
						v.Result.Report = string(rec.Outputs[i].ID)
					}
				}
			})
		}},
		{"law", "its law: law.alpha is 7", false, func(v *ziplaw.StudyVersion) {
			v.DataSets[1].Fit = s.forged(v.DataSets[1].Fit, func(rec *ziplaw.Record) {
				var values map[string]map[string]any
				s.must(json.Unmarshal(rec.Values, &values))
				values["law"]["alpha"] = 7
				b, err := json.Marshal(values)
				s.must(err)
				rec.Values = b
			})
		}},
		{"regression", "its regressions: ", false, func(v *ziplaw.StudyVersion) {
			v.Regress = s.forged(v.Regress, func(rec *ziplaw.Record) {
				var values struct {
					Regressions []map[string]any `json:"regressions"`
				}
				all := map[string]any{}
				s.must(json.Unmarshal(rec.Values, &values))
				s.must(json.Unmarshal(rec.Values, &all))
				values.Regressions[0]["slope"] = 1
				all["regressions"] = values.Regressions
				b, err := json.Marshal(all)
				s.must(err)
				rec.Values = b
			})
		}},
	} {
		t.Run(forgery.name, func(t *testing.T) {
			v := s.version(before)
			forgery.forge(&v)
			s.file(v)
			found, err := lineage.Verify(t.Context(), s.store, v, lineage.Options{})
			s.must(err)
			if forgery.verified && found.State != lineage.Clean {
				t.Errorf("digests: %v", found.Problems)
			}
			problems := recheck(v)
			if len(problems) == 0 || !strings.Contains(problems[0].Problem, forgery.problem) {
				t.Fatalf("found %v, want %q", problems, forgery.problem)
			}
			_, err = lineage.Repair(t.Context(), s.store, v.Result.Study, v.Result.Version, append(problems, found.Problems...))
			s.must(err)
			r := s.run(tiny(t, "rechecked"))
			if bad := recheck(s.version(r)); len(bad) > 0 || r.Digest != before.Digest {
				t.Errorf("repaired: %v, digest %s, want %s", bad, r.Digest, before.Digest)
			}
		})
	}
}
