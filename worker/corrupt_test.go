package worker_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/minio/minio-go/v7"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/worker"
)

// victim names an object of a finished study.
type victim struct {
	name string
	of   func(s *site) string
	how  []string
}

var overwritten, both = []string{"overwritten"}, []string{"overwritten", "deleted"}

// outputOf is an artifact that some action made.
func outputOf(action, role string) func(*site) string {
	return func(s *site) string {
		for _, rec := range s.records(action) {
			if id, found := rec.Output(role); found {
				return artifactName(id)
			}
		}
		s.t.Fatalf("no %s of %s", role, action)
		return ""
	}
}

// recordOf is the record of some action.
func recordOf(action string) func(*site) string {
	return func(s *site) string {
		for e, err := range s.store.Entries(s.t.Context()) {
			s.must(err)
			if _, rec, _, err := s.store.Lookup(s.t.Context(), e.Key); err == nil && rec.Action == action {
				return artifactName(e.Record)
			}
		}
		s.t.Fatalf("no record of %s", action)
		return ""
	}
}

// entryOf is the entry of some action.
func entryOf(action string) func(*site) string {
	return func(s *site) string {
		for key := range s.records(action) {
			return "actions/" + string(key) + ".json"
		}
		s.t.Fatalf("no entry of %s", action)
		return ""
	}
}

func artifactName(id ziplaw.ArtifactID) string {
	return "artifacts/sha256/" + id.Hex()[:2] + "/" + id.Hex()[2:]
}

// damage does something to an object behind the store's back.
var damage = map[string]func(*site, string){
	"deleted": func(s *site, name string) {
		s.must(s.s3.RemoveObject(s.t.Context(), s.bucket, name, minio.RemoveObjectOptions{}))
	},
	"overwritten": func(s *site, name string) {
		b := []byte("these are other bytes")
		_, err := s.s3.PutObject(s.t.Context(), s.bucket, name, bytes.NewReader(b), int64(len(b)), minio.PutObjectOptions{DisableContentSha256: true})
		s.must(err)
	},
}

// TestDamage damages what a finished study left, and runs another one that needs it. What is damaged is made again:
// the second study ends in the numbers that it has without any damage.
func TestDamage(t *testing.T) {
	t.Parallel()
	for _, v := range []victim{
		{"documents", outputOf("sample", "documents"), both},
		{"manifest", outputOf("sample", "manifest"), overwritten},
		{"digests", outputOf("sample", "document-digests"), overwritten},
		{"sample-record", recordOf("sample"), both},
		{"h", outputOf("compress", "h-per-document"), overwritten},
		{"losses", outputOf("train-cell", "losses"), both},
		{"cell-record", recordOf("train-cell"), overwritten},
		{"cell-entry", entryOf("train-cell"), overwritten},
	} {
		for _, how := range v.how {
			t.Run(v.name+"-"+how, func(t *testing.T) {
				t.Parallel()
				s := bareSite(t, nextSite())
				s.start(worker.Options{})
				s.run(damaged(t, "before", 4))
				s.stop() // with what it keeps in memory
				name := v.of(s)
				damage[how](s, name)
				s.start(worker.Options{})
				r := s.run(damaged(t, "after", 4, 8))
				wantIntact(t, r)
				t.Logf("cells %+v, warnings %v", r.Cells, r.Warnings)
				s.wantWhole(r)
			})
		}
	}
}

// wantWhole reads everything that a finished study's records lead to.
func (s *site) wantWhole(r ziplaw.StudyResult) {
	s.t.Helper()
	b, found, err := s.store.GetStudy(s.t.Context(), r.Study, string(r.Version))
	s.must(err)
	var v ziplaw.StudyVersion
	if !found || json.Unmarshal(b, &v) != nil {
		s.t.Fatalf("study %s has no finished version", r.Study)
	}
	read := map[ziplaw.ArtifactID]bool{}
	for _, id := range v.Records() {
		s.walk("record:study", id, read)
	}
	if len(read) < 20 {
		s.t.Errorf("only %d artifacts", len(read))
	}
}

func (s *site) walk(role string, id ziplaw.ArtifactID, read map[ziplaw.ArtifactID]bool) {
	s.t.Helper()
	if read[id] {
		return
	}
	read[id] = true
	b, err := s.store.Get(s.t.Context(), id)
	if err != nil {
		s.t.Errorf("%s: %v", role, err)
		return
	}
	var rec ziplaw.Record
	if !strings.HasPrefix(role, "record:") {
		return
	}
	s.must(json.Unmarshal(b, &rec))
	for _, ref := range append(rec.Inputs, rec.Outputs...) {
		s.walk(ref.Role, ref.ID, read)
	}
}

// damaged is a small study of one data set. The models of one study are among those of the other.
func damaged(t *testing.T, name string, h ...int) ziplaw.Study {
	t.Helper()
	return tiny(t, name, models(h...), budgets(4096, 8192, 16384), func(s *ziplaw.Study) { s.Datasets = s.Datasets[:1] })
}

// intact is the second study without any damage.
var intact struct {
	once   sync.Once
	result ziplaw.StudyResult
}

func wantIntact(t *testing.T, r ziplaw.StudyResult) {
	t.Helper()
	intact.once.Do(func() { intact.result = newSite(t).run(damaged(t, "after", 4, 8)) })
	want := intact.result
	if want.Digest == "" {
		t.Fatal("no study without damage")
	}
	if r.Digest != want.Digest || r.DigestCells != want.DigestCells || r.Cells.Done != 6 || r.Cells.Failed > 0 {
		t.Errorf("digest %s of cells %+v, without damage %s", r.Digest, r.Cells, want.Digest)
	}
	if got, want := measured(t, r), measured(t, want); got != want {
		t.Errorf("measures %s, without damage %s", got, want)
	}
}

// measured are the numbers of a study that its digest doesn't cover.
func measured(t *testing.T, r ziplaw.StudyResult) string {
	t.Helper()
	b, err := json.Marshal(r.DataSets)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
