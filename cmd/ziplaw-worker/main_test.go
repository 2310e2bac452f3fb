package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/infra"
	"github.com/ziplaw/ziplaw/infra/infratest"
	"github.com/ziplaw/ziplaw/internal/store"
)

// asWorker, where set, makes the test binary the program itself.
const asWorker = "ZIPLAW_WORKER_TEST_PROCESS"

func TestMain(m *testing.M) {
	if os.Getenv(asWorker) != "" {
		main()
	}
	code := m.Run()
	infratest.Stop()
	os.Exit(code)
}

// TestNoServers holds that the program links no server: it is small because of that.
func TestNoServers(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(string(out))
	if len(linked) < 100 {
		t.Fatalf("only %d packages: %s", len(linked), out)
	}
	for _, p := range linked {
		for _, server := range []string{
			"go.temporal.io/server", "github.com/temporalio/ui-server", "github.com/versity", "github.com/minio/minio", "modernc.org/sqlite",
			"github.com/ziplaw/ziplaw/infra",
		} {
			if p == server || strings.HasPrefix(p, server+"/") {
				t.Errorf("it links %s", p)
			}
		}
	}
}

// work starts ziplaw-worker for servers, with a folder of its own. It ends with the test.
func work(t *testing.T, env []string, args ...string) (c *exec.Cmd, stderr *bytes.Buffer, stop func() error) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c = exec.Command(program, append(args, "--data-dir", filepath.Join(t.TempDir(), "logs"))...)
	stderr = &bytes.Buffer{}
	c.Env, c.Stderr = append(append(os.Environ(), asWorker+"=1"), env...), stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	t.Cleanup(func() { _ = c.Process.Kill() })
	return c, stderr, func() error {
		_ = c.Process.Signal(syscall.SIGTERM)
		select {
		case err := <-ended:
			return err
		case <-time.After(time.Minute):
			return errors.New("it doesn't stop")
		}
	}
}

// environment names servers as ziplaw env does.
func environment(s *infra.Servers) []string {
	address, namespace := s.Temporal()
	endpoint, _, _, bucket := s.S3()
	file, name := s.TLSFile()
	return []string{
		"TEMPORAL_ADDRESS=" + address, "TEMPORAL_NAMESPACE=" + namespace, "TEMPORAL_TLS=true", "TEMPORAL_CONFIG_FILE=" + os.DevNull,
		"TEMPORAL_TLS_CLIENT_CERT_PATH=" + file, "TEMPORAL_TLS_CLIENT_KEY_PATH=" + file, "TEMPORAL_TLS_SERVER_CA_CERT_PATH=" + file,
		"TEMPORAL_TLS_SERVER_NAME=" + name, "ZIPLAW_S3_ENDPOINT=http://" + endpoint, "ZIPLAW_S3_BUCKET=" + bucket,
		"AWS_SHARED_CREDENTIALS_FILE=" + s.S3File(), "AWS_PROFILE=default", "AWS_REGION=us-east-1",
	}
}

// few is a study of four cells that train in milliseconds.
const few = `{"version": 1, "name": "few", "context": 64,
"datasets": [{"name": "a", "grammar": {"nonterminals": 10, "terminals": 150, "options": 5, "length": 3}}],
"models": [{"h": 4}, {"h": 8}, {"h": 12}], "budgets": [4096, 8192, 16384], "recipe": {"held_out": 16}, "fit": {"resamples": 5, "tie": ["alpha=beta"]}}`

// TestStudyOfOtherServers runs a study to its end on the servers of another process, with this program as the one worker.
func TestStudyOfOtherServers(t *testing.T) {
	servers := infratest.Start(t)
	worker, stderr, stop := work(t, environment(servers), "--threads", "2", "--memory", "1GiB", "--cache-dir", t.TempDir(), "--cache-size", "100MiB")
	address, namespace := servers.Temporal()
	c, err := client.Dial(client.Options{HostPort: address, Namespace: namespace, ConnectionOptions: client.ConnectionOptions{TLS: servers.TLS()},
		Logger: sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: ziplaw.WorkflowID("few"), TaskQueue: "ziplaw", WorkflowExecutionTimeout: 3 * time.Minute,
	}, "Study", json.RawMessage(few))
	if err != nil {
		t.Fatal(err)
	}
	var r ziplaw.StudyResult
	if err := run.Get(t.Context(), &r); err != nil {
		t.Fatalf("%v; the worker said\n%s", err, stderr)
	}
	if want := (ziplaw.Counts{Total: 9, Done: 9}); r.Cells != want || r.State != ziplaw.StudyDone {
		t.Errorf("%s: %+v, want %+v", r.State, r.Cells, want)
	}
	if err := stop(); err != nil || !strings.Contains(stderr.String(), "working; interrupt to stop\n") {
		t.Errorf("it ends with %v, and says\n%s", err, stderr)
	}
	trainedBy(t, worker.Process.Pid, servers, r)
}

// trainedBy holds that a process made all records.
func trainedBy(t *testing.T, pid int, servers *infra.Servers, r ziplaw.StudyResult) {
	t.Helper()
	endpoint, access, secret, bucket := servers.S3()
	st, err := store.Open(t.Context(), store.Config{Endpoint: endpoint, AccessKey: access, SecretKey: secret, Bucket: bucket})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	cells := 0
	for e, err := range st.Entries(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		var rec ziplaw.Record
		if err := st.GetJSON(t.Context(), e.Record, &rec); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(rec.Attempt, fmt.Sprintf("%d@", pid)) {
			t.Errorf("%s was made by %s, not by process %d", rec.Label, rec.Attempt, pid)
		}
		cells++
	}
	if cells < r.Cells.Done {
		t.Errorf("%d records of %d cells", cells, r.Cells.Done)
	}
}

// TestUsage is that of a worker for servers of elsewhere.
func TestUsage(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{nil, "ZIPLAW_S3_ENDPOINT: --connect needs the address of an S3 server"},
		{[]string{"--connect"}, "ZIPLAW_S3_ENDPOINT: --connect needs the address of an S3 server"},
		{[]string{"--connect=false"}, "ziplaw-worker has no servers of its own"},
		{[]string{"--threads", "0"}, "--threads: 0 threads"},
		{[]string{"--s3-port", "9000"}, "see ziplaw-worker help"},
		{[]string{"run"}, "see ziplaw-worker help"},
		{[]string{"--allow-files", "/nowhere/at/all"}, "--allow-files: "},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			cmd := exec.Command(program, append(c.args, "--data-dir", t.TempDir())...)
			cmd.Env = append(os.Environ(), asWorker+"=1", "ZIPLAW_S3_ENDPOINT=")
			out, _ := cmd.CombinedOutput()
			if code := cmd.ProcessState.ExitCode(); code != 2 || !strings.Contains(string(out), c.says) {
				t.Errorf("exit code %d, no %q in %s", code, c.says, out)
			}
		})
	}
}
