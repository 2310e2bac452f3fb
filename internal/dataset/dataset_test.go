package dataset

import (
	"bytes"
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
	for _, largest := range []int32{99, 70000} {
		docs := [][]int32{{1, 2, 3}, {}, {largest, 5, 6, 7, 8}, {0}}
		w := NewShardWriter(largest, 5, len(docs))
		for _, d := range docs {
			w.Add(d)
		}
		r, err := NewShardReader(bytes.NewReader(w.Bytes()), int64(len(w.Bytes())))
		if err != nil || r.Len() != len(docs) || w.Documents != len(docs) {
			t.Fatal(r, err)
		}
		for _, i := range []int{2, 0, 3, 1, 2} {
			got, err := r.Append([]int32{-1}, i)
			if err != nil || !slices.Equal(got[1:], docs[i]) {
				t.Errorf("ids up to %d: document %d is %v, %v", largest, i, got, err)
			}
		}
		for _, i := range []int{-1, len(docs)} {
			if _, err := r.Append(nil, i); err == nil {
				t.Errorf("there is a document %d", i)
			}
		}
	}
}

func FuzzShardReader(f *testing.F) {
	for _, largest := range []int32{9, 1 << 20} {
		w := NewShardWriter(largest, 3, 2)
		w.Add([]int32{1, 2})
		w.Add([]int32{3, 4, 5})
		f.Add(w.Bytes())
		f.Add(w.Bytes()[:len(w.Bytes())-1])
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := NewShardReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		for i := range min(r.Len(), 100) {
			doc, err := r.Append(nil, i)
			if err == nil && len(doc) > len(b) {
				t.Errorf("%d ids of %d bytes", len(doc), len(b))
			}
		}
	})
}

// TestDocumentsInShards: a document is found by its number whatever shard it lies in, and read in an order in the models' ids.
func TestDocumentsInShards(t *testing.T) {
	var shards []*ShardReader
	for first := 0; first < 8; first += 3 {
		w := NewShardWriter(1000, 2, 3)
		for i := first; i < min(first+3, 8); i++ {
			w.Add([]int32{int32(100 * i), 7})
		}
		r, err := NewShardReader(bytes.NewReader(w.Bytes()), int64(len(w.Bytes())))
		if err != nil {
			t.Fatal(err)
		}
		shards = append(shards, r)
	}
	d := NewDocuments(shards)
	v, err := StoredVocabulary(Manifest{Vocabulary: 9, IDs: []int32{0, 7, 100, 200, 300, 400, 500, 600, 700}})
	if err != nil {
		t.Fatal(err)
	}
	r := NewReading(d, v, []int32{7, 0, 4})
	for i, want := range [][]int32{{8, 1}, {0, 1}, {5, 1}} {
		if got, err := r.Document(i); err != nil || !slices.Equal(got, want) {
			t.Errorf("document %d in the order: %v, %v", i, got, err)
		}
	}
	if all := NewReading(d, v, nil); d.Len() != 8 || all.Len() != 8 || r.Len() != 3 {
		t.Errorf("%d documents, %d read, %d in the order", d.Len(), all.Len(), r.Len())
	}
	if _, err := d.Append(nil, 8); err == nil {
		t.Error("there is a ninth document")
	}
	for _, ids := range [][]int32{{1, 0}, {-1, 0}, {3, 3}} {
		if _, err := StoredVocabulary(Manifest{Vocabulary: 2, IDs: ids}); err == nil {
			t.Errorf("ids %v are a vocabulary", ids)
		}
	}
	if err := v.Compact([]int32{8}); err == nil {
		t.Error("an id that isn't there has a place")
	}
}
