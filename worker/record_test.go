//go:build record

package worker_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/worker"
	"github.com/ziplaw/ziplaw/workflows"
)

var recordings, _ = filepath.Abs(filepath.Join("..", "workflows", "testdata"))

// TestRecord records what workflows of this version do, so that later versions can be held to it. Package workflows
// replays the histories:
//
//	go test -tags record -run TestRecord ./worker
func TestRecord(t *testing.T) {
	s := newSite(t)
	small := func(name string) ziplaw.Study { return tiny(t, name, models(4), budgets(4096, 8192)) }
	s.end(s.raw("joins", small("plain")))
	s.save("joined", "joins")
	s.save("study", "ziplaw/plain")
	s.save("dataset", "ziplaw/plain/b")
	s.end(s.begin(small("plain")))
	s.save("answered", "ziplaw/plain")

	run := s.begin(long(t, "canceled", moreSeconds))
	s.until("the long cell", func() bool { return len(s.objects("claims/")) == 5 }) // behind four cells of the plain study
	s.must(s.client.CancelWorkflow(t.Context(), run.GetID(), ""))
	s.wantCanceled(run)
	s.save("canceled-study", run.GetID())
	s.save("canceled-dataset", run.GetID()+"/a")

	s.stop()
	damage["overwritten"](s, outputOf("compress", "h-per-document")(s))
	damage["overwritten"](s, outputOf("sample", "documents")(s))
	s.start(worker.Options{})
	s.end(s.begin(tiny(t, "damaged", models(4), budgets(4096, 8192, 12288))))
	s.save("damaged-study", "ziplaw/damaged")
	s.save("damaged-dataset", "ziplaw/damaged/a")

	run = s.begin(tiny(t, "devices", models(4), budgets(4096, 8192), onCUDA(ziplaw.NumericsCUDA)))
	s.until("the study waits", func() bool {
		p, _ := s.progress("devices")
		return p["waiting"] != nil
	})
	s.devices(standIn{name: "GPU"})
	s.end(run)
	s.save("devices-study", "ziplaw/devices")
	s.save("devices-dataset", "ziplaw/devices/a")
}

// TestRecordRequests records a study that is paused, extended, asked to retry and resumed.
func TestRecordRequests(t *testing.T) {
	s := newSite(t)
	run := s.begin(long(t, "asked", seconds))
	s.train(1)
	_, err := s.ask("asked", workflows.PauseRequest)
	s.must(err)
	_, err = s.ask("asked", workflows.ExtendRequest, long(t, "asked", seconds, 2))
	s.must(err)
	s.must(s.client.SignalWorkflow(t.Context(), run.GetID(), "", workflows.RetryRequest, nil))
	_, err = s.ask("asked", workflows.ResumeRequest)
	s.must(err)
	s.end(run)
	s.save("asked-study", run.GetID())
	s.save("asked-dataset", run.GetID()+"/a")
}

// Names of processes and hosts mean nothing to a replay.
var (
	identities = regexp.MustCompile(`"identity":\s*"[^"]*"`)
	sticky     = regexp.MustCompile(`"name":\s*"[^"]*:([0-9a-f-]{36})"`)
)

// save writes the history of a workflow's last run.
func (s *site) save(name, workflow string) {
	s.t.Helper()
	b, err := protojson.MarshalOptions{Indent: " "}.Marshal(s.history(workflow, ""))
	s.must(err)
	b = identities.ReplaceAll(b, []byte(`"identity": "worker"`))
	b = sticky.ReplaceAll(b, []byte(`"name": "worker:$1"`))
	s.must(os.MkdirAll(recordings, 0o755))
	s.must(os.WriteFile(filepath.Join(recordings, name+".json"), append(b, '\n'), 0o644))
}
