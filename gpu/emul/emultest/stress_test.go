//go:build cuda

package emultest_test

import (
	"fmt"
	"io"
	"runtime"
	"runtime/pprof"
	"sync"
	"testing"
	"time"

	"github.com/ziplaw/ziplaw/gpu/driver"
)

// Two threads launch while Go collects garbage, and its signals land on the stacks of kernels' threads.
func TestSignalsAndCollections(t *testing.T) {
	stop := make(chan struct{})
	var background, launchers sync.WaitGroup
	background.Go(func() { collect(stop) })
	if err := pprof.StartCPUProfile(io.Discard); err != nil {
		t.Fatal(err)
	}
	results := make([]map[string]int, 2)
	for i := range results {
		g := open(t)
		launchers.Go(func() { results[i] = spin(g, 2*time.Second) })
	}
	launchers.Wait()
	pprof.StopCPUProfile()
	close(stop)
	background.Wait()
	all := map[string]int{}
	for _, r := range results {
		for result, n := range r {
			all[result] += n
		}
	}
	if len(all) != 1 {
		t.Errorf("%d different results", len(all))
	}
	for _, n := range all {
		t.Logf("%d launches", n)
	}
}

func collect(stop chan struct{}) {
	var keep [][]byte
	for {
		select {
		case <-stop:
			return
		default:
		}
		keep = append(keep, make([]byte, 1<<16))
		if len(keep) > 100 {
			keep = nil
			runtime.GC()
		}
	}
}

// spin launches on changing operating system threads and counts the results.
func spin(g *gpu, d time.Duration) map[string]int {
	const n = 8 * 256
	seen := map[string]int{}
	in, out, f := g.upload(count(n)), g.alloc(4*n), g.function("spin")
	for end := time.Now().Add(d); time.Now().Before(end); {
		g.must(driver.Launch(g.ctx, f, [3]uint32{8, 1, 1}, 256, 0, g.stream, []uint64{uint64(out), uint64(in), 8}))
		seen[fmt.Sprint(download[float32](g, out, n))]++
		runtime.Gosched()
	}
	return seen
}

func BenchmarkLaunch(b *testing.B) {
	g := open(b)
	p, f := g.alloc(16), g.function("add")
	args := []uint64{uint64(p), 0, 0}
	for b.Loop() {
		g.must(driver.Launch(g.ctx, f, [3]uint32{1, 1, 1}, 1, 0, g.stream, args))
	}
	g.must(driver.Synchronize(g.ctx, g.stream))
}

// Suspensions of threads: two barriers and a shuffle a round.
func BenchmarkSuspensions(b *testing.B) {
	g := open(b)
	const n, rounds = 8 * 256, 8
	in, out := g.upload(count(n)), g.alloc(4*n)
	for b.Loop() {
		g.launch("spin", 8, 256, uint64(out), uint64(in), rounds)
		g.must(driver.Synchronize(g.ctx, g.stream))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(n*rounds*3), "ns/suspension")
}
