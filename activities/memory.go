package activities

import (
	"context"

	"golang.org/x/sync/semaphore"
)

// Memory is a budget of bytes that cells share. A cell larger than the whole budget takes all of it and runs alone.
type Memory struct {
	limit int64
	free  *semaphore.Weighted
}

// NewMemory is a budget of limit bytes.
func NewMemory(limit int64) *Memory {
	return &Memory{limit: limit, free: semaphore.NewWeighted(limit)}
}

// Take waits until n bytes are free and returns the function that gives them back.
func (m *Memory) Take(ctx context.Context, n int64) (release func(), err error) {
	n = min(n, m.limit)
	if m.free.Acquire(ctx, n) != nil {
		return nil, context.Cause(ctx)
	}
	return func() { m.free.Release(n) }, nil
}
