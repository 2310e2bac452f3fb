package upkeep

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw/internal/store"
)

// Removed is what a sweep removed.
type Removed struct {
	Amount
	// Renewed counts what somebody has come to need since, and which stays.
	Renewed int `json:"renewed"`
}

// Sweep removes what a plan says, but for what was written again since. It must run within store.Sweep. Progress, which may be nil,
// hears how many objects were looked at.
func (p *Plan) Sweep(ctx context.Context, st *store.Store, progress func(done, of int)) (r Removed, err error) {
	of := len(p.uploads)
	for _, objects := range p.objects {
		of += len(objects)
	}
	var mu sync.Mutex
	done := 0
	count := func(gone bool, size int64) {
		mu.Lock()
		defer mu.Unlock()
		if done++; progress != nil {
			progress(done, of)
		}
		if gone {
			r.add(size)
		} else {
			r.Renewed++
		}
	}
	for _, v := range p.Versions {
		if err := st.RemoveStudy(ctx, p.Study, string(v)); err != nil {
			return r, err
		}
	}
	for _, objects := range p.objects {
		if err := p.remove(ctx, st, objects, count); err != nil {
			return r, err
		}
	}
	for _, u := range p.uploads {
		if err := st.Abort(ctx, u); err != nil {
			return r, err
		}
		count(true, u.Size)
	}
	return r, nil
}

// remove removes objects of one place before the next place's turn comes.
func (p *Plan) remove(ctx context.Context, st *store.Store, objects []store.Object, count func(gone bool, size int64)) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, o := range objects {
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error {
			gone, err := st.RemoveOld(ctx, o.Name, p.Before)
			if err == nil {
				count(gone, o.Size)
			}
			return err
		})
	}
	return g.Wait()
}
