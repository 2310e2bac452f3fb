package worker_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/infra/infratest"
	"github.com/ziplaw/ziplaw/internal/plan"
	"github.com/ziplaw/ziplaw/internal/store"
	"github.com/ziplaw/ziplaw/worker"
)

// train waits until so many attempts at cells have begun, and lets the last one train for a moment.
func (s *site) train(attempts int64) {
	s.t.Helper()
	s.until("another attempt at a cell", func() bool {
		var begun int64
		for _, name := range s.objects("claims/") {
			var claim struct{ Token int64 }
			s.must(json.Unmarshal(s.read(name), &claim))
			begun += claim.Token
		}
		return begun == attempts
	})
	time.Sleep(300 * time.Millisecond)
}

// resumed is what the one cell went on from; nil where it went through in one.
func (s *site) resumed() *ziplaw.Resumed {
	s.t.Helper()
	cells := s.cells()
	if len(cells) != 1 {
		s.t.Fatalf("%d cells", len(cells))
	}
	for _, rec := range cells {
		return rec.Resumed
	}
	return nil
}

// checkpoint is the object checkpoints/KEY/TOKEN/STEP.
type checkpoint struct {
	name  string
	token int64
	step  int
}

// checkpoints are those of the bucket, by key and token.
func (s *site) checkpoints() (all []checkpoint) {
	s.t.Helper()
	for _, name := range s.objects("checkpoints/") {
		c := checkpoint{name: name}
		if _, err := fmt.Sscanf(strings.TrimPrefix(name, "checkpoints/")[64:], "/%d/%d", &c.token, &c.step); err != nil {
			s.t.Fatalf("checkpoint %s: %v", name, err)
		}
		all = append(all, c)
	}
	return all
}

// TestStoppedWorker stops a worker within a cell, and another one, whose checkpoint is then damaged. The third goes on
// from that of the first.
func TestStoppedWorker(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	run := s.begin(long(t, "stopped", seconds))
	s.train(1)
	s.stop()
	first := s.checkpoints()
	if len(first) != 1 || first[0].step < 1 {
		t.Fatalf("checkpoints %v, want one", first)
	}
	s.start(worker.Options{})
	s.train(2)
	s.stop()
	second := s.checkpoints()
	if len(second) != 2 || second[0] != first[0] || second[1].step <= first[0].step || second[1].token <= first[0].token {
		t.Fatalf("checkpoints %v, want another", second)
	}
	s.flip(second[1].name)
	s.start(worker.Options{})
	r := s.end(run)
	if from := s.resumed(); from == nil || from.Step != first[0].step || from.Token != first[0].token {
		t.Errorf("it went on from %+v, the good checkpoint is %v", from, first[0])
	}
	if left := s.checkpoints(); len(left) > 0 {
		t.Errorf("checkpoints of a finished cell: %v", left)
	}
	if want := newSite(t).run(long(t, "stopped", seconds)); r.Digest != want.Digest || r.Cells.Done != 1 {
		t.Errorf("cells %+v, digest %s, undisturbed %s", r.Cells, r.Digest, want.Digest)
	}
}

// slowly delays what is put under checkpoints/, as a busy store and a large state do.
type slowly struct {
	next http.RoundTripper
	by   time.Duration
}

func (s slowly) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/checkpoints/") {
		time.Sleep(s.by)
	}
	return s.next.RoundTrip(r)
}

// TestStopWaitsForTheCheckpoint stops a worker whose last checkpoint takes longer than other activities may.
func TestStopWaitsForTheCheckpoint(t *testing.T) {
	t.Parallel()
	name := nextSite()
	s := bareSite(t, name)
	endpoint, access, secret, _ := infratest.Start(t).S3()
	real := &http.Transport{}
	t.Cleanup(real.CloseIdleConnections)
	slow, err := store.Open(t.Context(), store.Config{
		Endpoint: endpoint, AccessKey: access, SecretKey: secret, Bucket: s.bucket, Transport: slowly{real, 22 * time.Second},
	})
	s.must(err)
	s.store = slow
	s.start(worker.Options{})
	s.begin(long(t, "slow", moreSeconds))
	s.train(1)
	if cells := s.worker.Training(); len(cells) != 1 || cells[0] != fmt.Sprintf("slow/a/h64-l1/D%d/s1", moreSeconds) {
		t.Errorf("training: %v", cells)
	}
	s.worker.Stop()
	if left := s.checkpoints(); len(left) != 1 || left[0].step < 1 {
		t.Errorf("checkpoints %v, want one", left)
	}
	if cells := s.worker.Training(); len(cells) != 0 {
		t.Errorf("still training: %v", cells)
	}
	s.worker = nil
}

// TestWaitingCellsLetGo stops a worker that has memory for one cell, and slots for more.
func TestWaitingCellsLetGo(t *testing.T) {
	t.Parallel()
	s := bareSite(t, nextSite())
	study := long(t, "waits", seconds, 2, 3)
	p, err := plan.Check(t.Context(), study, plan.Room{})
	s.must(err)
	cell := plan.Cost(study, study.Cells("a")[0], p.DataSets[0].Vocabulary, func(int) float64 { return 1 }).Bytes
	s.start(worker.Options{Threads: 3, Memory: 2*cell - 1})
	s.begin(study)
	s.train(1)
	s.stop() // fails where it takes long
	if left := s.checkpoints(); len(left) != 1 {
		t.Errorf("checkpoints %v, want that of one cell", left)
	}
}

// flip changes a bit of an object.
func (s *site) flip(name string) {
	s.t.Helper()
	b := s.read(name)
	b[len(b)/2] ^= 1
	_, err := s.s3.PutObject(s.t.Context(), s.bucket, name, bytes.NewReader(b), int64(len(b)), minio.PutObjectOptions{DisableContentSha256: true})
	s.must(err)
}

func (s *site) read(name string) []byte {
	s.t.Helper()
	o, err := s.s3.GetObject(s.t.Context(), s.bucket, name, minio.GetObjectOptions{})
	s.must(err)
	b, err := io.ReadAll(o)
	s.must(err)
	return b
}

// TestCanceledStudy cancels a study within a cell; started again, it goes on there.
func TestCanceledStudy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	run := s.begin(long(t, "canceled", moreSeconds))
	s.train(1)
	s.must(s.client.CancelWorkflow(t.Context(), run.GetID(), ""))
	s.wantCanceled(run)
	left := s.checkpoints()
	if len(left) != 1 || left[0].step < 1 {
		t.Fatalf("checkpoints %v, want one", left)
	}
	r := s.run(long(t, "canceled", moreSeconds))
	if from := s.resumed(); from == nil || from.Step != left[0].step || r.Cells.Done != 1 {
		t.Errorf("cells %+v; it went on from %+v, the checkpoint is %v", r.Cells, from, left[0])
	}
}

func (s *site) wantCanceled(run client.WorkflowRun) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	if err := run.Get(ctx, nil); !temporal.IsCanceledError(err) {
		s.t.Errorf("a cancelled study: %v", err)
	}
	for _, id := range []string{run.GetID(), run.GetID() + "/a"} {
		d, err := s.client.DescribeWorkflowExecution(ctx, id, "")
		s.must(err)
		if status := d.GetWorkflowExecutionInfo().GetStatus(); status != enumspb.WORKFLOW_EXECUTION_STATUS_CANCELED {
			s.t.Errorf("workflow %s is %s", id, status)
		}
	}
}
