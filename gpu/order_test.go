package gpu

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSortRows(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var s sorter
	for _, c := range []struct{ n, ids int }{{0, 1}, {1, 1}, {7, 1}, {100, 3}, {1000, 2048}, {1000, 5000}, {300, 1 << 23}, {300, 1<<31 - 1}} {
		ids := make([]int32, c.n)
		for i := range ids {
			ids[i] = r.Int32N(int32(c.ids))
		}
		order, starts := make([]int32, c.n), make([]int32, c.n)
		sortRows(order, starts, ids, &s)
		want, wantStarts := make([]int32, c.n), []int32{}
		for i := range want {
			want[i] = int32(i)
		}
		slices.SortStableFunc(want, func(a, b int32) int { return cmp.Compare(ids[a], ids[b]) })
		for i := range want {
			if i == 0 || ids[want[i]] != ids[want[i-1]] {
				wantStarts = append(wantStarts, int32(i))
			}
		}
		for len(wantStarts) < c.n {
			wantStarts = append(wantStarts, int32(c.n))
		}
		if !slices.Equal(order, want) {
			t.Errorf("%d rows of %d ids: order %v, want %v", c.n, c.ids, order, want)
		}
		if !slices.Equal(starts, wantStarts) {
			t.Errorf("%d rows of %d ids: starts %v, want %v", c.n, c.ids, starts, wantStarts)
		}
	}
}

func BenchmarkSortRows(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	ids := make([]int32, 8192)
	for i := range ids {
		ids[i] = r.Int32N(32001)
	}
	order, starts := make([]int32, len(ids)), make([]int32, len(ids))
	var s sorter
	for b.Loop() {
		sortRows(order, starts, ids, &s)
	}
}
