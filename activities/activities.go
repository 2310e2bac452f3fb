// Package activities holds a study's side effects as Temporal activities: Resolve, Sample, Compress, TrainCell, Fit,
// Regress and Report.
//
// Every activity is idempotent. It computes the action key of what it is asked for, answers from the store where the
// action is done, and publishes otherwise: artifacts first, then the record, then the action's entry. Inputs and
// results are artifact ids and small numbers. Errors become Temporal errors here and nowhere else.
package activities

import (
	"slices"
	"sync"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cache"
	"github.com/ziplaw/ziplaw/internal/corpus"
	"github.com/ziplaw/ziplaw/internal/store"
)

// Names of task queues: one for workflows, data and analysis, one for training on CPUs, one for questions about CUDA devices,
// and one for those that only wait for a study, which would keep others from the work that the study needs. Cells for a kind
// of CUDA device have a queue of their own.
const (
	TaskQueue         = "ziplaw"
	TrainCPUTaskQueue = "ziplaw-train-cpu"
	TrainGPUTaskQueue = "ziplaw-train-gpu"
	JoinTaskQueue     = "ziplaw-join"
)

// TrainTaskQueue is the queue of cells in an arithmetic: that of CPUs, or the whole id of a kind of CUDA device.
func TrainTaskQueue(numerics string) string {
	if ziplaw.IsCUDA(numerics) {
		return TrainGPUTaskQueue + "/" + numerics
	}
	return TrainCPUTaskQueue
}

// Activities are the activities with what they need. Register it with a worker.
type Activities struct {
	Store *store.Store
	// Cache keeps the documents that this machine reads.
	Cache *cache.Cache
	Code  ziplaw.Code
	// Identity names this worker process in claims and records.
	Identity string
	// Devices are what cells train on.
	Devices Devices
	// Memory is the most that a cell may take on them.
	Memory int64
	// Files say which files of this machine specs may name.
	Files corpus.Access
	// Capacity is the bytes that the store can still take; nil where nobody knows.
	Capacity func() (int64, error)

	current currentRecords
	cells   sync.Map // names of the cells that train now
}

// Training are the cells that train now, or whose last checkpoint is on its way. Methods are for activities alone.
func Training(a *Activities) []string {
	var names []string
	a.cells.Range(func(name, _ any) bool {
		names = append(names, name.(string))
		return true
	})
	slices.Sort(names)
	return names
}
