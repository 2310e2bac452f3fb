package random

import (
	"slices"
	"testing"
)

// TestPrefixIsPermutations: the first items are those of the whole permutation, however they are found.
func TestPrefixIsPermutations(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 16, 17, 63, 64, 65, 100, 1000, 4095, 4096, 4097, 30_000, 100_001} {
		for seed := range uint64(3) {
			whole := Permutation(seed, "windows", n)
			for _, k := range []int{0, 1, 2, 3, n / 100, n / 16, n/16 + 1, n / 2, n} {
				if k > n {
					continue
				}
				if got := PermutationPrefix(seed, "windows", n, k); !slices.Equal(got, whole[:k]) {
					t.Errorf("seed %d, the first %d of %d: %v, want %v", seed, k, n, got, whole[:k])
				}
			}
		}
	}
}

func TestSeek(t *testing.T) {
	at := At(3, "seek", 7)
	for word := range uint64(20) {
		s := At(3, "seek", 7)
		s.Uint64()
		if s.seek(word); s.Uint64() != at.Uint64() {
			t.Errorf("word %d is another", word)
		}
	}
}

func BenchmarkPrefix(b *testing.B) {
	for b.Loop() {
		PermutationPrefix(1, "windows", 39_000_000, 4224)
	}
}
