package llama

import (
	"slices"
	"testing"
)

func TestPadding(t *testing.T) {
	const none = -1
	for _, test := range []struct {
		name, pads     string
		doc            []int32
		tokens, labels []int32
		targets        int
	}{
		{"full", PadMasked, []int32{1, 2, 3, 4}, []int32{1, 2, 3, 4}, []int32{2, 3, 4, none}, 3},
		{"short, masked", PadMasked, []int32{1, 2}, []int32{1, 2, 9, 9}, []int32{2, none, none, none}, 1},
		{"short, counted", PadCounted, []int32{1, 2}, []int32{1, 2, 9, 9}, []int32{2, 9, 9, none}, 3},
		{"one token", PadMasked, []int32{1}, []int32{1, 9, 9, 9}, []int32{none, none, none, none}, 0},
	} {
		tokens, labels := make([]int32, 4), []int32{7, 7, 7, 7}
		targets := place(tokens, labels, test.doc, Recipe{Pad: 9, PadTargets: test.pads})
		if !slices.Equal(tokens, test.tokens) || !slices.Equal(labels, test.labels) || targets != test.targets {
			t.Errorf("%s: tokens %v, labels %v, %d targets", test.name, tokens, labels, targets)
		}
	}
}

func TestBatches(t *testing.T) {
	c := Config{Vocab: 10, Context: 3}
	docs := Slice{{2, 2, 2}, {0, 0, 0}, {1, 1}}
	b, r := newBatch(2, 3), Recipe{Batch: 2, PadTargets: PadMasked}
	n, err := b.fill(c, r, docs, 0)
	if err != nil || n != 2 || b.targets != 4 || !slices.Equal(b.tokens, []int32{2, 2, 2, 0, 0, 0}) {
		t.Errorf("first batch: %d documents, %d targets, %v, %v", n, b.targets, b.tokens, err)
	}
	n, err = b.fill(c, r, docs, 2)
	if err != nil || n != 1 || b.targets != 1 || !slices.Equal(b.tokens[:3], []int32{1, 1, 0}) {
		t.Errorf("last batch: %d documents, %d targets, %v, %v", n, b.targets, b.tokens, err)
	}
}
