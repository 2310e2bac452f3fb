package dataset

import (
	"slices"
	"testing"
)

func TestOrderNestsAndPermutes(t *testing.T) {
	long := Order(7, 1000, Unbounded)
	for _, n := range []int{0, 1, 2, 3, 255, 256, 700, 1000} {
		if got := Order(7, n, Unbounded); !slices.Equal(got, long[:n]) {
			t.Errorf("order of %d documents is no prefix of that of 1000", n)
		}
	}
	sorted := slices.Sorted(slices.Values(Order(7, 512, Unbounded)))
	for i, d := range sorted {
		if int(d) != i {
			t.Fatalf("the first 512 documents in order are not documents 0 to 511: %d at %d", d, i)
		}
	}
	if slices.Equal(Order(1, 256, Unbounded), Order(2, 256, Unbounded)) {
		t.Error("two seeds give one order")
	}
}

func TestOrderStaysInTheDataSet(t *testing.T) {
	order := Order(3, 2000, 1500)
	if len(order) != 1500 {
		t.Fatalf("%d documents of a data set of 1500", len(order))
	}
	for i, d := range slices.Sorted(slices.Values(order)) {
		if int(d) != i {
			t.Fatalf("document %d is missing or twice", i)
		}
	}
}

func TestCeilingBoundsEveryOrder(t *testing.T) {
	for _, n := range []int{1, 2, 3, 100, 256, 257} {
		if top := slices.Max(Order(1, n, Unbounded)); int(top) >= Ceiling(n) {
			t.Errorf("order of %d documents reads document %d, ceiling %d", n, top, Ceiling(n))
		}
	}
}

func TestShardRoundTrip(t *testing.T) {
	docs := [][]int32{{1, 2, 3}, {}, {70000, 5}}
	for _, vocabulary := range []int{100, 1 << 17} {
		w := NewShardWriter(vocabulary, 256)
		for _, d := range docs {
			if vocabulary == 100 && len(d) == 2 {
				d = []int32{99, 5}
			}
			w.Add(d)
		}
		got, err := DecodeShard(w.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 3 || !slices.Equal(got[0], docs[0]) || len(got[1]) != 0 || got[2][1] != 5 {
			t.Errorf("vocabulary %d: read back %v", vocabulary, got)
		}
	}
}

func FuzzDecodeShard(f *testing.F) {
	f.Add([]byte{2, 1, 0, 9, 0})
	f.Add([]byte{4, 255, 255, 255, 255})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		docs, err := DecodeShard(b)
		if err != nil {
			return
		}
		again := &ShardWriter{width: int(b[0]), bytes: b[:1:1]}
		for _, d := range docs {
			again.Add(d)
		}
		if !slices.Equal(again.Bytes(), b) {
			t.Errorf("%x decodes and encodes to %x", b, again.Bytes())
		}
	})
}
