package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func bitsEqual(a, b []float32) (int, bool) {
	for i := range a {
		if !same(a[i], b[i]) {
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
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
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
		if r.IntN(5) == 0 {
			a = awkward(r, len(a))
		}
		want := append([]float32{}, c...)
		naive(want, ldc, a, lda, transA, b, ldb, transB, m, n, k, accumulate)
		onEveryPath(func(p path) {
			got := append([]float32{}, c...)
			MatMulStrided(got, ldc, a, lda, transA, b, ldb, transB, m, n, k, accumulate)
			if i, ok := bitsEqual(got, want); !ok {
				t.Fatalf("%s: (%d,%d,%d) transA %v transB %v accumulate %v: element %d is %v, want %v", p.name, m, n, k, transA, transB, accumulate, i, got[i], want[i])
			}
		})
	}
}

// TestSplitProducts computes a product in parts, as the documentation of MatMulStrided tells callers to.
func TestSplitProducts(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	const m, n, k, rows, columns = 23, 41, 19, 10, 17
	for _, trans := range [][2]bool{{false, false}, {true, false}, {false, true}, {true, true}} {
		transA, transB := trans[0], trans[1]
		a, b, want := randoms(r, m*k), randoms(r, k*n), make([]float32, m*n)
		MatMul(want, a, transA, b, transB, m, n, k, false)
		lda, ldb, ai, bj := k, n, rows*k, columns
		if transA {
			lda, ai = m, rows
		}
		if transB {
			ldb, bj = k, columns*k
		}
		onEveryPath(func(p path) {
			byRows, byColumns := make([]float32, m*n), make([]float32, m*n)
			MatMulStrided(byRows, n, a, lda, transA, b, ldb, transB, rows, n, k, false)
			MatMulStrided(byRows[rows*n:], n, a[ai:], lda, transA, b, ldb, transB, m-rows, n, k, false)
			MatMulStrided(byColumns, n, a, lda, transA, b, ldb, transB, m, columns, k, false)
			MatMulStrided(byColumns[columns:], n, a, lda, transA, b[bj:], ldb, transB, m, n-columns, k, false)
			for _, got := range [][]float32{byRows, byColumns} {
				if i, ok := bitsEqual(got, want); !ok {
					t.Fatalf("%s: transA %v transB %v: element %d is %v, want %v", p.name, transA, transB, i, got[i], want[i])
				}
			}
		})
	}
}

// TestShortSlicesPanic: assembly checks no bounds.
func TestShortSlicesPanic(t *testing.T) {
	const m, n, k = 9, 20, 5
	for _, transposed := range []bool{false, true} {
		for short := range 3 {
			length := [3]int{m * n, m * k, k * n}
			length[short]--
			c, a, b := make([]float32, length[0]), make([]float32, length[1]), make([]float32, length[2])
			onEveryPath(func(p path) {
				defer func() {
					if recover() == nil {
						t.Errorf("%s: operand %d of C, A, B is too short, and nothing happens", p.name, short)
					}
				}()
				MatMul(c[:len(c):len(c)], a[:len(a):len(a)], transposed, b[:len(b):len(b)], transposed, m, n, k, false)
			})
		}
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
		{"nt", 32, 256, 4, false, true},
		{"nt", 256, 256, 4, false, true},
		{"nt", 256, 256, 32, false, true},
		{"nn", 256, 4, 256, false, false},
		{"nn", 256, 32, 256, false, false},
		{"tn", 256, 32, 256, true, false},
		{"nn", 8192, 192, 64, false, false},
		{"nt", 8192, 64, 192, false, true},
		{"tn", 64, 192, 8192, true, false},
		{"nn", 8192, 64, 64, false, false},
		{"nt", 8192, 64, 64, false, true},
		{"tn", 64, 64, 8192, true, false},
		{"nn", 8192, 768, 256, false, false},
		{"nt", 8192, 256, 768, false, true},
		{"tn", 256, 768, 8192, true, false},
		{"nn", 8192, 1024, 256, false, false},
		{"tn", 64, 32001, 128, true, false},
		{"nn", 128, 32001, 64, false, false},
		{"nn", 128, 64, 32001, false, false},
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
