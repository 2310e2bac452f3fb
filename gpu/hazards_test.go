package gpu

import (
	"math/rand/v2"
	"testing"
)

// TestConflictsAreInOrder enqueues operations at random, and holds that of every two that conflict the later one waits for the earlier
// one: by its own lane's order, or by a wait, also that of an operation before it.
func TestConflictsAreInOrder(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 1))
		regions := func(n int) (some []region) {
			for range random.IntN(n + 1) {
				some = append(some, region{at: uintptr(random.IntN(60)), bytes: int64(1 + random.IntN(4))})
			}
			return some
		}
		type operation struct {
			use
			lane
			knows [lanes]int // operations of each lane that are done before
		}
		var (
			h       hazards
			all     []operation
			last    [lanes]int // of all, counted from 1
			settled [lanes]int
			waits   int
		)
		for range 400 {
			o := operation{use{regions(2), regions(3)}, lane(random.IntN(2)), [lanes]int{}}
			if last[o.lane] > 0 {
				o.knows = all[last[o.lane]-1].knows
			}
			o.knows[o.lane] = last[o.lane]
			if n := h.before(o.lane, o.use); n > 0 {
				other := o.other()
				settled[other] += n
				of := 0
				for i, p := range all {
					if p.lane != other {
						continue
					}
					if of++; of == settled[other] {
						o.knows[other] = i + 1
						o.knows[o.lane] = max(o.knows[o.lane], p.knows[o.lane])
					}
				}
				h.settle(other, n)
				waits++
			}
			h.add(o.lane, o.use)
			for i, p := range all {
				if p.conflicts(o.use) && o.knows[p.lane] < i+1 {
					t.Fatalf("seed %d: operation %d doesn't wait for %d, which it conflicts with", seed, len(all), i)
				}
			}
			all = append(all, o)
			last[o.lane] = len(all)
		}
		if waits == 0 || waits == len(all) {
			t.Errorf("seed %d: %d waits of %d operations", seed, waits, len(all))
		}
	}
}

// TestConflicts: two that only read don't conflict, nor do neighbours.
func TestConflicts(t *testing.T) {
	at := func(at uintptr, bytes int64) []region { return []region{{at, bytes}} }
	for _, x := range []struct {
		a, b use
		want bool
	}{
		{use{at(0, 4), at(8, 4)}, use{at(4, 4), at(8, 4)}, false},
		{use{at(0, 4), nil}, use{at(3, 4), nil}, true},
		{use{at(0, 4), nil}, use{at(8, 4), at(2, 1)}, true},
		{use{at(8, 4), at(0, 16)}, use{at(4, 1), nil}, true},
		{use{at(0, 0), nil}, use{at(0, 4), nil}, false},
	} {
		if got := x.a.conflicts(x.b); got != x.want {
			t.Errorf("%v and %v: %v", x.a, x.b, got)
		}
		if got := x.b.conflicts(x.a); got != x.want {
			t.Errorf("%v and %v: %v", x.b, x.a, got)
		}
	}
}
