package worker_test

import (
	"errors"
	"testing"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/worker"
	"github.com/ziplaw/ziplaw/workflows"
)

// history reads the history of a workflow's run, the last one where the run is empty; nil where there is none.
func (s *site) history(workflow, run string) *historypb.History {
	s.t.Helper()
	h := &historypb.History{}
	events := s.client.GetWorkflowHistory(s.t.Context(), workflow, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		if _, unknown := errors.AsType[*serviceerror.NotFound](err); unknown {
			return nil
		}
		s.must(err)
		h.Events = append(h.Events, e)
	}
	return h
}

// histories are those of the last runs of a study and its data sets.
func (s *site) histories(study ziplaw.Study) map[string]*historypb.History {
	s.t.Helper()
	ids := []string{ziplaw.WorkflowID(study.Name)}
	for _, d := range study.DataSets() {
		ids = append(ids, ziplaw.DataSetWorkflowID(study.Name, d.Name))
	}
	all := map[string]*historypb.History{}
	for _, id := range ids {
		if h := s.history(id, ""); h != nil {
			all[id] = h
		}
	}
	return all
}

// replay runs the workflows' code over what happened, which must be what the code would do again.
func (s *site) replay(study ziplaw.Study) {
	s.t.Helper()
	r, err := sdkworker.NewWorkflowReplayerWithOptions(sdkworker.WorkflowReplayerOptions{})
	s.must(err)
	r.RegisterWorkflowWithOptions(workflows.Study, workflow.RegisterOptions{Name: workflows.StudyType})
	r.RegisterWorkflowWithOptions(workflows.DataSet, workflow.RegisterOptions{Name: workflows.DataSetType})
	for id, h := range s.histories(study) {
		execution := sdkworker.ReplayWorkflowHistoryOptions{OriginalExecution: workflow.Execution{ID: id}}
		if err := r.ReplayWorkflowHistoryWithOptions(quiet, h, execution); err != nil {
			s.t.Errorf("replay %s: %v", id, err)
		}
	}
}

// TestHistoriesStaySmall runs a data set of more cells than one batch holds.
func TestHistoriesStaySmall(t *testing.T) {
	t.Parallel()
	s := bareSite(t, nextSite())
	s.start(worker.Options{Threads: 4})
	study := tiny(t, "many", models(4), func(s *ziplaw.Study) {
		s.Datasets, s.Budgets, s.Seeds = s.Datasets[:1], nil, nil
		for i := range int64(13) {
			s.Budgets = append(s.Budgets, 512+256*i)
		}
		for i := range int64(20) {
			s.Seeds = append(s.Seeds, i+1)
		}
	})
	r := s.run(study)
	const cells, batch = 260, 250
	if r.Cells.Done != cells {
		t.Fatalf("cells %+v", r.Cells)
	}
	whole := s.history(ziplaw.WorkflowID("many"), "")
	last := s.history(ziplaw.DataSetWorkflowID("many", "a"), "")
	started := last.GetEvents()[0].GetWorkflowExecutionStartedEventAttributes()
	first := s.history(ziplaw.DataSetWorkflowID("many", "a"), started.GetContinuedExecutionRunId())
	if started.GetContinuedExecutionRunId() == "" {
		t.Fatal("one run for all cells")
	}
	s.wantSmall("the study", whole, 0, 400)
	s.wantSmall("the first batch", first, batch, 8*batch+200)
	s.wantSmall("the last batch", last, cells-batch, 8*(cells-batch)+200)
}

// wantSmall bounds a history's events, and every payload in it.
func (s *site) wantSmall(what string, h *historypb.History, cells, events int) {
	s.t.Helper()
	const most = 16 << 10
	trained := 0
	for _, e := range h.GetEvents() {
		if e.GetActivityTaskScheduledEventAttributes().GetActivityType().GetName() == "TrainCell" {
			trained++
		}
		for _, p := range payloads(e.ProtoReflect()) {
			if len(p.GetData()) > most {
				s.t.Errorf("%s: event %d (%s) holds a payload of %d bytes", what, e.GetEventId(), e.GetEventType(), len(p.GetData()))
			}
		}
	}
	if n := len(h.GetEvents()); trained != cells || n > events {
		s.t.Errorf("%s: %d cells in %d events, want %d in at most %d", what, trained, n, cells, events)
	}
	s.t.Logf("%s: %d cells, %d events, %d bytes", what, trained, len(h.GetEvents()), proto.Size(h))
}

// payloads finds every payload in a message, however deep.
func payloads(m protoreflect.Message) (all []*commonpb.Payload) {
	if p, ok := m.Interface().(*commonpb.Payload); ok {
		return []*commonpb.Payload{p}
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.IsMap() && f.MapValue().Message() != nil:
			v.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
				all = append(all, payloads(v.Message())...)
				return true
			})
		case f.IsList() && f.Message() != nil:
			for i := range v.List().Len() {
				all = append(all, payloads(v.List().Get(i).Message())...)
			}
		case !f.IsMap() && !f.IsList() && f.Message() != nil:
			all = append(all, payloads(v.Message())...)
		}
		return true
	})
	return all
}
