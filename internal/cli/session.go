package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	sdkworker "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/state"
	"github.com/ziplaw/ziplaw/internal/store"
	"github.com/ziplaw/ziplaw/worker"
	"github.com/ziplaw/ziplaw/workflows"
)

// session is a Temporal server, a store, and perhaps a worker of ours, for the time of a command.
type session struct {
	servers   Servers // nil where the environment names other servers
	client    client.Client
	namespace string
	store     *store.Store
	logger    sdklog.Logger
	close     func() // closers in the reverse order
	answers   bool   // whether a worker for queries runs
}

// open starts or joins the servers of the data folder, or connects to those that the environment names.
func (a *app) open(ctx context.Context) (*session, error) { return a.openTo(ctx, false) }

// openTo opens the servers for a command that only looks, or for any other.
func (a *app) openTo(ctx context.Context, look bool) (*session, error) {
	s := &session{close: func() {}}
	if err := a.fill(ctx, s, look); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (a *app) fill(ctx context.Context, s *session, look bool) (err error) {
	if err := s.openLog(a.flags, look); err != nil {
		return err
	}
	if a.flags.connect {
		return s.connect(ctx)
	}
	waiting := false
	if a.openServers == nil {
		return usage("--connect", "name the servers by TEMPORAL_ADDRESS and ZIPLAW_S3_ENDPOINT", "%s has no servers of its own", a.name)
	}
	s.servers, err = a.openServers(ctx, ServerOptions{
		DataDir: a.flags.dataDir, TemporalPort: int(a.flags.temporal), S3Port: int(a.flags.s3), UIPort: a.flags.uiPort(),
		LogFile: a.flags.logFile, Join: a.flags.join, Look: look, Program: programName(), Note: func(s string) { a.note("%s", s) }, Waiting: func(pid int) {
			if !waiting {
				a.note("waiting for %s, which starts or stops the servers of %s", process(pid), a.flags.dataDir)
			}
			waiting = true
		},
	})
	if err != nil {
		return interrupted(ctx, err)
	}
	s.onClose(s.servers.Close)
	return s.dial(ctx)
}

func (s *session) onClose(f func()) {
	before := s.close
	s.close = func() { f(); before() }
}

// openLog opens the file that the SDK's logs go to. A command that only looks keeps none in the data folder.
func (s *session) openLog(f flags, look bool) error {
	if look && f.logFile == "" {
		s.logger = sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))
		return nil
	}
	flag, name := "--log-file", f.logFile
	if name == "" {
		flag, name = "--data-dir", filepath.Join(f.dataDir, "logs", "worker.log")
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return usage(flag, "name a place that can be written", "%v", err)
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return usage(flag, "name a place that can be written", "%v", err)
	}
	s.onClose(func() { _ = file.Close() })
	s.logger = sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(file, nil)))
	return nil
}

// dial connects to the servers of the data folder.
func (s *session) dial(ctx context.Context) error {
	address, namespace := s.servers.Temporal()
	endpoint, access, secret, bucket := s.servers.S3()
	return s.with(ctx, client.Options{HostPort: address, Namespace: namespace, ConnectionOptions: client.ConnectionOptions{TLS: s.servers.TLS()}},
		store.Config{Endpoint: endpoint, AccessKey: access, SecretKey: secret, Bucket: bucket, Gone: s.servers.Gone})
}

func (s *session) with(ctx context.Context, o client.Options, c store.Config) (err error) {
	o.Logger, s.namespace = s.logger, cmp.Or(o.Namespace, client.DefaultNamespace)
	if s.client, err = client.DialContext(ctx, o); err != nil {
		return s.joining(ctx, fmt.Errorf("connect to Temporal on %s: %w", o.HostPort, err))
	}
	s.onClose(s.client.Close)
	if s.store, err = store.Open(ctx, c); err != nil {
		return s.joining(ctx, err)
	}
	s.onClose(s.store.Close)
	return nil
}

// joining is what an error of connecting means: servers of another process that don't answer have gone since we found them.
func (s *session) joining(ctx context.Context, err error) error {
	if s.servers == nil || s.owner() || ctx.Err() != nil {
		return err
	}
	return fmt.Errorf("%w: %w", errLost, err)
}

// owner says whether the servers run in this process.
func (s *session) owner() bool { return s.servers != nil && s.servers.Owned() }

// lost is closed when servers of another process have gone.
func (s *session) lost() <-chan struct{} {
	if s.servers == nil {
		return nil
	}
	return s.servers.Lost()
}

// startWorker works on whatever studies run.
func (a *app) startWorker(ctx context.Context, s *session) error {
	f := a.flags
	o := worker.Options{Threads: f.threads, Memory: int64(f.memory), Code: code(), Cache: f.documents(), Files: f.files}
	if s.servers != nil {
		o.Capacity = func() (int64, error) { return freeBytes(s.servers.Dir()) }
		o.Identity = s.servers.Identity()
	}
	if err := o.Validate(); err != nil {
		return err
	}
	w, err := worker.Start(s.client, s.store, o)
	if err != nil {
		return err
	}
	s.onClose(func() { stopWorker(w, stillSaving, a.note) })
	if s.owner() {
		s.takeOver(ctx)
	}
	return nil
}

// trouble says why nothing may move, as far as this machine shows it.
func (s *session) trouble() string {
	if s.servers == nil {
		return ""
	}
	return noRoom(s.servers.Dir(), freeBytes)
}

// roomInterval is how often commands that show no study look for room on the disk.
const roomInterval = time.Second

// watchRoom says when the disk is full, until the session closes.
func (a *app) watchRoom(ctx context.Context, s *session) {
	ctx, cancel := context.WithCancel(ctx)
	s.onClose(cancel)
	go watchRoom(ctx, roomInterval, s.trouble, a.note)
}

// takeOver goes on with what earlier owners of the folder were at when they were killed. What it misses is taken over when the
// heartbeats are missed.
func (s *session) takeOver(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	s.onClose(cancel)
	go func() {
		if err := worker.TakeOver(ctx, s.client, s.namespace, s.servers.Gone); err != nil {
			s.logger.Warn("take over", "error", err)
		}
	}()
}

// states is where the session's studies stand.
func (s *session) states() state.Source {
	src := state.Source{Temporal: s.client, Store: s.store}
	if s.owner() {
		src.Answer = s.answerQueries
	}
	return src
}

const taskQueue = activities.TaskQueue

// answerQueries lets workflows answer queries where no worker may run: with their code, but no activity.
func (s *session) answerQueries() error {
	if s.answers {
		return nil
	}
	w := sdkworker.New(s.client, taskQueue, sdkworker.Options{LocalActivityWorkerOnly: true})
	w.RegisterWorkflowWithOptions(workflows.Study, workflow.RegisterOptions{Name: workflows.StudyType})
	w.RegisterWorkflowWithOptions(workflows.DataSet, workflow.RegisterOptions{Name: workflows.DataSetType})
	if err := w.Start(); err != nil {
		return fmt.Errorf("start worker for queries: %w", err)
	}
	s.answers = true
	s.onClose(w.Stop)
	return nil
}

// interrupted replaces an error that the end of the context caused.
func interrupted(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil && !errors.Is(err, errInterrupted) {
		return errInterrupted
	}
	return err
}

// errNothing is that of a command that looks where there is nothing to look at.
type errNothing struct{ error }

func (e errNothing) Unwrap() error { return e.error }

type sessionFunc = func(ctx context.Context, s *session, args []string) error

// withSession runs a command with servers, until a signal.
func (a *app) withSession(f sessionFunc) func(*cobra.Command, []string) error {
	return a.within(a.open, f)
}

// looking runs a command that only looks: it makes no data folder, and reads one that can't be written.
func (a *app) looking(f sessionFunc) func(*cobra.Command, []string) error {
	return a.within(func(ctx context.Context) (*session, error) {
		s, err := a.openTo(ctx, true)
		if ziplaw.CodeOf(err) == ziplaw.CodeNotFound {
			err = errNothing{err}
		}
		return s, err
	}, f)
}

func (a *app) within(open func(context.Context) (*session, error), f sessionFunc) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		ctx, stop := untilSignal(c.Context())
		defer stop()
		s, err := open(ctx)
		if err != nil {
			return err
		}
		defer s.close()
		return interrupted(ctx, f(ctx, s, args))
	}
}
