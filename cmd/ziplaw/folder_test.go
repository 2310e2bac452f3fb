package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/store"
)

// folder is a data folder that processes run on.
type folder struct {
	t   *testing.T
	dir string
}

func newFolder(t *testing.T) folder { return folder{t, filepath.Join(t.TempDir(), "data")} }

// launch starts ziplaw on the folder, with JSON for its result.
func (f folder) launch(args ...string) *process {
	f.t.Helper()
	return launch(f.t, nil, append(args, "--data-dir", f.dir, "--ui-port", "off", "--output", "json")...)
}

// servers is where the folder's servers listen; false while none are known.
func (f folder) servers() (s struct {
	PID          int
	Temporal, S3 string
	AccessKey    string `json:"access_key"`
	SecretKey    string `json:"secret_key"`
}, found bool) {
	b, err := os.ReadFile(filepath.Join(f.dir, "servers.json"))
	return s, err == nil && json.Unmarshal(b, &s) == nil
}

const bucket = "ziplaw"

// s3 is the folder's bucket, as the S3 server of a running process shows it; nil while there is none.
func (f folder) s3() *minio.Client {
	f.t.Helper()
	s, found := f.servers()
	if !found {
		return nil
	}
	c, err := minio.New(s.S3, &minio.Options{Creds: credentials.NewStaticV4(s.AccessKey, s.SecretKey, ""), MaxRetries: 1})
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

// objects names the objects under a prefix; none where no server answers.
func (f folder) objects(prefix string) (names []string) {
	f.t.Helper()
	c := f.s3()
	if c == nil {
		return nil
	}
	for o := range c.ListObjects(context.Background(), bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if o.Err != nil {
			return nil
		}
		names = append(names, o.Key)
	}
	return names
}

// temporal is a client for the folder's Temporal server; nil while none answers.
func (f folder) temporal() client.Client {
	s, found := f.servers()
	if !found {
		return nil
	}
	c, err := client.Dial(client.Options{HostPort: s.Temporal, Logger: quiet, ConnectionOptions: client.ConnectionOptions{TLS: f.tls()}})
	if err != nil {
		return nil
	}
	return c
}

// tls is what the folder's key file says to a client of any kind.
func (f folder) tls() *tls.Config {
	file := filepath.Join(f.dir, "temporal.pem")
	pair, _ := tls.LoadX509KeyPair(file, file)
	authorities := x509.NewCertPool()
	b, _ := os.ReadFile(file)
	authorities.AppendCertsFromPEM(b)
	return &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: authorities, MinVersion: tls.VersionTLS13}
}

// environment names the folder's servers, which run, as ziplaw env prints it.
func (f folder) environment() (env []string) {
	f.t.Helper()
	var variables map[string]string
	f.launch("env").value(&variables)
	for name, value := range variables {
		env = append(env, name+"="+value)
	}
	return env
}

var quiet = log.NewStructuredLogger(slog.New(slog.DiscardHandler))

// heartbeats are what the running activities of a workflow said last; none where no server answers.
func (f folder) heartbeats(workflow string) (all []activities.Progress) {
	c := f.temporal()
	if c == nil {
		return nil
	}
	defer c.Close()
	r, err := c.DescribeWorkflowExecution(context.Background(), workflow, "")
	if err != nil {
		return nil
	}
	for _, a := range r.GetPendingActivities() {
		var p activities.Progress
		if converter.GetDefaultDataConverter().FromPayloads(a.GetHeartbeatDetails(), &p) == nil {
			all = append(all, p)
		}
	}
	return all
}

// checkpoint is a checkpoint's object: checkpoints/KEY/TOKEN/STEP.
type checkpoint struct {
	key   string
	token int
	step  int
}

func (f folder) checkpoints() (all []checkpoint) {
	f.t.Helper()
	for _, name := range f.objects("checkpoints/") {
		parts := strings.Split(name, "/")
		if len(parts) != 4 {
			f.t.Fatalf("a checkpoint named %s", name)
		}
		token, _ := strconv.Atoi(parts[2])
		step, _ := strconv.Atoi(parts[3])
		all = append(all, checkpoint{parts[1], token, step})
	}
	return all
}

// verify reads every artifact of a folder, whose servers run, compares it with its name, and returns the records of
// trained cells by their keys.
func (f folder) verify() map[ziplaw.Key]ziplaw.Record {
	f.t.Helper()
	ctx, c := context.Background(), f.s3()
	const prefix = "artifacts/sha256/"
	names := f.objects(prefix)
	if len(names) == 0 {
		f.t.Fatal("no artifacts")
	}
	for _, name := range names {
		o, err := c.GetObject(ctx, bucket, name, minio.GetObjectOptions{})
		if err != nil {
			f.t.Fatal(err)
		}
		b, err := io.ReadAll(o)
		if err != nil {
			f.t.Fatal(err)
		}
		if want := "sha256:" + strings.ReplaceAll(strings.TrimPrefix(name, prefix), "/", ""); string(ziplaw.IDOf(b)) != want {
			f.t.Errorf("artifact %s holds the bytes of %s", want, ziplaw.IDOf(b))
		}
	}
	return f.cells(ctx)
}

func (f folder) cells(ctx context.Context) map[ziplaw.Key]ziplaw.Record {
	f.t.Helper()
	s, _ := f.servers()
	st, err := store.Open(ctx, store.Config{Endpoint: s.S3, AccessKey: s.AccessKey, SecretKey: s.SecretKey, Bucket: bucket})
	if err != nil {
		f.t.Fatal(err)
	}
	cells := map[ziplaw.Key]ziplaw.Record{}
	for e, err := range st.Entries(ctx) {
		if err != nil {
			f.t.Fatal(err)
		}
		_, rec, whole, err := st.Lookup(ctx, e.Key)
		if err != nil || !whole {
			f.t.Fatalf("entry %s: whole %v, %v", e.Key, whole, err)
		}
		if rec.Action == "train-cell" {
			cells[e.Key] = rec
		}
	}
	return cells
}
