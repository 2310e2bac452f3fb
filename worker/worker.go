// Package worker puts a worker process together: which store, which task queues, which workflows and activities, and
// how many cells at once. It decides nothing about studies.
package worker

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/cache"
	"github.com/ziplaw/ziplaw/internal/corpus"
	"github.com/ziplaw/ziplaw/internal/store"
	"github.com/ziplaw/ziplaw/workflows"
)

// Options say how much of the machine a worker takes.
type Options struct {
	// Threads is the number of cells that train at once, one thread each.
	Threads int
	// Memory bounds the bytes of the cells that train at once.
	Memory int64
	// Devices are what cells train on; nil: the threads and the memory.
	Devices activities.Devices
	// Capacity is the bytes that the store can still take; nil where nobody knows.
	Capacity func() (int64, error)
	Code     ziplaw.Code
	// Identity names the process in Temporal, claims and records; empty: the process id and the host.
	Identity string
	Cache    Cache
	// Files say which files of this machine specs may name.
	Files corpus.Access
}

// Cache is where a worker keeps the documents that its cells read, which the workers of a machine share.
type Cache struct {
	Dir   string // empty: a folder of the user's
	Bytes int64  // that it keeps; 0: cache.DefaultLimit
}

func (c Cache) open(st *store.Store) (*cache.Cache, error) {
	if c.Dir == "" {
		home, err := os.UserCacheDir()
		if err != nil {
			home = os.TempDir()
		}
		c.Dir = filepath.Join(home, "ziplaw", "artifacts")
	}
	return cache.New(c.Dir, c.Bytes, st.Open)
}

// heartbeatInterval is how often an activity's report goes out at most, and so how soon a cell hears that it was
// cancelled. By itself the SDK holds reports back for most of the heartbeat timeout.
const heartbeatInterval = time.Second

// stickyTimeout is how long a workflow's task waits for the worker that knows the workflow, which may have been killed, before
// any other takes it.
const stickyTimeout = time.Second

// stopTimeout is how long a stopping worker waits for activities that end by themselves.
const stopTimeout = 20 * time.Second

// trainStopTimeout is how long it waits for cells: they end as soon as their last checkpoint is safe, which takes as long as
// the store does. Whoever can't wait ends the process.
const trainStopTimeout = 24 * time.Hour

// Worker polls ziplaw's task queues.
type Worker struct {
	workers    []worker.Worker
	activities *activities.Activities
}

// Start starts a worker for workflows, data and analysis, and for training on CPUs.
func Start(c client.Client, st *store.Store, o Options) (*Worker, error) {
	documents, err := o.Cache.open(st)
	if err != nil {
		return nil, err
	}
	if o.Devices == nil {
		o.Devices = activities.SharedCPU(o.Threads, activities.NewMemory(o.Memory))
	}
	a := &activities.Activities{
		Store: st, Cache: documents, Code: o.Code, Identity: cmp.Or(o.Identity, identity()),
		Devices: o.Devices, Memory: o.Memory, Capacity: o.Capacity, Files: o.Files,
	}
	main := worker.New(c, activities.TaskQueue, worker.Options{
		MaxConcurrentActivityExecutionSize: max(2, o.Threads), WorkerStopTimeout: stopTimeout, Identity: a.Identity,
		MaxHeartbeatThrottleInterval: heartbeatInterval, StickyScheduleToStartTimeout: stickyTimeout,
	})
	main.RegisterWorkflowWithOptions(workflows.Study, workflow.RegisterOptions{Name: workflows.StudyType})
	main.RegisterWorkflowWithOptions(workflows.DataSet, workflow.RegisterOptions{Name: workflows.DataSetType})
	main.RegisterActivity(a)
	train := worker.New(c, activities.TrainCPUTaskQueue, training(a.Identity, o.Threads))
	train.RegisterActivity(a)
	join := worker.New(c, activities.JoinTaskQueue, worker.Options{
		DisableWorkflowWorker: true, WorkerStopTimeout: stopTimeout, Identity: a.Identity, MaxHeartbeatThrottleInterval: heartbeatInterval,
	})
	join.RegisterActivity(a)
	w := &Worker{workers: []worker.Worker{main, train, join}, activities: a}
	return w, w.start()
}

// StartCUDA starts a worker that trains cells on CUDA devices, one cell a device and in any of its arithmetics, and answers questions
// about them. Everything else of a study is done by workers without devices. It ends by itself when its last device is lost: see
// Pool.Gone.
func StartCUDA(c client.Client, st *store.Store, code ziplaw.Code, devices *activities.Pool, keep Cache) (*Worker, error) {
	documents, err := keep.open(st)
	if err != nil {
		return nil, err
	}
	a := &activities.Activities{Store: st, Cache: documents, Code: code, Identity: identity(), Devices: devices}
	poller := activities.PollerIdentity(a.Identity, devices.Arithmetics()...)
	describe := worker.New(c, activities.TrainGPUTaskQueue, worker.Options{
		DisableWorkflowWorker: true, WorkerStopTimeout: stopTimeout, Identity: poller,
	})
	describe.RegisterActivity(a)
	w := &Worker{workers: []worker.Worker{describe}, activities: a}
	for _, numerics := range devices.Arithmetics() {
		train := worker.New(c, activities.TrainTaskQueue(numerics), training(poller, devices.Size()))
		train.RegisterActivity(a)
		w.workers = append(w.workers, train)
	}
	return w, w.start()
}

// training are the options of a worker that trains so many cells at once.
func training(identity string, cells int) worker.Options {
	return worker.Options{
		DisableWorkflowWorker: true, MaxConcurrentActivityExecutionSize: cells,
		WorkerStopTimeout: trainStopTimeout, Identity: identity, MaxHeartbeatThrottleInterval: heartbeatInterval,
	}
}

func (w *Worker) start() error {
	for i, one := range w.workers {
		if err := one.Start(); err != nil {
			started := Worker{workers: w.workers[:i]}
			started.Stop()
			return fmt.Errorf("start worker: %w", err)
		}
	}
	return nil
}

// Training are the cells that train now, or whose last checkpoint is on its way.
func (w *Worker) Training() []string { return activities.Training(w.activities) }

// Stop stops polling and waits until the last checkpoints of running cells are safe, however long that takes.
func (w *Worker) Stop() {
	done := make(chan struct{})
	for _, one := range w.workers {
		go func() { one.Stop(); done <- struct{}{} }()
	}
	for range w.workers {
		<-done
	}
}

func identity() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%d@%s", os.Getpid(), host)
}

// Validate reports options that no worker can have.
func (o Options) Validate() error {
	if o.Threads < 1 {
		return &ziplaw.Error{Code: ziplaw.CodeUsage, Field: "--threads", Message: fmt.Sprintf("%d threads", o.Threads), Hint: "at least 1"}
	}
	if o.Memory < 1<<26 {
		return &ziplaw.Error{Code: ziplaw.CodeUsage, Field: "--memory", Message: "less than 64 MiB", Hint: "such as 4GiB"}
	}
	return nil
}
