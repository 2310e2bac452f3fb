package regression

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// each runs f for 0 to n-1 on all processors. f writes its own result only. It fails where the context ends.
func each(ctx context.Context, n int, f func(i int)) error {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(func() error {
			if ctx.Err() == nil {
				f(i)
			}
			return ctx.Err()
		})
	}
	return g.Wait()
}
