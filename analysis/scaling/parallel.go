package scaling

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel runs f for 0 to n-1 on all processors, each with a problem of its own. f writes its own result only. It fails
// where the context ends.
func parallel(ctx context.Context, p *problem, n int, f func(p *problem, i int)) error {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wait.Go(func() {
			mine := p.fork()
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				f(mine, i)
			}
		})
	}
	wait.Wait()
	return ctx.Err()
}
