package worker_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/infra/infratest"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/store"
	"github.com/ziplaw/ziplaw/worker"
)

// reads counts what is read from the store, by the object's name.
type reads struct {
	next http.RoundTripper
	mu   sync.Mutex
	n    map[string]int
}

func (r *reads) RoundTrip(q *http.Request) (*http.Response, error) {
	if q.Method == http.MethodGet {
		_, name, _ := strings.Cut(strings.TrimPrefix(q.URL.Path, "/"), "/")
		r.mu.Lock()
		r.n[name]++
		r.mu.Unlock()
	}
	return r.next.RoundTrip(q)
}

// TestCellsShareADownload: cells that start together on a worker read each shard of documents once.
func TestCellsShareADownload(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	one := func(s *ziplaw.Study) { s.Datasets = s.Datasets[:1] }
	v := s.version(s.run(tiny(t, "shared", one)))
	s.stop()
	endpoint, access, secret, _ := infratest.Start(t).S3()
	real := &http.Transport{}
	t.Cleanup(real.CloseIdleConnections)
	counted := &reads{next: real, n: map[string]int{}}
	var err error
	s.store, err = store.Open(t.Context(), store.Config{Endpoint: endpoint, AccessKey: access, SecretKey: secret, Bucket: s.bucket, Transport: counted})
	s.must(err)
	s.start(worker.Options{Threads: 8})
	if r := s.run(tiny(t, "shared", one, models(4, 8, 16, 32))); r.Cells.Done-r.Cells.Reused != 6 {
		t.Errorf("cells %+v", r.Cells)
	}
	sample := s.load(v.DataSets[0].Sample)
	counted.mu.Lock()
	defer counted.mu.Unlock()
	for _, out := range sample.Outputs {
		if n := counted.n[artifactName(out.ID)]; out.Role == actions.RoleDocuments && n != 1 {
			t.Errorf("a shard was read %d times", n)
		}
	}
}
