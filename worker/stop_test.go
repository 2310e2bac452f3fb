package worker_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/minio/minio-go/v7"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/worker"
)

// long is a study with one cell that trains for seconds, and writes no checkpoint unless it must.
func long(t *testing.T, name string) ziplaw.Study {
	t.Helper()
	return tiny(t, name, models(4, 64), budgets(4096, 8192, 393216), func(s *ziplaw.Study) {
		s.Datasets, s.CheckpointSeconds = s.Datasets[:1], 3600
	})
}

const longCell = "h64-l1/D393216/s1"

// whole is the long study when nothing disturbs it.
var whole struct {
	once   sync.Once
	digest string
}

func wantUndisturbed(t *testing.T, r ziplaw.StudyResult) {
	t.Helper()
	whole.once.Do(func() { whole.digest = newSite(t).run(long(t, "whole")).Digest })
	if r.State != ziplaw.StudyDone || r.Cells.Done != 6 || r.Digest != whole.digest {
		t.Errorf("%s with cells %+v and digest %s, undisturbed %s", r.State, r.Cells, r.Digest, whole.digest)
	}
}

// narrow is a worker with memory for one cell at once. The other cells wait for it.
var narrow = worker.Options{Threads: 3, Memory: 1}

func narrowSite(t *testing.T) *site {
	t.Helper()
	s := bareSite(t, nextSite())
	s.start(narrow)
	return s
}

// trains says whether the long cell of a study is beyond a step, by its heartbeats.
func (s *site) trains(study string, step int) bool {
	s.t.Helper()
	r, err := s.client.DescribeWorkflowExecution(s.t.Context(), ziplaw.DataSetWorkflowID(study, "a"), "")
	if err != nil {
		return false
	}
	for _, a := range r.GetPendingActivities() {
		var p activities.Progress
		err := converter.GetDefaultDataConverter().FromPayloads(a.GetHeartbeatDetails(), &p)
		if err == nil && strings.HasSuffix(p.Cell, longCell) && p.Step > step {
			return true
		}
	}
	return false
}

// resumed is what the long cell went on from; nil where it went through in one.
func (s *site) resumed() *ziplaw.Resumed {
	s.t.Helper()
	for _, rec := range s.cells() {
		if strings.HasSuffix(rec.Label, longCell) {
			return rec.Resumed
		}
	}
	s.t.Fatalf("no record of %s", longCell)
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
	s := narrowSite(t)
	run := s.begin(long(t, "stopped"))
	s.until("the long cell", func() bool { return s.trains("stopped", 0) })
	s.stop()
	first := s.checkpoints()
	if len(first) != 1 || first[0].step < 1 {
		t.Fatalf("checkpoints %v, want one", first)
	}
	s.start(narrow)
	s.until("the long cell again", func() bool { return s.trains("stopped", first[0].step) })
	s.stop()
	second := s.checkpoints()
	if len(second) != 2 || second[0] != first[0] || second[1].step <= first[0].step || second[1].token <= first[0].token {
		t.Fatalf("checkpoints %v, want another", second)
	}
	s.flip(second[1].name)
	s.start(narrow)
	wantUndisturbed(t, s.end(run))
	if from := s.resumed(); from == nil || from.Step != first[0].step || from.Token != first[0].token {
		t.Errorf("it went on from %+v, the good checkpoint is %v", from, first[0])
	}
	if left := s.checkpoints(); len(left) > 0 {
		t.Errorf("checkpoints of a finished cell: %v", left)
	}
}

// flip changes a bit of an object.
func (s *site) flip(name string) {
	s.t.Helper()
	o, err := s.s3.GetObject(s.t.Context(), s.bucket, name, minio.GetObjectOptions{})
	s.must(err)
	b, err := io.ReadAll(o)
	s.must(err)
	b[len(b)/2] ^= 1
	_, err = s.s3.PutObject(s.t.Context(), s.bucket, name, bytes.NewReader(b), int64(len(b)), minio.PutObjectOptions{DisableContentSha256: true})
	s.must(err)
}

// TestCanceledStudy cancels a study within a cell; started again, it goes on there.
func TestCanceledStudy(t *testing.T) {
	t.Parallel()
	s := narrowSite(t)
	run := s.begin(long(t, "canceled"))
	s.until("the long cell", func() bool { return s.trains("canceled", 0) })
	s.must(s.client.CancelWorkflow(t.Context(), run.GetID(), ""))
	s.wantCanceled(run)
	left := s.checkpoints()
	if len(left) != 1 {
		t.Fatalf("checkpoints %v, want one", left)
	}
	again := s.begin(long(t, "canceled"))
	wantUndisturbed(t, s.end(again))
	if from := s.resumed(); from == nil || from.Step != left[0].step {
		t.Errorf("it went on from %+v, the checkpoint is %v", from, left[0])
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
