package worker_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/infra/infratest"
	"github.com/ziplaw/ziplaw/worker"
	"github.com/ziplaw/ziplaw/workflows"
)

// ask sends an update to a study and waits for its answer.
func (s *site) ask(study, name string, args ...any) (p workflows.Progress, err error) {
	s.t.Helper()
	h, err := s.client.UpdateWorkflow(s.t.Context(), client.UpdateWorkflowOptions{
		WorkflowID: ziplaw.WorkflowID(study), UpdateName: name, Args: args, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = h.Get(s.t.Context(), &p)
	}
	return p, err
}

// TestPause holds a study within its cells. It lets go of them at checkpoints, stays where it is while its worker is another
// one, and goes on at those steps.
func TestPause(t *testing.T) { // alone: it measures
	s := newSite(t)
	study := long(t, "held", seconds, 2, 3)
	run := s.begin(study)
	s.train(2)
	began := time.Now()
	p, err := s.ask("held", workflows.PauseRequest)
	s.must(err)
	took := time.Since(began)
	t.Logf("the pause took %s", took)
	if took > 3*time.Second || len(s.worker.Training()) > 0 {
		t.Errorf("it took %s, and %v train", took, s.worker.Training())
	}
	if p.State != ziplaw.StudyPaused || p.Cells.Running != 0 || p.Cells.Queued != 3 {
		t.Errorf("it is %s with %+v", p.State, p.Cells)
	}
	left := s.checkpoints()
	if len(left) != 2 || left[0].step < 1 || left[1].step < 1 {
		t.Errorf("checkpoints %v, want two", left)
	}
	s.stop()
	s.start(worker.Options{})
	time.Sleep(1500 * time.Millisecond)
	if p, _ := s.progress("held"); string(p["state"]) != `"paused"` || len(s.worker.Training()) > 0 {
		t.Errorf("with another worker it is %s, and %v train", p["state"], s.worker.Training())
	}
	if p, err = s.ask("held", workflows.ResumeRequest); err != nil || p.State != ziplaw.StudyRunning {
		t.Errorf("it is %s: %v", p.State, err)
	}
	r := s.end(run)
	var steps []int
	for _, rec := range s.cells() {
		if rec.Resumed != nil {
			steps = append(steps, rec.Resumed.Step)
		}
	}
	slices.Sort(steps)
	if want := []int{min(left[0].step, left[1].step), max(left[0].step, left[1].step)}; !slices.Equal(steps, want) {
		t.Errorf("cells went on from steps %v, the checkpoints are of %v", steps, want)
	}
	if want := newSite(t).run(study); r.Digest != want.Digest || r.Cells.Done != 3 {
		t.Errorf("cells %+v, digest %s, undisturbed %s", r.Cells, r.Digest, want.Digest)
	}
	s.replay(study)
	if _, err := s.ask("held", workflows.PauseRequest); err == nil {
		t.Error("a study that has ended is paused")
	}
}

// TestExtend makes a study larger while its cell trains: by budgets that take more documents, a model and a data set. The
// cell goes on, and the end is that of the larger study.
func TestExtend(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	small := tiny(t, "grows", models(4, longWidth), budgets(seconds), func(s *ziplaw.Study) {
		s.Datasets, s.CheckpointSeconds = s.Datasets[:1], 3600
	})
	larger := tiny(t, "grows", models(4, 8, longWidth), budgets(4096, seconds, seconds+128), func(s *ziplaw.Study) {
		s.CheckpointSeconds = 3600
	})
	run := s.begin(small)
	s.train(2)
	p, err := s.ask("grows", workflows.ExtendRequest, larger)
	s.must(err)
	if p.Cells.Total != 18 || len(p.DataSets) != 2 {
		t.Errorf("it has %+v in %d data sets", p.Cells, len(p.DataSets))
	}
	if _, err := s.ask("grows", workflows.ExtendRequest, small); activities.FromTemporal(err).Code != ziplaw.CodeBadSpec {
		t.Errorf("a smaller spec: %v", err)
	}
	r := s.end(run)
	if r.Cells.Done+r.Cells.Diverged != 18 || r.Cells.Total != 18 {
		t.Errorf("cells %+v", r.Cells)
	}
	for _, rec := range s.cells() {
		if rec.Resumed != nil {
			t.Errorf("cell %s was interrupted", rec.Label)
		}
	}
	s.replay(small)
	if want := newSite(t).run(larger); r.Digest != want.Digest {
		t.Errorf("digest %s, of the larger study %s", r.Digest, want.Digest)
	}
}

// TestSignals asks by signals, as clients do that send no updates.
func TestSignals(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	run := s.begin(long(t, "signals", seconds))
	s.train(1)
	send := func(name string, arg any) { s.must(s.client.SignalWorkflow(t.Context(), run.GetID(), "", name, arg)) }
	send(workflows.PauseRequest, nil)
	s.until("the pause", func() bool {
		p, _ := s.progress("signals")
		return string(p["state"]) == `"paused"` && len(s.worker.Training()) == 0 && len(s.checkpoints()) == 1
	})
	send(workflows.ExtendRequest, tiny(t, "signals", models(longWidth), budgets(4096)))
	send(workflows.ExtendRequest, long(t, "signals", seconds, 2))
	send(workflows.RetryRequest, nil)
	send(workflows.ResumeRequest, nil)
	r := s.end(run)
	if r.Cells.Done != 2 || !hasWarning(r, "refused", "the study would lose 1 cells") {
		t.Errorf("cells %+v, warnings %v", r.Cells, r.Warnings)
	}
}

// outage answers for Temporal while it can't be reached.
type outage struct{ atomic.Bool }

func (o *outage) intercept(ctx context.Context, method string, in, out any, c *grpc.ClientConn, call grpc.UnaryInvoker, options ...grpc.CallOption) error {
	if o.Load() {
		return status.Error(codes.Unavailable, "no route to host")
	}
	return call(ctx, method, in, out, c, options...)
}

// TestPauseAfterAnOutage: a cell that trains on through an outage, in an attempt that Temporal has given up, is reached by a pause.
func TestPauseAfterAnOutage(t *testing.T) {
	t.Parallel()
	s, servers, out := bareSite(t, nextSite()), infratest.Start(t), &outage{}
	address, _ := servers.Temporal()
	through, err := client.Dial(client.Options{HostPort: address, Namespace: s.namespace, Logger: quiet, ConnectionOptions: client.ConnectionOptions{
		TLS: servers.TLS(), DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(out.intercept)},
	}})
	s.must(err)
	t.Cleanup(through.Close)
	direct := s.client
	s.client = through
	s.start(worker.Options{})
	s.client = direct

	run := s.begin(long(t, "outage", 8*moreSeconds))
	s.train(1)
	out.Store(true)
	s.until("another attempt", func() bool {
		d, err := s.client.DescribeWorkflowExecution(t.Context(), run.GetID()+"/a", "")
		s.must(err)
		return slices.ContainsFunc(d.GetPendingActivities(), func(p *workflowpb.PendingActivityInfo) bool { return p.GetAttempt() > 1 })
	})
	out.Store(false)
	if p, err := s.ask("outage", workflows.PauseRequest); err != nil || p.Cells.Done > 0 {
		t.Errorf("%+v, %v", p.Cells, err)
	}
	s.until("the first attempt lets go", func() bool { return len(s.worker.Training()) == 0 })
	if len(s.cells()) > 0 || len(s.checkpoints()) == 0 {
		t.Errorf("%d cells are done, checkpoints %v", len(s.cells()), s.checkpoints())
	}
}
