// Package infra runs the servers of one machine: a real Temporal server and a real S3 server, embedded, on loopback,
// with their state in one folder.
//
// It decides nothing about studies. Clusters of many machines need none of it.
package infra

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/ziplaw/ziplaw"
)

// Options say where the servers keep their state and where they listen.
type Options struct {
	DataDir      string
	TemporalPort int // 0: the folder's last port, or a free one
	S3Port       int
	UIPort       int // less than 0: no web UI
	LogFile      string
	Join         bool // don't start servers: it is the error not_found where none run
	Look         bool // only read: a folder without studies is the error not_found and stays as it is, a read-only one is read
	// Waiting, where set, hears that another process holds the folder and doesn't answer yet; 0 where it hasn't said which.
	Waiting func(pid int)
	Program string // names this program, in words, to those that find the folder later
	// Note, where set, hears a sentence about what the start has changed.
	Note func(sentence string)
}

// Servers are the running servers of a data folder, ours or another process's.
type Servers struct {
	owner bool
	dir   string
	state state
	door  door
	lost  chan struct{}
	stop  []func()
}

// state is what other processes need to join: the file servers.json.
type state struct {
	PID       int       `json:"pid"`
	Started   time.Time `json:"started"`
	Address   string    `json:"temporal"`
	Namespace string    `json:"namespace"`
	Endpoint  string    `json:"s3"`
	Access    string    `json:"access_key"`
	Secret    string    `json:"secret_key"`
	UI        string    `json:"ui"`
	UIKey     string    `json:"ui_key"`
	Owner     ownership `json:"owner"`
	Door      string    `json:"door"` // id of what opens Temporal's ports
}

const (
	// Files and folders of the data folder, beside those that other files of the package name.
	lockFile    = "lock"
	storeFolder = "s3"
	logFolder   = "logs"

	namespace = "default"
	bucket    = "ziplaw"
	// joinTimeout is how long a starting holder of the folder may take to answer.
	joinTimeout = 30 * time.Second
)

// Open starts the servers of a data folder, or joins those that another process runs there. A holder that doesn't
// answer is the error data_dir_held with its process id.
func Open(ctx context.Context, o Options) (*Servers, error) { return open(ctx, o, joinTimeout) }

func open(ctx context.Context, o Options, timeout time.Duration) (*Servers, error) {
	dir, err := filepath.Abs(o.DataDir)
	if err != nil {
		return nil, err
	}
	if err := checkPath(dir); err != nil {
		return nil, err
	}
	if o.Look && o.Join {
		return find(ctx, dir, o, timeout)
	}
	if o.Look {
		if err := checkStore(dir); err != nil {
			return nil, err
		}
		if readOnly(dir) {
			return lookReadOnly(ctx, dir, o)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, logFolder), 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	return hold(ctx, dir, o, timeout)
}

// hold takes the folder and starts its servers, or joins those of the process that has it.
func hold(ctx context.Context, dir string, o Options, timeout time.Duration) (*Servers, error) {
	lock := flock.New(filepath.Join(dir, lockFile))
	deadline := time.Now().Add(timeout)
	for {
		ours, err := lock.TryLock()
		if err != nil {
			return nil, fmt.Errorf("data folder %s: lock: %w", dir, err)
		}
		if ours && o.Join {
			_ = lock.Unlock()
			return nil, noServers(dir)
		}
		if ours {
			return own(ctx, dir, o, lock)
		}
		s, pid, err := join(ctx, dir)
		if _, told := errors.AsType[*ziplaw.Error](err); err == nil || told {
			return s, err
		}
		if time.Now().After(deadline) {
			return nil, silent(dir, pid, err)
		}
		if err := wait(ctx, o, pid); err != nil {
			return nil, err
		}
	}
}

// find joins the servers that another process runs on the folder, and writes nothing into it.
func find(ctx context.Context, dir string, o Options, timeout time.Duration) (*Servers, error) {
	for deadline := time.Now().Add(timeout); ; {
		if release, err := share(dir); err == nil {
			release()
			return nil, noServers(dir)
		}
		s, pid, err := join(ctx, dir)
		if _, told := errors.AsType[*ziplaw.Error](err); err == nil || told {
			return s, err
		}
		if time.Now().After(deadline) {
			return nil, silent(dir, pid, err)
		}
		if err := wait(ctx, o, pid); err != nil {
			return nil, err
		}
	}
}

func noServers(dir string) error {
	return &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: "no servers run in " + dir,
		Hint: "ziplaw up runs them with a worker; --connect uses those of the environment"}
}

// silent is the error of servers that don't answer.
func silent(dir string, pid int, err error) error {
	return &ziplaw.Error{Code: ziplaw.CodeDataDirHeld,
		Message: fmt.Sprintf("%s holds %s and its servers don't answer: %v", process(pid), dir, err),
		Hint:    "end that process, or use another --data-dir"}
}

// wait gives a process that starts or stops its servers a moment.
func wait(ctx context.Context, o Options, pid int) error {
	if o.Waiting != nil {
		o.Waiting(pid)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(300 * time.Millisecond):
		return nil
	}
}

// process is a process in words, which hasn't said yet which one it is where the id is 0.
func process(pid int) string {
	if pid == 0 {
		return "another process"
	}
	return fmt.Sprintf("process %d", pid)
}

// own starts the servers. The lock is held until Close, or until the process ends in whatever way.
func own(ctx context.Context, dir string, o Options, lock *flock.Flock) (*Servers, error) {
	s := &Servers{owner: true, dir: dir, lost: make(chan struct{})}
	s.stop = append(s.stop, func() { _ = lock.Unlock() })
	if err := s.start(ctx, o); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Servers) start(ctx context.Context, o Options) error {
	if err := checkMachine(ctx); err != nil {
		return err
	}
	dir := s.dir
	_ = os.Remove(filepath.Join(dir, stateFile)) // of a process that was killed
	p, err := choosePorts(dir, o)
	if err != nil {
		return err
	}
	s.state = state{PID: os.Getpid(), Started: time.Now().UTC(), Namespace: namespace}
	if s.state.Access, s.state.Secret, err = keys(dir); err != nil {
		return err
	}
	if err := writeAWSFile(dir, s.state.Access, s.state.Secret); err != nil {
		return fmt.Errorf("keys of the S3 server: %w", err)
	}
	if s.door, err = openDoor(dir, time.Now()); err != nil {
		return err
	}
	if s.state.Owner, err = nextOwner(dir); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	logFile := o.LogFile
	if logFile == "" {
		logFile = filepath.Join(dir, logFolder, "server.log")
	}
	if err := errors.Join(create(logFile), protect(dir)); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	stopS3, err := startS3(ctx, filepath.Join(dir, storeFolder), p.S3, s.state.Access, s.state.Secret)
	if err != nil {
		return err
	}
	s.stop = append(s.stop, stopS3)
	s.state.Endpoint = address(p.S3)
	stopTemporal, err := startTemporal(filepath.Join(dir, databaseFile), p.Temporal, s.door, logFile, o)
	if err != nil {
		return err
	}
	s.stop = append(s.stop, stopTemporal)
	s.state.Address, s.state.Door = address(p.Temporal), s.door.id()
	if o.UIPort >= 0 {
		g := newUIGuard(p.UI)
		stopUI, err := startUI(p, s.door, g)
		if err != nil {
			return err
		}
		s.stop = append(s.stop, stopUI)
		s.state.UI, s.state.UIKey = "http://"+address(p.UI), g.key
	}
	b, err := json.MarshalIndent(s.state, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, stateFile), b)
}

const stateFile = "servers.json"

// join connects to the servers that another process runs on the folder.
func join(ctx context.Context, dir string) (s *Servers, pid int, err error) {
	b, err := os.ReadFile(filepath.Join(dir, stateFile))
	if err != nil {
		return nil, 0, errors.New("they haven't started yet")
	}
	s = &Servers{dir: dir, lost: make(chan struct{})}
	if err := json.Unmarshal(b, &s.state); err != nil {
		return nil, 0, fmt.Errorf("%s: %w", stateFile, err)
	}
	if s.door, err = readDoor(dir, s.state.Door, time.Now()); err != nil {
		return nil, s.state.PID, err
	}
	if err := s.healthy(ctx); err != nil {
		return nil, s.state.PID, err
	}
	watching, cancel := context.WithCancel(context.WithoutCancel(ctx)) // until Close
	s.stop = append(s.stop, cancel)
	go s.watch(watching)
	return s, s.state.PID, nil
}

// watch closes lost when the owner's servers have gone.
func (s *Servers) watch(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for failures := 0; failures < 3; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if failures++; s.healthy(ctx) == nil {
			failures = 0
		}
	}
	close(s.lost)
}

// Owned says whether the servers run in this process.
func (s *Servers) Owned() bool { return s.owner }

// Temporal is the frontend's address and the namespace.
func (s *Servers) Temporal() (address, ns string) { return s.state.Address, s.state.Namespace }

// TLS is what a client of Temporal needs: the frontend answers nobody without it.
func (s *Servers) TLS() *tls.Config { return s.door.client() }

// TLSFile holds the client's certificate, its key and the authority, for servers of the name.
func (s *Servers) TLSFile() (file, name string) { return filepath.Join(s.dir, doorFile), serverName }

// S3 is how to reach the S3 server and which bucket to use.
func (s *Servers) S3() (endpoint, access, secret, bucketName string) {
	return s.state.Endpoint, s.state.Access, s.state.Secret, bucket
}

// S3File has the keys of the S3 server in the form of the AWS shared files.
func (s *Servers) S3File() string { return filepath.Join(s.dir, awsFile) }

// UI is a URL that opens Temporal's web UI once, empty where there is none.
func (s *Servers) UI() string {
	if s.state.UI == "" {
		return ""
	}
	return s.state.UI + "/?token=" + newToken(s.state.UIKey)
}

// Dir is the data folder, absolute.
func (s *Servers) Dir() string { return s.dir }

// PID is the process that runs the servers.
func (s *Servers) PID() int { return s.state.PID }

// Identity names this process among those that have owned the folder. It is empty where another process owns it.
func (s *Servers) Identity() string {
	if !s.owner {
		return ""
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return s.state.Owner.identity(os.Getpid(), host)
}

// Gone says whether an identity, or whatever begins with one and a slash, is of a process that owned the folder and has ended.
func (s *Servers) Gone(identity string) bool { return s.state.Owner.gone(identity) }

// Lost is closed when servers that another process runs have gone.
func (s *Servers) Lost() <-chan struct{} { return s.lost }

// Close stops the servers that are ours, in the reverse order of their start.
func (s *Servers) Close() {
	for i := len(s.stop) - 1; i >= 0; i-- {
		s.stop[i]()
	}
	s.stop = nil
}
