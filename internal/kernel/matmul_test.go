package kernel

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"runtime"
	"testing"

	"golang.org/x/sys/cpu"
)

func bitsEqual(a, b []float32) (int, bool) {
	for i := range a {
		if math.Float32bits(a[i]) != math.Float32bits(b[i]) {
			return i, false
		}
	}
	return 0, true
}

func randoms(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
		if r.IntN(50) == 0 {
			x[i] = math.Float32frombits(r.Uint32() & 0x807fffff) // denormals and both zeros
		}
	}
	return x
}

// naive is the definition: one chain of fused multiply-adds for each element.
func naive(c []float32, ldc int, a []float32, lda int, transA bool, b []float32, ldb int, transB bool, m, n, k int, accumulate bool) {
	for i := range m {
		for j := range n {
			sum := float32(0)
			if accumulate {
				sum = c[i*ldc+j]
			}
			for l := range k {
				x, y := a[(i*lda+l)%len(a)], b[(l*ldb+j)%len(b)]
				if transA {
					x = a[l*lda+i]
				}
				if transB {
					y = b[j*ldb+l]
				}
				sum = FMA(x, y, sum)
			}
			c[i*ldc+j] = sum
		}
	}
}

func TestEveryPathGivesTheChain(t *testing.T) {
	defer func(p path) { current = p }(current)
	r := rand.New(rand.NewPCG(1, 2))
	for range 150 {
		m, n, k := 1+r.IntN(40), 1+r.IntN(70), r.IntN(60)
		if r.IntN(20) == 0 {
			k = blockK + r.IntN(20)
		}
		transA, transB, accumulate := r.IntN(2) == 0, r.IntN(2) == 0, r.IntN(2) == 0
		lda, ldb, ldc := k+r.IntN(3), n+r.IntN(3), n+r.IntN(3)
		if transA {
			lda = m + r.IntN(3)
		}
		if transB {
			ldb = k + r.IntN(3)
		}
		a, b, c := randoms(r, (max(m, k)+1)*(lda+1)), randoms(r, (max(n, k)+1)*(ldb+1)), randoms(r, (m+1)*ldc)
		want := append([]float32{}, c...)
		naive(want, ldc, a, lda, transA, b, ldb, transB, m, n, k, accumulate)
		for _, p := range paths() {
			current = p
			got := append([]float32{}, c...)
			MatMulStrided(got, ldc, a, lda, transA, b, ldb, transB, m, n, k, accumulate)
			if i, ok := bitsEqual(got, want); !ok {
				t.Fatalf("%s: (%d,%d,%d) transA %v transB %v accumulate %v: element %d is %v, want %v", p.name, m, n, k, transA, transB, accumulate, i, got[i], want[i])
			}
		}
	}
}

// TestPathsOfThisProcessor fails where the processor has vector units that no path takes.
func TestPathsOfThisProcessor(t *testing.T) {
	names := map[string]bool{}
	for _, p := range paths() {
		names[p.name] = true
	}
	t.Logf("%s: %v, taken: %s", runtime.GOARCH, names, Path())
	if assembly && (cpu.X86.HasAVX512F && !names["avx512"] || cpu.X86.HasAVX2 && cpu.X86.HasFMA && !names["avx2"]) {
		t.Errorf("the processor has more than %v", names)
	}
}

// TestGoldenProduct pins bits that hold on every processor and for every build tag.
func TestGoldenProduct(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const m, n, k = 37, 45, 71
	c := make([]float32, m*n)
	MatMul(c, randoms(r, m*k), false, randoms(r, n*k), true, m, n, k, false)
	pin(t, c, "1cfc36f183422c1da858a5b1c7d49ba3e0f4a77899aa92d40a623b1f83620854")
}

func TestFMARoundsOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 300000 {
		x, y := math.Float32frombits(r.Uint32()), math.Float32frombits(r.Uint32())
		z := math.Float32frombits(r.Uint32())
		if r.IntN(2) == 0 && y != 0 { // near-cancellation and ties are where double rounding shows
			z = -x * y * (1 + float32(r.IntN(5)-2)*0x1p-23)
		}
		if bad(x) || bad(y) || bad(z) {
			continue
		}
		exact := new(big.Float).SetPrec(2000).SetMode(big.ToNearestEven)
		exact.Mul(big.NewFloat(float64(x)).SetPrec(2000), big.NewFloat(float64(y)).SetPrec(2000))
		exact.Add(exact, big.NewFloat(float64(z)).SetPrec(2000))
		want, _ := exact.Float32()
		if got := FMA(x, y, z); got != want {
			t.Fatalf("FMA(%x, %x, %x) = %x, want %x", x, y, z, got, want)
		}
	}
}

func bad(x float32) bool { return x != x || math.IsInf(float64(x), 0) }

func BenchmarkMatMul(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, s := range []struct {
		name    string
		m, n, k int
		transA  bool
		transB  bool
	}{
		{"nn", 512, 32, 4, false, false},
		{"nn", 512, 32, 32, false, false},
		{"nn", 512, 500, 4, false, false},
		{"nn", 512, 500, 32, false, false},
		{"nt", 512, 4, 500, false, true},
		{"nt", 512, 32, 500, false, true},
		{"tn", 4, 12, 512, true, false},
		{"tn", 4, 500, 512, true, false},
		{"tn", 32, 500, 512, true, false},
		{"nt", 64, 256, 4, false, true},
		{"nt", 256, 256, 4, false, true},
		{"nt", 256, 256, 32, false, true},
		{"nn", 256, 4, 256, false, false},
		{"nn", 256, 32, 256, false, false},
		{"tn", 256, 32, 256, true, false},
		{"nn", 512, 512, 512, false, false},
		{"nn", 1024, 1024, 1024, false, false},
		{"tn", 1024, 1024, 1024, true, false},
		{"nt", 1024, 1024, 1024, false, true},
	} {
		for _, p := range paths() {
			b.Run(fmt.Sprintf("%s/%dx%dx%d/%s", s.name, s.m, s.n, s.k, p.name), func(b *testing.B) {
				if p.name == "portable" && s.m*s.n*s.k > 1<<24 {
					b.Skip("too slow to be of interest")
				}
				defer func(p path) { current = p }(current)
				current = p
				x, y, c := randoms(r, s.m*s.k), randoms(r, s.k*s.n), make([]float32, s.m*s.n)
				for i := range x {
					x[i] = float32(r.NormFloat64())
				}
				b.ReportAllocs()
				for b.Loop() {
					MatMul(c, x, s.transA, y, s.transB, s.m, s.n, s.k, false)
				}
				b.ReportMetric(2*float64(s.m*s.n*s.k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}
