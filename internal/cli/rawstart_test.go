package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/infra/infratest"
	"github.com/ziplaw/ziplaw/internal/store"
	"github.com/ziplaw/ziplaw/worker"
)

// site is the embedded servers with a worker, as any Temporal client sees them.
type site struct {
	client client.Client
	s3     *minio.Client
	bucket string
}

func newSite(t *testing.T) *site {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	servers := infratest.Start(t)
	address, namespace := servers.Temporal()
	endpoint, access, secret, bucket := servers.S3()
	quiet := sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))
	c, err := client.Dial(client.Options{
		HostPort: address, Namespace: namespace, Logger: quiet, ConnectionOptions: client.ConnectionOptions{TLS: servers.TLS()},
	})
	must(err)
	t.Cleanup(c.Close)
	st, err := store.Open(t.Context(), store.Config{Endpoint: endpoint, AccessKey: access, SecretKey: secret, Bucket: bucket})
	must(err)
	t.Cleanup(st.Close)
	s3, err := minio.New(endpoint, &minio.Options{Creds: credentials.NewStaticV4(access, secret, "")})
	must(err)
	w, err := worker.Start(c, st, worker.Options{Threads: 2, Memory: 1 << 30, Capacity: func() (int64, error) { return 1 << 40, nil }})
	must(err)
	t.Cleanup(w.Stop)
	return &site{client: c, s3: s3, bucket: bucket}
}

// start runs the workflow Study and returns how it failed.
func (s *site) start(t *testing.T, id string, args ...any) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	o := client.StartWorkflowOptions{ID: id, TaskQueue: "ziplaw", WorkflowExecutionTimeout: 2 * patience}
	run, err := s.client.ExecuteWorkflow(ctx, o, "Study", args...)
	if err != nil {
		t.Fatal(err)
	}
	err = run.Get(ctx, nil)
	if err == nil || ctx.Err() != nil {
		t.Fatalf("workflow %s: %v", id, err)
	}
	return err
}

// objects are the names of everything in the bucket.
func (s *site) objects(t *testing.T) (names []string) {
	t.Helper()
	for o := range s.s3.ListObjects(t.Context(), s.bucket, minio.ListObjectsOptions{Recursive: true}) {
		if o.Err != nil {
			t.Fatal(o.Err)
		}
		names = append(names, o.Key)
	}
	return names
}

// wantBadSpec holds that a workflow has failed for good, in the words of ziplaw run.
func wantBadSpec(t *testing.T, err error, field, message string) {
	t.Helper()
	app, ok := errors.AsType[*temporal.ApplicationError](err)
	if !ok || app.Type() != ziplaw.CodeBadSpec || !app.NonRetryable() {
		t.Fatalf("%v is no ApplicationError bad_spec that isn't retried", err)
	}
	e := activities.FromTemporal(err)
	if e.Code != ziplaw.CodeBadSpec || e.Field != field || !strings.Contains(e.Message, message) {
		t.Errorf("details %+v\nwant field %q, message with %q", e, field, message)
	}
	if !strings.Contains(app.Message(), field) || !strings.Contains(app.Message(), message) {
		t.Errorf("message %q\nwant field %q and %q", app.Message(), field, message)
	}
}

// TestRawStart starts every bad spec as the workflow Study, in JSON from a client that knows nothing of ziplaw.
func TestRawStart(t *testing.T) {
	t.Parallel()
	dir, s := corpora(t), newSite(t)
	for i, b := range badSpecs {
		t.Run(b.name, func(t *testing.T) {
			name := fmt.Sprintf("bad-%d", i)
			input := strings.Replace(b.json(dir), `"name": "bad"`, fmt.Sprintf(`"name": %q`, name), 1)
			wantBadSpec(t, s.start(t, ziplaw.WorkflowID(name), json.RawMessage(input)), b.field, b.message)
			s.wantNoDataSets(t, name)
		})
	}
	for i, c := range rawInputs {
		t.Run(c.name, func(t *testing.T) {
			wantBadSpec(t, s.start(t, fmt.Sprintf("raw-%d", i), c.args...), c.field, c.message)
		})
	}
	if names := s.objects(t); len(names) > 0 {
		t.Errorf("bad specs left %v", names)
	}
}

// wantNoDataSets holds that a study has started no other workflow.
func (s *site) wantNoDataSets(t *testing.T, study string) {
	t.Helper()
	events := s.client.GetWorkflowHistory(t.Context(), ziplaw.WorkflowID(study), "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e.GetEventType() == enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED {
			t.Errorf("it started %v", e)
		}
	}
}

// whole is a spec with nothing wrong.
var whole = badSpec{lines: []string{}}

// rawInputs are what a client can send that no file holds.
var rawInputs = []struct {
	name           string
	args           []any
	field, message string
}{
	{"no argument", nil, "", "empty"},
	{"two arguments", []any{json.RawMessage(whole.json("")), json.RawMessage(whole.json(""))}, "", "one argument, and there are more"},
	{"an option beside the spec", []any{json.RawMessage(whole.json("")), 7}, "", "one argument, and there are more"},
	{"nothing", []any{nil}, "", "empty"},
	{"bytes", []any{[]byte(whole.json(""))}, "", `the spec comes in the encoding "binary/plain"`},
	{"text", []any{"quick"}, "", "is text, not a mapping"},
	{"a spec in YAML as text", []any{whole.yaml("")}, "", "is text, not a mapping"},
	{"number", []any{7}, "", "not a mapping"},
	{"truth", []any{true}, "", "not a mapping"},
	{"list", []any{[]string{"quick"}}, "", "is a list, not a mapping"},
	{"empty object", []any{json.RawMessage(`{}`)}, "budgets", "missing"},
	{"key twice", []any{json.RawMessage(`{"version": 1, "version": 2}`)}, "version", "given twice"},
	{"number that no computer holds", []any{json.RawMessage(`{"fit": {"delta": 1e999}}`)}, "fit.delta", "out of range"},
}
