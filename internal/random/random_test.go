package random

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"testing"
)

// The vectors are those that the authors of Philox publish with their code
// (Random123, kat_vectors, "philox2x64 10").
func TestPhiloxKnownAnswers(t *testing.T) {
	for _, test := range []struct {
		counter [2]uint64
		key     uint64
		want    [2]uint64
	}{
		{[2]uint64{}, 0, [2]uint64{0xca00a0459843d731, 0x66c24222c9a845b5}},
		{
			[2]uint64{math.MaxUint64, math.MaxUint64}, math.MaxUint64,
			[2]uint64{0x65b021d60cd8310f, 0x4d02f3222f86df20},
		},
		{
			[2]uint64{0x243f6a8885a308d3, 0x13198a2e03707344}, 0xa4093822299f31d0,
			[2]uint64{0x0a5e742c2997341c, 0xb0f883d38000de5d},
		},
	} {
		if got := philox(test.counter, test.key); got != test.want {
			t.Errorf("philox(%x, %x) = %x, want %x", test.counter, test.key, got, test.want)
		}
	}
}

// The interleaved form hands out the plain form's blocks in order, past the end
// of the counter as well.
func TestStreamIsPhiloxInCounterOrder(t *testing.T) {
	key := NewKey(7, "test")
	for _, first := range []uint64{0, math.MaxUint32, math.MaxUint64 - 1, math.MaxUint64} {
		stream := Stream{key: key, index: 1<<40 + 5, block: first}
		for i := range uint64(6) {
			for half, want := range philox([2]uint64{first + i, 1<<40 + 5}, key.philox) {
				if got := stream.Uint64(); got != want {
					t.Fatalf("block %d half %d = %x, want %x", first+i, half, got, want)
				}
			}
		}
	}
}

// Golden values pin the derivation of keys and the layout of counters: every
// stored result depends on them.
func TestGoldenValues(t *testing.T) {
	a, b := At(1, "grammar", 0), At(1, "grammar", 1)
	got := fmt.Sprintf("%016x %016x %016x %d %.17g",
		a.Uint64(), a.Uint64(), b.Uint64(), b.Bounded(1000), b.Float64())
	const want = "56d1e8c37aee1c6c 882111808da35986 038e502e4151809c 564 0.77589265143800656"
	if got != want {
		t.Errorf("values %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(Permutation(3, "documents", 8)), "[0 5 3 7 4 2 1 6]"; got != want {
		t.Errorf("permutation %s, want %s", got, want)
	}
}

func TestSeedPurposeAndIndexAllMatter(t *testing.T) {
	seen := map[uint64]string{}
	for _, seed := range []uint64{0, 1, 1 << 63} {
		for _, purpose := range []string{"", "train", "held-out"} {
			for _, index := range []uint64{0, 1, 1 << 32, 1 << 63} {
				stream := At(seed, purpose, index)
				name := fmt.Sprintf("(%d, %q, %d)", seed, purpose, index)
				value := stream.Uint64()
				if other, taken := seen[value]; taken {
					t.Errorf("%s begins as %s does", name, other)
				}
				seen[value] = name
			}
		}
	}
}

// With n = 3 * 2^62 four words share three results: a generator that rejected
// none would give multiples of three half of the time.
func TestBoundedHasNoBias(t *testing.T) {
	const n, draws = 3 << 62, 30_000
	stream := At(1, "bias", 0)
	var counts [3]float64
	for range draws {
		counts[stream.Bounded(n)%3]++
	}
	if x := chiSquared(counts[:], draws/3); x > 13.8 { // 0.999 quantile, 2 degrees
		t.Errorf("residues of 3 were drawn %v times: chi-squared %.1f", counts, x)
	}
	if got := stream.Bounded(0); got != 0 {
		t.Errorf("Bounded(0) = %d", got)
	}
}

func TestFloat64FillsTheUnitInterval(t *testing.T) {
	const draws, cells = 20_000, 20
	stream := At(2, "float", 0)
	var counts [cells]float64
	for range draws {
		x := stream.Float64()
		if x < 0 || x >= 1 {
			t.Fatalf("Float64() = %v", x)
		}
		counts[int(x*cells)]++
	}
	if x := chiSquared(counts[:], draws/cells); x > 43.8 { // 0.999 quantile, 19 degrees
		t.Errorf("cells of [0, 1) were drawn %v times: chi-squared %.1f", counts, x)
	}
}

func TestPermutation(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000} {
		order := Permutation(1, "p", n)
		slices.Sort(order)
		for i, item := range order {
			if int(item) != i {
				t.Fatalf("n = %d: item %d is missing", n, i)
			}
		}
	}
	counts := map[string]float64{}
	for seed := range uint64(2400) {
		counts[fmt.Sprint(Permutation(seed, "uniform", 4))]++
	}
	var all []float64
	for _, count := range counts {
		all = append(all, count)
	}
	if len(all) != 24 {
		t.Fatalf("%d of 24 orders occur", len(all))
	}
	if x := chiSquared(all, 100); x > 49.7 { // 0.999 quantile, 23 degrees
		t.Errorf("orders of four items: chi-squared %.1f", x)
	}
}

// Neighbouring streams share most bits of the counter: half of the output
// bits must differ all the same.
func TestNeighbouringStreamsAreUnrelated(t *testing.T) {
	key, differing := NewKey(1, "neighbours"), 0
	for i := range uint64(1000) {
		a, b := key.At(i), key.At(i+1)
		differing += bits.OnesCount64(a.Uint64() ^ b.Uint64())
	}
	if mean := float64(differing) / 1000; math.Abs(mean-32) > 0.5 {
		t.Errorf("neighbouring streams differ in %.2f of 64 bits, want 32", mean)
	}
}

func chiSquared(counts []float64, expected float64) (sum float64) {
	for _, count := range counts {
		sum += (count - expected) * (count - expected) / expected
	}
	return sum
}

func BenchmarkUint64(b *testing.B) {
	stream, sum := At(1, "bench", 0), uint64(0)
	for b.Loop() {
		sum += stream.Uint64()
	}
	if sum == 0 {
		b.Error("all words were zero")
	}
}
