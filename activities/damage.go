package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/store"
)

// damage collects what can't be read of what an activity needs, so that one pass finds all of it. Its methods may be
// called from several goroutines.
type damage struct {
	mu   sync.Mutex
	errs []error
	sets []string
}

// note keeps an error that says that something is corrupt or gone, with the data set that makes it again, and returns any
// other.
func (d *damage) note(dataset string, err error) error {
	if ziplaw.CodeOf(err) != ziplaw.CodeCorruptArtifact {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if several, ok := errors.AsType[*damaged](err); ok {
		d.errs = append(d.errs, several.errs...)
	} else {
		d.errs = append(d.errs, err)
	}
	if !slices.Contains(d.sets, dataset) {
		d.sets = append(d.sets, dataset)
	}
	return nil
}

// err is all that was noted as one error; nil where nothing was.
func (d *damage) err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.errs) == 0 {
		return nil
	}
	return &damaged{errs: slices.Clone(d.errs), sets: slices.Clone(d.sets)}
}

// damaged is everything that one pass found corrupt, and the data sets that make it again.
type damaged struct {
	errs []error
	sets []string
}

// Error names the first artifact and counts the others.
func (d *damaged) Error() string { return d.first().Error() }

// Unwrap is the error as users see it, and all that it stands for.
func (d *damaged) Unwrap() []error { return append([]error{d.first()}, d.errs...) }

func (d *damaged) first() *ziplaw.Error {
	e := *ziplaw.AsError(d.errs[0])
	if n := len(d.errs) - 1; n > 0 {
		e.Message = fmt.Sprintf("%s; %d more are damaged", e.Message, n)
	}
	return &e
}

// readAll reads n things, some of them at once. All that is damaged of them is one error, unless something else goes wrong.
func readAll(ctx context.Context, atOnce, n int, dataset func(int) string, read func(context.Context, int) error) error {
	var found damage
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i := range n {
		g.Go(func() error { return found.note(dataset(i), read(ctx, i)) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return found.err()
}

// artifactErrors are the artifacts in err's tree that can't be had.
func artifactErrors(err error) (all []*store.ArtifactError) {
	if bad, ok := err.(*store.ArtifactError); ok { //nolint:errorlint // the tree is walked here
		return []*store.ArtifactError{bad}
	}
	switch e := err.(type) { //nolint:errorlint // the same
	case interface{ Unwrap() error }:
		return artifactErrors(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			all = append(all, artifactErrors(one)...)
		}
	}
	return all
}

// setsOf are the data sets that make again what err says is damaged.
func setsOf(err error) []string {
	if d, ok := errors.AsType[*damaged](err); ok {
		return d.sets
	}
	return nil
}
