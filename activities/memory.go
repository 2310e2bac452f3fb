package activities

import (
	"context"
	"fmt"

	"github.com/dustin/go-humanize"
	"golang.org/x/sync/semaphore"
)

// Memory is a budget of bytes that cells share.
type Memory struct {
	limit int64
	free  *semaphore.Weighted
}

// NewMemory is a budget of limit bytes.
func NewMemory(limit int64) *Memory {
	return &Memory{limit: limit, free: semaphore.NewWeighted(limit)}
}

// Limit is the whole budget.
func (m *Memory) Limit() int64 { return m.limit }

// MemoryError is a cell that is larger than the whole budget of this worker. Another worker's may have room for it.
type MemoryError struct {
	Need, Limit int64
	Device      bool // the limit is a device's
}

// Error says what would be right.
func (e *MemoryError) Error() string {
	need, limit := humanize.IBytes(uint64(e.Need)), humanize.IBytes(uint64(e.Limit))
	if e.Device {
		return fmt.Sprintf("the cell takes %s, and the devices of this worker have %s each", need, limit)
	}
	return fmt.Sprintf("the cell takes %s, and the cells of this worker may take %s (start a worker with more --memory)", need, limit)
}

// Take waits until n bytes are free and returns the function that gives them back. Done is asked when they aren't free at once:
// true ends the waiting with neither.
func (m *Memory) Take(ctx context.Context, n int64, done func() (bool, error)) (release func(), err error) {
	release = func() { m.free.Release(n) }
	if m.free.TryAcquire(n) {
		return release, nil
	}
	if finished, err := done(); err != nil || finished {
		return nil, err
	}
	if n > m.limit {
		return nil, &MemoryError{Need: n, Limit: m.limit}
	}
	if m.free.Acquire(ctx, n) != nil {
		return nil, context.Cause(ctx)
	}
	return release, nil
}
