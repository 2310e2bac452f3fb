package random

import "testing"

func BenchmarkBlocks(b *testing.B) {
	k := NewKey(1, "x")
	var s uint64
	for i := uint64(0); b.Loop(); i++ {
		v := k.blocks(i, 3)
		s += v[0]
	}
	_ = s
}
func BenchmarkUint64Plain(b *testing.B) {
	stream, sum := At(1, "bench", 0), uint64(0)
	for i := 0; i < b.N; i++ {
		sum += stream.Uint64()
	}
	if sum == 0 {
		b.Error("all words were zero")
	}
}
