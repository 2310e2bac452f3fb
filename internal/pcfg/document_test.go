package pcfg

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"testing"
)

func mustParse(t testing.TB, text string) *Grammar {
	t.Helper()
	g, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func mustRandom(t testing.TB, c Class, seed uint64) *Grammar {
	t.Helper()
	g, err := Random(c, seed, ContextFree)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func newSampler(t testing.TB, g *Grammar, o SamplerOptions) *Sampler {
	t.Helper()
	s, err := NewSampler(g, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A grammar of one sentence shows the reference's rule: documents of sentences
// of w tokens are the separated sentences cut at the context, and lack the
// separator that would come last.
func TestDocumentsAreFilledAsTheReferenceFillsThem(t *testing.T) {
	for _, test := range []struct {
		rule    string
		context int
		want    []int32
	}{
		{"S -> '7' '8' [1]", 8, []int32{7, 8, 0, 7, 8, 0, 7, 8}},
		{"S -> '7' '8' [1]", 9, []int32{7, 8, 0, 7, 8, 0, 7, 8}}, // the last separator is not written
		{"S -> '7' '8' [1]", 7, []int32{7, 8, 0, 7, 8, 0, 7}},
		{"S -> '7' '8' [1]", 2, []int32{7, 8}},
		{"S -> '7' [1]", 5, []int32{7, 0, 7, 0, 7}},
		{"S -> '7' [1]", 4, []int32{7, 0, 7}},
		{"S -> '1' '2' '3' '4' [1]", 3, []int32{1, 2, 3}},
		{"S -> '0' '0' [1]", 3, []int32{0, 0}}, // two terminals, then no separator
		{"S -> [1]", 3, []int32{0, 0}},         // empty sentences
		{"S -> A A [1] \n A -> '5' B [1] \n B -> '6' [1]", 6, []int32{5, 6, 5, 6, 0, 5}},
	} {
		s := newSampler(t, mustParse(t, test.rule), SamplerOptions{Context: test.context, Separator: SharedSeparator})
		got := s.Document([]int32{-1}, Train, 3)
		if got[0] != -1 || !slices.Equal(got[1:], test.want) {
			t.Errorf("%s at context %d: %v, want -1 and %v", test.rule, test.context, got, test.want)
		}
	}
}

func TestDocumentsHoldTheContextOrOneLess(t *testing.T) {
	for _, class := range []Class{{3, 20, 2, 2}, {20, 300, 10, 5}} {
		s := newSampler(t, mustRandom(t, class, 2), SamplerOptions{Seed: 1, Context: 256, Separator: SharedSeparator})
		lengths := map[int]int{}
		for i := range uint64(500) {
			lengths[len(s.Document(nil, Train, i))]++
		}
		if lengths[255] == 0 || lengths[256] == 0 || lengths[255]+lengths[256] != 500 {
			t.Errorf("%v: lengths of 500 documents: %v", class, lengths)
		}
	}
}

func TestReservedSeparatorIsNoTerminal(t *testing.T) {
	g := mustParse(t, "S -> '0' [0.5] | '4' S [0.5]")
	shared := newSampler(t, g, SamplerOptions{Seed: 5, Context: 64, Separator: SharedSeparator})
	reserved := newSampler(t, g, SamplerOptions{Seed: 5, Context: 64, Separator: ReservedSeparator})
	if got := shared.Vocabulary(); !slices.Equal(got, []int32{0, 4}) {
		t.Errorf("shared vocabulary %v", got)
	}
	if got := reserved.Vocabulary(); !slices.Equal(got, []int32{0, 1, 5}) {
		t.Errorf("reserved vocabulary %v", got)
	}
	a, b := shared.Document(nil, Train, 0), reserved.Document(nil, Train, 0)
	ends := 0
	for i, token := range b {
		if token == 0 { // after each sentence, all of which end in terminal 0
			ends++
			if b[i-1] != 1 || a[i] != 0 {
				t.Fatalf("reserved %v, shared %v: token %d is no separator", b, a, i)
			}
		} else if a[i] != token-1 {
			t.Fatalf("reserved %v, shared %v: token %d is not shifted by one", b, a, i)
		}
	}
	if ends == 0 {
		t.Errorf("no separator in %v", b)
	}
}

func TestVocabularyCoversEveryDocument(t *testing.T) {
	for seed := range uint64(4) {
		s := newSampler(t, mustRandom(t, Class{10, 150, 5, 3}, seed+1), SamplerOptions{Context: 256, Separator: SharedSeparator})
		occur := map[int32]bool{}
		for i := range uint64(2000) {
			for _, token := range s.Document(nil, Train, i) {
				occur[token] = true
			}
		}
		for _, token := range s.Vocabulary() {
			delete(occur, token)
		}
		if len(occur) > 0 {
			t.Errorf("grammar %d: tokens %v are not in the vocabulary", seed+1, occur)
		}
	}
}

func TestEveryPurposeAndIndexHasDocumentsOfItsOwn(t *testing.T) {
	g := mustRandom(t, Class{20, 300, 10, 5}, 1)
	seen := map[string]string{}
	for seed := range uint64(2) {
		s := newSampler(t, g, SamplerOptions{Seed: seed, Context: 256, Separator: SharedSeparator})
		for _, purpose := range []string{Train, HeldOut, "sample"} {
			for i := range uint64(50) {
				name, document := fmt.Sprint(seed, purpose, i), fmt.Sprint(s.Document(nil, purpose, i))
				if other, taken := seen[document]; taken {
					t.Errorf("documents %s and %s are the same", name, other)
				}
				seen[document] = name
			}
		}
	}
}

func TestDocumentsDependOnNothingElse(t *testing.T) {
	o := SamplerOptions{Seed: 9, Context: 128, Separator: SharedSeparator}
	g := mustRandom(t, Class{20, 300, 10, 5}, 1)
	a, b := newSampler(t, g, o), newSampler(t, mustParse(t, g.String()), o)
	var forward [20][]int32
	for i := range forward {
		forward[i] = a.Document(nil, HeldOut, uint64(i))
	}
	long := newSampler(t, g, SamplerOptions{Seed: 9, Context: 200, Separator: SharedSeparator})
	for i := len(forward) - 1; i >= 0; i-- {
		if got := b.Document(nil, HeldOut, uint64(i)); !slices.Equal(got, forward[i]) {
			t.Errorf("document %d read backwards from the grammar's text is %v, not %v", i, got, forward[i])
		}
		if got := long.Document(nil, HeldOut, uint64(i)); !slices.Equal(got[:len(forward[i])], forward[i]) {
			t.Errorf("document %d of a longer context begins otherwise", i)
		}
	}
}

func TestGoroutinesShareASampler(t *testing.T) {
	const goroutines, documents = 8, 50
	s := newSampler(t, mustRandom(t, Class{20, 300, 10, 5}, 1), SamplerOptions{Seed: 9, Context: 256, Separator: SharedSeparator})
	var got [goroutines][documents][]int32
	var wait sync.WaitGroup
	for i := range got {
		wait.Go(func() {
			for j := range got[i] {
				at := (i*7 + j) % documents // each in an order of its own
				got[i][at] = s.Document(nil, Train, uint64(at))
			}
		})
	}
	wait.Wait()
	for i := range got {
		for j, document := range got[i] {
			if want := s.Document(nil, Train, uint64(j)); !slices.Equal(document, want) {
				t.Fatalf("goroutine %d draws document %d as %v, not %v", i, j, document, want)
			}
		}
	}
}

// The digests pin the bits: grammars, sampling and documents.
func TestGoldenDigests(t *testing.T) {
	for _, test := range []struct {
		class Class
		pfsa  string
		want  string
	}{
		{Class{3, 20, 2, 2}, ContextFree, "850e09261dab8f77 88fdda6e09287cbd"},
		{Class{20, 300, 10, 5}, ContextFree, "c50b4cce344e3100 1d59a3e9b8cd8e5b"},
		{Class{50, 100, 30, 15}, ContextFree, "4a8b102c2fc29f64 26001b4aa18bd697"}, // mean children above 1
		{Class{20, 300, 10, 5}, Reference, "42c51a503d47fc95 e8dbc2c5149962f8"},
		{Class{20, 300, 10, 5}, RightLinear, "c8c44fcbc31e81bd 626eff5b7fdd7e1c"},
	} {
		g, err := Random(test.class, 1, test.pfsa)
		if err != nil {
			t.Fatal(err)
		}
		s := newSampler(t, g, SamplerOptions{Seed: 1, Context: 256, Separator: SharedSeparator})
		h := sha256.New()
		for i := range uint64(100) {
			for _, token := range append(s.Document(nil, Train, i), s.Document(nil, HeldOut, i)...) {
				_ = binary.Write(h, binary.LittleEndian, token)
			}
		}
		got := fmt.Sprintf("%.8x %.8x", sha256.Sum256([]byte(g.String())), h.Sum(nil))
		if got != test.want {
			t.Errorf("%v %s: digests of grammar and documents %s, want %s", test.class, test.pfsa, got, test.want)
		}
	}
}

func TestSamplerOptionsAreChecked(t *testing.T) {
	g := mustParse(t, "S -> '1' [1]")
	for _, o := range []SamplerOptions{
		{Context: 1, Separator: SharedSeparator}, {Context: -1, Separator: SharedSeparator},
		{Context: 256}, {Context: 256, Separator: "none"},
	} {
		if _, err := NewSampler(g, o); err == nil {
			t.Errorf("options %+v are accepted", o)
		}
	}
}
