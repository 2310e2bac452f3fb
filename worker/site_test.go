package worker_test

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	commonpb "go.temporal.io/api/common/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/infra"
	"github.com/ziplaw/ziplaw/infra/infratest"
	"github.com/ziplaw/ziplaw/internal/spec"
	"github.com/ziplaw/ziplaw/internal/store"
	"github.com/ziplaw/ziplaw/worker"
)

func TestMain(m *testing.M) {
	flag.Parse()
	// Tests wait for polls and retries most of the time.
	_ = flag.Set("test.parallel", "6")
	code := m.Run()
	infratest.Stop()
	os.Exit(code)
}

// site is a namespace and a bucket of a test's own on the embedded servers, with a worker.
//
// Such a namespace lacks ziplaw's search attributes, as a cluster of somebody else does.
type site struct {
	t      *testing.T
	client client.Client
	store  *store.Store
	s3     *minio.Client
	bucket string
	worker *worker.Worker

	namespace string
}

var sites atomic.Int64

// newSite makes a site with a worker of two threads.
func newSite(t *testing.T) *site {
	t.Helper()
	s := bareSite(t, nextSite())
	s.start(worker.Options{})
	return s
}

func nextSite() string { return fmt.Sprintf("site-%d", sites.Add(1)) }

// bareSite makes a site without a worker. Its name is that of its namespace and its bucket.
func bareSite(t *testing.T, name string) *site {
	t.Helper()
	servers := infratest.Start(t)
	address, home := servers.Temporal()
	s := &site{t: t, bucket: "ziplaw-" + name, namespace: name}
	if name != home {
		s.register(address, servers)
	}
	var err error
	s.client, err = client.Dial(client.Options{
		HostPort: address, Namespace: name, Logger: quiet, ConnectionOptions: client.ConnectionOptions{TLS: servers.TLS()},
	})
	s.must(err)
	t.Cleanup(s.client.Close)
	endpoint, access, secret, _ := servers.S3()
	transport, err := minio.DefaultTransport(false)
	s.must(err)
	t.Cleanup(transport.CloseIdleConnections) // the S3 server waits for them when it stops
	s.store, err = store.Open(t.Context(), store.Config{
		Endpoint: endpoint, AccessKey: access, SecretKey: secret, Bucket: s.bucket, Transport: transport,
	})
	s.must(err)
	s.s3, err = minio.New(endpoint, &minio.Options{Creds: credentials.NewStaticV4(access, secret, ""), Transport: transport})
	s.must(err)
	return s
}

var quiet = log.NewStructuredLogger(slog.New(slog.DiscardHandler))

func (s *site) register(address string, servers *infra.Servers) {
	s.t.Helper()
	c, err := client.NewNamespaceClient(client.Options{HostPort: address, Logger: quiet, ConnectionOptions: client.ConnectionOptions{TLS: servers.TLS()}})
	s.must(err)
	defer c.Close()
	s.must(c.Register(s.t.Context(), &workflowservice.RegisterNamespaceRequest{
		Namespace: s.namespace, WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour),
	}))
	s.until("the namespace", func() bool {
		_, err := c.Describe(s.t.Context(), s.namespace)
		return err == nil
	})
}

// start starts the site's worker; it stops with the test.
func (s *site) start(o worker.Options) {
	s.t.Helper()
	o.Threads, o.Memory, o.Cache.Dir = cmp.Or(o.Threads, 2), cmp.Or(o.Memory, 1<<30), cmp.Or(o.Cache.Dir, s.t.TempDir())
	o.Devices = paced{activities.SharedCPU(o.Threads, activities.NewMemory(o.Memory))}
	w, err := worker.Start(s.client, s.store, o)
	s.must(err)
	s.worker = w
	s.t.Cleanup(func() {
		if s.worker == w {
			w.Stop()
		}
	})
}

// stop stops the site's worker. Whoever waits or trains must let it go at once.
func (s *site) stop() {
	s.t.Helper()
	began := time.Now()
	s.worker.Stop()
	s.worker = nil
	if took := time.Since(began); took > 10*time.Second {
		s.t.Errorf("the worker took %s to stop", took)
	}
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// patience is how long a test waits for anything.
const patience = 3 * time.Minute

// until waits for something to happen.
func (s *site) until(what string, happened func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !happened(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("%s: not within %s", what, patience)
		}
	}
}

// tiny is a study of twelve cells that train in milliseconds.
func tiny(t *testing.T, name string, changes ...func(*ziplaw.Study)) ziplaw.Study {
	t.Helper()
	s, err := spec.Parse([]byte(`{
		"version": 1, "name": "` + name + `", "context": 64,
		"datasets": [
			{"name": "a", "grammar": {"nonterminals": 10, "terminals": 150, "options": 5, "length": 3}},
			{"name": "b", "grammar": {"nonterminals": 20, "terminals": 300, "options": 10, "length": 5}}
		],
		"models": [{"h": 4, "layers": 1, "heads": 1}, {"h": 8, "layers": 1, "heads": 1}],
		"budgets": [4096, 8192, 16384], "seeds": [1],
		"recipe": {"batch": 2, "lr": {"base": 0.2, "scale": "inverse_width", "max": 0.02}, "held_out": 16},
		"fit": {"resamples": 2, "starts": "muennighoff", "tie": ["alpha=beta"]}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		change(&s)
	}
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if s, err = spec.Parse(b); err != nil { // a changed study is a good spec, too
		t.Fatal(err)
	}
	return s
}

// budgets and models change a study's grid.
func budgets(d ...int64) func(*ziplaw.Study) { return func(s *ziplaw.Study) { s.Budgets = d } }

func models(h ...int) func(*ziplaw.Study) {
	return func(s *ziplaw.Study) {
		s.Models = nil
		for _, h := range h {
			s.Models = append(s.Models, ziplaw.Model{H: h, Layers: 1, Heads: 1, Intermediate: 2 * h})
		}
	}
}

// begin starts a study.
func (s *site) begin(study ziplaw.Study) client.WorkflowRun {
	s.t.Helper()
	run, err := activities.StartStudy(s.t.Context(), s.client, study)
	s.must(err)
	return run
}

// end waits for a study's result.
func (s *site) end(run client.WorkflowRun) (r ziplaw.StudyResult) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	s.must(run.Get(ctx, &r))
	return r
}

// run runs a study that must end well.
func (s *site) run(study ziplaw.Study) ziplaw.StudyResult {
	s.t.Helper()
	r := s.end(s.begin(study))
	if r.State != ziplaw.StudyDone || r.Study != study.Name || r.WorkflowID != ziplaw.WorkflowID(study.Name) {
		s.t.Fatalf("study %s: %s is %s", study.Name, r.WorkflowID, r.State)
	}
	s.replay(study)
	return r
}

// cells are the records of the store's trained cells by key.
func (s *site) cells() map[ziplaw.Key]ziplaw.Record { return s.records("train-cell") }

func (s *site) records(action string) map[ziplaw.Key]ziplaw.Record {
	s.t.Helper()
	records := map[ziplaw.Key]ziplaw.Record{}
	for e, err := range s.store.Entries(s.t.Context()) {
		s.must(err)
		_, rec, whole, err := s.store.Lookup(s.t.Context(), e.Key)
		s.must(err)
		if !whole {
			s.t.Errorf("entry %s isn't whole", e.Key)
		}
		if rec.Action == action {
			records[e.Key] = rec
		}
	}
	return records
}

// objects names the objects of the bucket under a prefix.
func (s *site) objects(prefix string) (names []string) {
	s.t.Helper()
	for o := range s.s3.ListObjects(s.t.Context(), s.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		s.must(o.Err)
		names = append(names, o.Key)
	}
	return names
}

func execution(run client.WorkflowRun) *commonpb.WorkflowExecution {
	return &commonpb.WorkflowExecution{WorkflowId: run.GetID(), RunId: run.GetRunID()}
}

// last is the last run of a workflow.
func (s *site) last(workflow string) *workflowpb.WorkflowExecutionInfo {
	s.t.Helper()
	d, err := s.client.DescribeWorkflowExecution(s.t.Context(), workflow, "")
	s.must(err)
	return d.GetWorkflowExecutionInfo()
}

func hasWarning(r ziplaw.StudyResult, code, text string) bool {
	for _, w := range r.Warnings {
		if w.Code == code && strings.Contains(w.Message, text) {
			return true
		}
	}
	return false
}
