//go:build real

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/infra/infratest"
)

// caller is a Temporal command line of other people, for one server.
type caller struct {
	t       *testing.T
	program string
	env     []string // by which it reaches the server
	home    string   // tctl writes its configuration there
}

// run runs the program as the README shows it and returns what it printed, and whether it ended well.
func (c caller) run(args ...string) (string, bool) {
	c.t.Helper()
	cmd := exec.Command(c.program, args...)
	cmd.Dir = c.home
	cmd.Env = append(append(os.Environ(), "HOME="+c.home), c.env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err == nil
}

// must runs the program, which must end well.
func (c caller) must(args ...string) string {
	c.t.Helper()
	out, ok := c.run(args...)
	if !ok {
		c.t.Fatalf("%s %s: %s", filepath.Base(c.program), strings.Join(args, " "), out)
	}
	return out
}

// tiny is a small study by the name.
const tiny = `
version: 1
name: tiny
context: 64
datasets:
  - {name: a, grammar: {nonterminals: 10, terminals: 150, options: 5, length: 3}}
  - {name: b, grammar: {nonterminals: 20, terminals: 300, options: 10, length: 5}}
models: [{h: 4, layers: 1, heads: 1}, {h: 8, layers: 1, heads: 1}]
budgets: [4096, 8192, 16384]
seeds: [1]
recipe: {batch: 2, lr: {base: 0.2, scale: inverse_width, max: 0.02}, held_out: 16}
fit: {resamples: 10, tie: [alpha=beta]}
`

// specFile makes the normalised spec of a study by ziplaw plan, as the README shows.
func specFile(t *testing.T, home, name string, changes ...string) {
	t.Helper()
	yaml := filepath.Join(t.TempDir(), "tiny.yaml")
	if err := os.WriteFile(yaml, []byte(tiny), 0o600); err != nil {
		t.Fatal(err)
	}
	p := launch(t, nil, "plan", yaml, "--output", "json", "--spec", "--data-dir", filepath.Join(t.TempDir(), "none"))
	if code := p.wait(); code != 0 {
		t.Fatalf("plan: exit code %d\n%s", code, p.stderr.String())
	}
	text := strings.NewReplacer(append(changes, `"name": "tiny"`, `"name": "`+name+`"`)...).Replace(p.stdout.String())
	if err := os.WriteFile(filepath.Join(home, name+".json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestRealCommandLines drives studies on a running ziplaw up with nothing of ours on the caller's side.
func TestRealCommandLines(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.up()
	home, env := t.TempDir(), f.environment()
	temporal := caller{t, infratest.Tool(t, "temporal"), env, home}
	tctl := caller{t, infratest.Tool(t, "tctl"), env, home}
	for _, name := range []string{"by-temporal", "by-tctl", "no-id", "no-id-2"} {
		specFile(t, home, name)
	}
	specFile(t, home, "bad", `"heads": 1`, `"heads": 3`)

	temporal.must("workflow", "start", "--type", "Study", "--task-queue", "ziplaw", "--workflow-id", "ziplaw/by-temporal", "--input-file", "by-temporal.json")
	tctl.must("workflow", "start", "--taskqueue", "ziplaw", "--workflow_type", "Study", "--workflow_id", "ziplaw/by-tctl", "--input_file", "by-tctl.json")

	first := f.wantResult(temporal.result("ziplaw/by-temporal"), "by-temporal")
	second := f.wantResult(tctl.observed("ziplaw/by-tctl"), "by-tctl")
	if first.DigestCells != second.DigestCells || first.Digest != second.Digest {
		t.Errorf("the same cells by temporal %s %s, by tctl %s %s", first.Digest, first.DigestCells, second.Digest, second.DigestCells)
	}

	var answer struct{ QueryResult []json.RawMessage }
	decode(t, temporal.must("workflow", "query", "--workflow-id", "ziplaw/by-temporal", "--type", "progress", "--output", "json"), &answer)
	wantDone(t, answer.QueryResult, "by-temporal")
	var list []json.RawMessage
	_, text, _ := strings.Cut(tctl.must("workflow", "query", "--workflow_id", "ziplaw/by-tctl", "--query_type", "progress"), "Query result:")
	decode(t, text, &list)
	wantDone(t, list, "by-tctl")

	f.withoutIDs(temporal, tctl)
	wantBadSpec(temporal, tctl)
	f.wantRefused(temporal, tctl)
	f.byShell(temporal, tctl)
}

// wantRefused asks with the certificate of another folder, and without any.
func (f folder) wantRefused(callers ...caller) {
	f.t.Helper()
	other := newFolder(f.t)
	other.up()
	certificate := filepath.Join(other.dir, "temporal.pem")
	for _, c := range callers {
		own := c.env
		for name, env := range map[string][]string{
			"another folder's certificate": append(slices.Clone(own), "TEMPORAL_TLS_CLIENT_CERT_PATH="+certificate, "TEMPORAL_TLS_CLIENT_KEY_PATH="+certificate,
				"TEMPORAL_CLI_TLS_CERT="+certificate, "TEMPORAL_CLI_TLS_KEY="+certificate),
			"no certificate": slices.DeleteFunc(slices.Clone(own), func(e string) bool { return strings.Contains(e, "TLS") }),
		} {
			c.env = env
			if out, ok := c.run("workflow", "list"); ok {
				f.t.Errorf("%s with %s: %s", filepath.Base(c.program), name, out)
			}
		}
	}
}

// byShell runs both as the README shows it.
func (f folder) byShell(callers ...caller) {
	f.t.Helper()
	text := launch(f.t, nil, "env", "--data-dir", f.dir)
	if code := text.wait(); code != 0 {
		f.t.Fatalf("env: exit code %d\n%s", code, text.stderr.String())
	}
	for _, c := range callers {
		cmd := exec.Command("sh", "-c", `eval "$1" && "$2" workflow list`, "sh", text.stdout.String(), c.program)
		cmd.Env = append(os.Environ(), "HOME="+c.home, "TEMPORAL_API_KEY=other", "TEMPORAL_ADDRESS=127.0.0.1:1", "TEMPORAL_CLI_ADDRESS=127.0.0.1:1")
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "ziplaw/no-id") {
			f.t.Errorf("%s by a shell: %v %s", filepath.Base(c.program), err, out)
		}
	}
}

// result waits for a workflow by temporal.
func (c caller) result(workflow string) (r ziplaw.StudyResult) {
	c.t.Helper()
	return c.completed(c.must("workflow", "result", "--workflow-id", workflow, "--output", "json"))
}

// completed decodes the last event of a workflow as temporal prints it.
func (c caller) completed(text string) (r ziplaw.StudyResult) {
	c.t.Helper()
	var end struct {
		CloseEvent struct {
			Completed struct{ Result []ziplaw.StudyResult } `json:"workflowExecutionCompletedEventAttributes"`
		}
	}
	decode(c.t, text, &end)
	if len(end.CloseEvent.Completed.Result) != 1 {
		c.t.Fatalf("no result in %s", text)
	}
	return end.CloseEvent.Completed.Result[0]
}

var outputOf = regexp.MustCompile(`(?m)^\s*Output: (\[.*\])$`)

// observed waits for a workflow by tctl.
func (c caller) observed(workflow string) ziplaw.StudyResult {
	c.t.Helper()
	return c.output(c.must("workflow", "observe", "--workflow_id", workflow))
}

// output decodes a workflow's result as tctl prints it.
func (c caller) output(text string) ziplaw.StudyResult {
	c.t.Helper()
	found := outputOf.FindStringSubmatch(text)
	if found == nil {
		c.t.Fatalf("no result in %s", text)
	}
	var r []ziplaw.StudyResult
	decode(c.t, found[1], &r)
	return r[0]
}

// wantResult compares what another command line got with what ziplaw status prints.
func (f folder) wantResult(got ziplaw.StudyResult, study string) ziplaw.StudyResult {
	f.t.Helper()
	var want ziplaw.StudyResult
	f.launch("status", study).value(&want)
	if got.Study != study || got.State != ziplaw.StudyDone || got.Cells.Done != 12 || got.Digest != want.Digest ||
		got.RunID != want.RunID || got.WorkflowID != want.WorkflowID || len(got.Fits) != len(want.Fits) {
		f.t.Errorf("study %s: %+v, ziplaw status says %+v", study, got, want)
	}
	return got
}

func wantDone(t *testing.T, answers []json.RawMessage, study string) {
	t.Helper()
	var p struct {
		Study, State string
		Cells        ziplaw.Counts
	}
	if len(answers) != 1 || json.Unmarshal(answers[0], &p) != nil || p.Study != study || p.State != ziplaw.StudyDone || p.Cells.Done != 12 {
		t.Errorf("progress of %s: %s", study, answers)
	}
}

// withoutIDs lets both invent workflow ids, for one study at once.
func (f folder) withoutIDs(temporal, tctl caller) {
	f.t.Helper()
	temporal.must("workflow", "start", "--type", "Study", "--task-queue", "ziplaw", "--input-file", "no-id.json")
	temporal.must("workflow", "start", "--type", "Study", "--task-queue", "ziplaw", "--input-file", "no-id.json")
	joined := temporal.completed(temporal.must("workflow", "execute", "--type", "Study", "--task-queue", "ziplaw", "--input-file", "no-id.json", "--output", "json"))
	f.wantResult(joined, "no-id")
	f.wantResult(tctl.output(tctl.must("workflow", "run", "--taskqueue", "ziplaw", "--workflow_type", "Study", "--input_file", "no-id-2.json")), "no-id-2")
}

// wantBadSpec starts a study that can't be. Its failure names the type and the field.
func wantBadSpec(temporal, tctl caller) {
	temporal.t.Helper()
	out, ok := temporal.run("workflow", "execute", "--type", "Study", "--task-queue", "ziplaw", "--workflow-id", "ziplaw/bad", "--input-file", "bad.json", "--output", "json")
	if ok || !strings.Contains(out, `"type": "bad_spec"`) || !strings.Contains(out, `"field": "models[0].heads"`) {
		temporal.t.Errorf("temporal, a bad spec: %s", out)
	}
	tctl.must("workflow", "start", "--taskqueue", "ziplaw", "--workflow_type", "Study", "--workflow_id", "ziplaw/bad-2", "--input_file", "bad.json")
	out = tctl.must("workflow", "observe", "--workflow_id", "ziplaw/bad-2")
	if !strings.Contains(out, "Status: FAILED") || !strings.Contains(out, "models[0].heads: 3 heads don't divide h 4") {
		tctl.t.Errorf("tctl, a bad spec: %s", out)
	}
	history := filepath.Join(tctl.home, "history.json")
	tctl.must("workflow", "show", "--workflow_id", "ziplaw/bad-2", "--output_filename", history)
	b, err := os.ReadFile(history)
	if err != nil || !bytes.Contains(b, []byte("bad_spec")) {
		tctl.t.Errorf("tctl, the history of a bad spec: %v %s", err, b)
	}
}

// TestRealMinIO runs a study by --connect on a MinIO server, and compares it with one on the embedded S3 server.
func TestRealMinIO(t *testing.T) {
	t.Parallel()
	endpoint, access, secret := infratest.MinIO(t)
	f := newFolder(t)
	yaml := filepath.Join(t.TempDir(), "tiny.yaml")
	if err := os.WriteFile(yaml, []byte(tiny), 0o600); err != nil {
		t.Fatal(err)
	}
	want := f.launch("run", yaml).result()
	f.up() // its worker has the embedded S3 server
	env := f.environment()
	temporal := caller{t, infratest.Tool(t, "temporal"), env, t.TempDir()}
	temporal.must("operator", "namespace", "create", "--namespace", "minio")
	env = append(env, "TEMPORAL_NAMESPACE=minio", "ZIPLAW_S3_ENDPOINT=http://"+endpoint, "AWS_ACCESS_KEY_ID="+access, "AWS_SECRET_ACCESS_KEY="+secret)
	connected := func(args ...string) *process {
		return launch(t, env, append(args, "--connect", "--output", "json", "--data-dir", filepath.Join(t.TempDir(), "data"))...)
	}
	w := connected("worker")
	got := connected("run", yaml).result()
	if got.Digest != want.Digest || got.DigestCells != want.DigestCells || got.Cells.Done != 12 || got.Cells.Reused > 0 {
		t.Errorf("on MinIO %+v %s %s, embedded %s %s", got.Cells, got.Digest, got.DigestCells, want.Digest, want.DigestCells)
	}
	if again := connected("run", yaml).result(); again.RunID != got.RunID {
		t.Errorf("run again: run %s, first %s", again.RunID, got.RunID)
	}
	w.signal(os.Interrupt)
	if code := w.wait(); code != 0 {
		t.Errorf("the worker ended with %d\n%s", code, w.stderr.String())
	}
}
