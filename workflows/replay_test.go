package workflows

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// recorded are the histories in testdata, which go test -tags record -run TestRecord ./worker writes: of a study, of one
// that was joined, answered from the store, cancelled, found artifacts damaged, waited for a
// device, or was paused and extended, and of data sets.
//
// A workflow that runs while ziplaw is updated goes on with the new code, which must do what the old one did. A history
// that can't be replayed any more says that the change needs workflow.GetVersion.
func recorded(t *testing.T) map[string]*historypb.History {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil || len(files) < 12 {
		t.Fatalf("%d histories in testdata, %v", len(files), err)
	}
	all := map[string]*historypb.History{}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		if all[filepath.Base(file)], err = client.HistoryFromJSON(f, client.HistoryJSONOptions{}); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		_ = f.Close()
	}
	return all
}

func replay(h *historypb.History) error {
	r, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{})
	if err != nil {
		return err
	}
	r.RegisterWorkflowWithOptions(Study, workflow.RegisterOptions{Name: StudyType})
	r.RegisterWorkflowWithOptions(DataSet, workflow.RegisterOptions{Name: DataSetType})
	id := h.GetEvents()[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowId()
	return r.ReplayWorkflowHistoryWithOptions(log.NewStructuredLogger(slog.New(slog.DiscardHandler)), h,
		worker.ReplayWorkflowHistoryOptions{OriginalExecution: workflow.Execution{ID: id}})
}

func TestRecordedHistoriesReplay(t *testing.T) {
	for name, h := range recorded(t) {
		t.Run(name, func(t *testing.T) {
			if err := replay(h); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestOtherHistoriesDont replays what the code would not do.
func TestOtherHistoriesDont(t *testing.T) {
	h := recorded(t)["dataset.json"]
	for _, e := range h.GetEvents() {
		if a := e.GetActivityTaskScheduledEventAttributes(); a.GetActivityType().GetName() == "Compress" {
			a.ActivityType.Name = "Sample"
		}
	}
	if replay(h) == nil {
		t.Error("a data set that was sampled twice is replayed without an error")
	}
}
