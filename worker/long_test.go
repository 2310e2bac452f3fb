package worker_test

import (
	"context"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// long is a study of one cell that trains for seconds. It writes no checkpoint unless it must.
func long(t *testing.T, name string, tokens int64, seeds ...int64) ziplaw.Study {
	t.Helper()
	return tiny(t, name, models(longWidth), budgets(tokens), func(s *ziplaw.Study) {
		s.Datasets, s.Seeds, s.CheckpointSeconds = s.Datasets[:1], append([]int64{1}, seeds...), 3600
	})
}

// Tokens of a long cell, of 128 a step: more than 2 seconds, and more than 6, in which it hears that it was cancelled.
const seconds, moreSeconds = 1280 * 128, 3072 * 128

// Long cells are of a width of their own, and of slow steps: on any processor they take as long as a test needs, and little of it.
const (
	longWidth = 64
	longStep  = 2 * time.Millisecond
)

// paced are devices on which a step of a long cell takes its time.
type paced struct{ activities.Devices }

func (p paced) Take(ctx context.Context, need activities.Need, done func() (bool, error)) (*activities.Taken, error) {
	taken, err := p.Devices.Take(ctx, need, done)
	if taken == nil || need.Demand(taken).Lanes[0].Width() != longWidth {
		return taken, err
	}
	d := taken.Device.(kernel.CPUDevice)
	threads := d.Free
	d.Free = func() int { time.Sleep(longStep); return threads() }
	taken.Device = d
	return taken, err
}
