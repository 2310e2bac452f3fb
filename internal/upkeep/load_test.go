package upkeep_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/upkeep"
)

// How long the test under load takes, how many studies run at a time, and out of how many cells each takes its own.
const (
	loadTime    = 35 * time.Second
	sweepPause  = 100 * time.Millisecond
	loadStudies = 6
	loadCells   = 60
)

// loadAge is the age of renewal under load. What is used is promised to stay for as long, but for the seconds by which a server's
// answers may be behind its clock.
const (
	loadAge     = 6 * time.Second
	loadPromise = loadAge - 3*time.Second
)

// TestNothingInUseIsRemoved: studies come and go, reuse each other's cells, old ones among them, and finish, while the store is swept
// again and again with the least grace. Nothing that one of them uses, and nothing of a finished version, is ever removed; and much is.
func TestNothingInUseIsRemoved(t *testing.T) {
	s := newSiteWith(t, loadAge)
	kept := s.finish("kept", "corpus", "kept cell")
	finished := s.names()
	ctx, cancel := context.WithTimeout(t.Context(), loadTime)
	defer cancel()
	l := &load{site: s, sample: kept.version.DataSets[0].Sample}
	var all sync.WaitGroup
	for i := range loadStudies {
		all.Go(func() {
			random := rand.New(rand.NewPCG(uint64(i), 1))
			for round := 0; ctx.Err() == nil; round++ {
				l.study(ctx, fmt.Sprint("study ", i, " ", round), random)
			}
		})
	}
	for range 2 { // one of them may find that the other sweeps
		all.Go(func() {
			for ctx.Err() == nil {
				l.collect(ctx)
				time.Sleep(sweepPause)
			}
		})
	}
	all.Wait()
	if lost := s.lost(finished); len(lost) > 0 {
		t.Errorf("of a finished study: %v", lost)
	}
	t.Logf("%d cells used, %d of them found, %d swept away between two uses; %d sweeps removed %d objects, %d renewed just before",
		l.used.Load(), l.found.Load(), l.again.Load(), l.sweeps.Load(), l.removed.Load(), l.renewed.Load())
	if l.used.Load() < 20 || l.found.Load() == 0 || l.removed.Load() == 0 || l.sweeps.Load() < 3 {
		t.Error("the test shows nothing")
	}
}

type load struct {
	*site
	sample ziplaw.ArtifactID

	used, found, again, sweeps, removed, renewed atomic.Int64
	known                                        sync.Map
}

// collect sweeps the store once.
func (l *load) collect(ctx context.Context) {
	survey, err := upkeep.Take(ctx, l.store, unfinished(), nil)
	if err != nil {
		l.failed(ctx, "survey", err)
		return
	}
	plan, err := survey.Garbage(ctx, l.store.LeastGrace())
	if err != nil {
		l.failed(ctx, "plan", err)
		return
	}
	err = l.store.Sweep(ctx, "collector", func(ctx context.Context) error {
		r, err := plan.Sweep(ctx, l.store, nil)
		l.removed.Add(int64(r.Objects))
		l.renewed.Add(int64(r.Renewed))
		return err
	})
	if err == nil {
		l.sweeps.Add(1)
	}
}

func (l *load) failed(ctx context.Context, what string, err error) {
	if ctx.Err() == nil {
		l.Errorf("%s: %v", what, err)
	}
}

// study uses some cells, and at its end all of them at once, as a fit does.
func (l *load) study(ctx context.Context, name string, random *rand.Rand) {
	spec, err := l.store.Put(ctx, []byte("spec of "+name))
	if err != nil {
		l.failed(ctx, name, err)
		return
	}
	for range 3 {
		asked := time.Now()
		id, rec, err := l.cell(ctx, random.IntN(loadCells), spec)
		if err != nil {
			l.failed(ctx, name, err)
			return
		}
		if time.Since(asked) > loadPromise { // it waited for a sweep: it is asked for again, as a fit asks for its cells
			asked = time.Now()
			if _, _, found, err := l.store.Reuse(ctx, rec.Key); err != nil || !found {
				continue
			}
		}
		for time.Since(asked) < loadPromise && ctx.Err() == nil {
			l.there(ctx, name, id, rec, asked)
			time.Sleep(loadPromise / 3)
		}
	}
	select { // until some of what it made is old
	case <-ctx.Done():
	case <-time.After(time.Duration(random.IntN(3000)) * time.Millisecond):
	}
}

// there holds that all that a cell's record names is there, if that is said in the time for which it is promised.
func (l *load) there(ctx context.Context, who string, id ziplaw.ArtifactID, rec ziplaw.Record, asked time.Time) {
	whole, err := l.store.Whole(ctx, id)
	if err != nil {
		l.failed(ctx, who, err)
		return
	}
	_, found, err := l.store.Entry(ctx, rec.Key)
	if time.Since(asked) > loadPromise {
		return
	}
	l.used.Add(1)
	if ctx.Err() == nil && (!whole || !found || err != nil) {
		l.Errorf("%s: cell %s is gone: whole %v, entry %v, %v", who, rec.Label, whole, found, err)
	}
}

// cell finds a cell, or makes it.
func (l *load) cell(ctx context.Context, i int, spec ziplaw.ArtifactID) (ziplaw.ArtifactID, ziplaw.Record, error) {
	name := fmt.Sprint("cell ", i)
	model := strings.Repeat("model of "+name, 20)
	if i%3 == 0 { // large enough for the server to vouch for it
		model = strings.Repeat(model, 2000)
	}
	outputs := []ziplaw.Ref{ref(actions.RoleLosses, ziplaw.IDOf([]byte("losses of "+name))), ref(actions.RoleModel, ziplaw.IDOf([]byte(model)))}
	rec, err := recordOf(actions.NameTrainCell, name, []ziplaw.Ref{ref(actions.RoleSpec, spec), ref(actions.RoleSampleRecord, l.sample)}, outputs, nil)
	if err != nil {
		return "", rec, err
	}
	for ctx.Err() == nil {
		e, there, found, err := l.store.Reuse(ctx, rec.Key)
		if err != nil {
			return "", rec, err
		}
		if found {
			l.found.Add(1)
			return e.Record, there, nil
		}
		if _, before := l.known.LoadOrStore(rec.Key, true); before {
			l.again.Add(1)
		}
		for _, body := range []string{"losses of " + name, model} {
			if _, err := l.store.Put(ctx, []byte(body)); err != nil {
				return "", rec, err
			}
		}
		winner, id, _, err := l.store.Publish(ctx, rec)
		if err == nil {
			return id, winner, nil
		}
		if ctx.Err() == nil {
			l.Logf("published again: %v", err)
		}
	}
	return "", rec, ctx.Err()
}
