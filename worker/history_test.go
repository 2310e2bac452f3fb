package worker_test

import (
	"errors"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/ziplaw/ziplaw"
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
