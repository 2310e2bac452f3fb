package console

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

// Session is a Temporal server, a store, and perhaps a worker of ours, for the time of a command.
type Session struct {
	Servers   Servers // nil where the environment names other servers
	Client    client.Client
	Namespace string
	Store     *store.Store
	Close     func() // closers in the reverse order

	logger  sdklog.Logger
	answers bool // whether a worker for queries runs
}

// Open starts or joins the servers of the data folder, or connects to those that the environment names.
func (a *App) Open(ctx context.Context) (*Session, error) { return a.OpenTo(ctx, false) }

// OpenTo opens the servers for a command that only looks, or for any other.
func (a *App) OpenTo(ctx context.Context, look bool) (*Session, error) {
	s := &Session{Close: func() {}}
	if err := a.fill(ctx, s, look); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (a *App) fill(ctx context.Context, s *Session, look bool) (err error) {
	if err := s.openLog(a.Flags, look); err != nil {
		return err
	}
	if a.Flags.Connect {
		return s.connect(ctx)
	}
	waiting := false
	if a.openServers == nil {
		return Usage("--connect", "name the servers by TEMPORAL_ADDRESS and ZIPLAW_S3_ENDPOINT", "%s has no servers of its own", a.name)
	}
	s.Servers, err = a.openServers(ctx, ServerOptions{
		DataDir: a.Flags.DataDir, TemporalPort: int(a.Flags.temporal), S3Port: int(a.Flags.s3), UIPort: a.Flags.uiPort(),
		LogFile: a.Flags.LogFile, Join: a.Flags.Join, Look: look, Program: programName(), Note: func(s string) { a.Note("%s", s) }, Waiting: func(pid int) {
			if !waiting {
				a.Note("waiting for %s, which starts or stops the servers of %s", process(pid), a.Flags.DataDir)
			}
			waiting = true
		},
	})
	if err != nil {
		return Interrupted(ctx, err)
	}
	s.OnClose(s.Servers.Close)
	return s.dial(ctx)
}

// OnClose runs f when the session closes, before what was given earlier.
func (s *Session) OnClose(f func()) {
	before := s.Close
	s.Close = func() { f(); before() }
}

// openLog opens the file that the SDK's logs go to. A command that only looks keeps none in the data folder.
func (s *Session) openLog(f Flags, look bool) error {
	if look && f.LogFile == "" {
		s.logger = sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))
		return nil
	}
	flag, name := "--log-file", f.LogFile
	if name == "" {
		flag, name = "--data-dir", filepath.Join(f.DataDir, "logs", "worker.log")
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return Usage(flag, "name a place that can be written", "%v", err)
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return Usage(flag, "name a place that can be written", "%v", err)
	}
	s.OnClose(func() { _ = file.Close() })
	s.logger = sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(file, nil)))
	return nil
}

// dial connects to the servers of the data folder.
func (s *Session) dial(ctx context.Context) error {
	address, namespace := s.Servers.Temporal()
	endpoint, access, secret, bucket := s.Servers.S3()
	return s.with(ctx, client.Options{HostPort: address, Namespace: namespace, ConnectionOptions: client.ConnectionOptions{TLS: s.Servers.TLS()}},
		store.Config{Endpoint: endpoint, AccessKey: access, SecretKey: secret, Bucket: bucket, Gone: s.Servers.Gone})
}

func (s *Session) with(ctx context.Context, o client.Options, c store.Config) (err error) {
	o.Logger, s.Namespace = s.logger, cmp.Or(o.Namespace, client.DefaultNamespace)
	if s.Client, err = client.DialContext(ctx, o); err != nil {
		return s.joining(ctx, fmt.Errorf("connect to Temporal on %s: %w", o.HostPort, err))
	}
	s.OnClose(s.Client.Close)
	if s.Store, err = store.Open(ctx, c); err != nil {
		return s.joining(ctx, err)
	}
	s.OnClose(s.Store.Close)
	return nil
}

// joining is what an error of connecting means: servers of another process that don't answer have gone since we found them.
func (s *Session) joining(ctx context.Context, err error) error {
	if s.Servers == nil || s.Owner() || ctx.Err() != nil {
		return err
	}
	return fmt.Errorf("%w: %w", ErrLost, err)
}

// lostPatience is more than it takes to see that another process's servers have gone.
const lostPatience = 10 * time.Second

// Unanswered is what an error of a command means: where a server of another process gave no answer, and has gone by now, ErrLost.
func (s *Session) Unanswered(ctx context.Context, err error) error {
	failed, ofStore := store.Failure(err)
	outage := passes(err) || ofStore && failed.Class == store.Outage
	if s.Lost() == nil || !outage {
		return err
	}
	select {
	case <-s.Lost():
		return s.joining(ctx, err)
	case <-time.After(lostPatience):
	case <-ctx.Done():
	}
	return err
}

// Owner says whether the servers run in this process.
func (s *Session) Owner() bool { return s.Servers != nil && s.Servers.Owned() }

// Lost is closed when servers of another process have gone.
func (s *Session) Lost() <-chan struct{} {
	if s.Servers == nil {
		return nil
	}
	return s.Servers.Lost()
}

// StartWorker works on whatever studies run.
func (a *App) StartWorker(ctx context.Context, s *Session) error {
	f := a.Flags
	o := worker.Options{Threads: f.Threads, Memory: int64(f.Memory), Code: Code(), Cache: f.Documents(), Files: f.files}
	if s.Servers != nil {
		o.Capacity = func() (int64, error) { return FreeBytes(s.Servers.Dir()) }
		o.Identity = s.Servers.Identity()
	}
	if err := o.Validate(); err != nil {
		return err
	}
	w, err := worker.Start(s.Client, s.Store, o)
	if err != nil {
		return err
	}
	s.OnClose(func() { StopWorker(w, StillSaving, a.Note) })
	if s.Owner() {
		s.takeOver(ctx)
	}
	return nil
}

// Trouble says why nothing may move, as far as this machine shows it.
func (s *Session) Trouble() string {
	if s.Servers == nil {
		return ""
	}
	return noRoom(s.Servers.Dir(), FreeBytes)
}

// roomInterval is how often commands that show no study look for room on the disk.
const roomInterval = time.Second

// WatchRoom says when the disk is full, until the session closes.
func (a *App) WatchRoom(ctx context.Context, s *Session) {
	ctx, cancel := context.WithCancel(ctx)
	s.OnClose(cancel)
	go watchRoom(ctx, roomInterval, s.Trouble, a.Note)
}

// takeOver goes on with what earlier owners of the folder were at when they were killed. What it misses is taken over when the
// heartbeats are missed.
func (s *Session) takeOver(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	s.OnClose(cancel)
	go func() {
		if err := worker.TakeOver(ctx, s.Client, s.Namespace, s.Servers.Gone); err != nil {
			s.logger.Warn("take over", "error", err)
		}
	}()
}

// States is where the session's studies stand.
func (s *Session) States() state.Source {
	src := state.Source{Temporal: s.Client, Store: s.Store}
	if s.Owner() {
		src.Answer = s.AnswerQueries
	}
	return src
}

// AnswerQueries lets workflows answer queries where no worker may run: with their code, but no activity.
func (s *Session) AnswerQueries() error {
	if s.answers {
		return nil
	}
	w := sdkworker.New(s.Client, activities.TaskQueue, sdkworker.Options{LocalActivityWorkerOnly: true})
	w.RegisterWorkflowWithOptions(workflows.Study, workflow.RegisterOptions{Name: workflows.StudyType})
	w.RegisterWorkflowWithOptions(workflows.DataSet, workflow.RegisterOptions{Name: workflows.DataSetType})
	if err := w.Start(); err != nil {
		return fmt.Errorf("start worker for queries: %w", err)
	}
	s.answers = true
	s.OnClose(w.Stop)
	return nil
}

// ErrNothing is that of a command that looks where there is nothing to look at.
type ErrNothing struct{ error }

func (e ErrNothing) Unwrap() error { return e.error }

// SessionFunc is a command with servers.
type SessionFunc = func(ctx context.Context, s *Session, args []string) error

// WithSession runs a command with servers, until a signal.
func (a *App) WithSession(f SessionFunc) func(*cobra.Command, []string) error {
	return a.Within(a.Open, f)
}

// Looking runs a command that only looks: it makes no data folder, and reads one that can't be written.
func (a *App) Looking(f SessionFunc) func(*cobra.Command, []string) error {
	return a.Within(func(ctx context.Context) (*Session, error) {
		s, err := a.OpenTo(ctx, true)
		if ziplaw.CodeOf(err) == ziplaw.CodeNotFound {
			err = ErrNothing{err}
		}
		return s, err
	}, f)
}

// Within runs a command in a session that open gives, until a signal.
func (a *App) Within(open func(context.Context) (*Session, error), f SessionFunc) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		return UntilInterrupted(c, func(ctx context.Context) error {
			s, err := open(ctx)
			if err != nil {
				return err
			}
			defer s.Close()
			return f(ctx, s, args)
		})
	}
}

// ErrLost says that another process's servers have gone.
var ErrLost = errors.New("the servers have gone")
