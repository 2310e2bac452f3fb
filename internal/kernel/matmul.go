package kernel

import "sync"

// MatMul computes C(m,n) = op(A)(m,k) · op(B)(k,n), added to C where accumulate is set. All matrices are dense and
// row-major. A is stored (m,k), or (k,m) where transA is set; B is stored (k,n), or (n,k) where transB is set. C must not
// overlap A or B. MatMul panics where a slice is too short.
//
// Each element of C is one chain of fused multiply-adds over k in index order, from +0 or from C's element. A caller may
// so split a product by rows or columns of C, or continue it over blocks of k, and get the same bits; MatMulStrided says
// how. MatMul runs on the caller's goroutine alone, and several may run at once.
func MatMul(c, a []float32, transA bool, b []float32, transB bool, m, n, k int, accumulate bool) {
	lda, ldb := k, n
	if transA {
		lda = m
	}
	if transB {
		ldb = k
	}
	MatMulStrided(c, n, a, lda, transA, b, ldb, transB, m, n, k, accumulate)
}

// MatMulStrided is MatMul on matrices whose stored rows start ldc, lda and ldb elements apart; what lies between the rows
// is left alone.
//
// Rows i to j of C are a product of their own: C from i*ldc on, A from i*lda on (from i on where transA is set). So are
// columns i to j: C from i on, B from i on (from i*ldb on where transB is set).
func MatMulStrided(c []float32, ldc int, a []float32, lda int, transA bool, b []float32, ldb int, transB bool, m, n, k int, accumulate bool) {
	if m == 0 || n == 0 {
		return
	}
	covers(c, m, n, ldc, false)
	if k == 0 {
		if !accumulate {
			clearRows(c, ldc, m, n)
		}
		return
	}
	covers(a, m, k, lda, transA)
	covers(b, k, n, ldb, transB)
	if transB {
		packed := scratch.Get().(*[]float32)
		defer scratch.Put(packed)
		b, ldb = transpose(packed, b, ldb, k, n), n
	}
	p := product{c: c, a: a, b: b, ldc: ldc, aRow: lda, aCol: 1, ldb: ldb, m: m, n: n}
	if transA {
		p.aRow, p.aCol = 1, lda
	}
	for first := 0; first < k; first += blockK {
		p.a, p.b, p.k, p.load = a[first*p.aCol:], b[first*ldb:], min(blockK, k-first), accumulate || first > 0
		current.run(p)
	}
}

// covers panics unless x holds (rows,columns), stored transposed where that is set: assembly checks no bounds.
func covers(x []float32, rows, columns, stride int, transposed bool) {
	if transposed {
		rows, columns = columns, rows
	}
	if stride < columns {
		panic("kernel: rows of a matrix overlap")
	}
	_ = x[(rows-1)*stride+columns-1]
}

// blockK bounds the rows of B that one pass reads: 512 rows of 32 columns are 64 KiB. A further pass continues the
// chains in C.
const blockK = 512

// product is a matrix product whose B is stored (k,n). Element (i,l) of A is a[i*aRow+l*aCol].
type product struct {
	c, a, b         []float32
	ldc, aRow, aCol int
	ldb             int
	m, n, k         int  // at least 1
	load            bool // continue the chains in C
}

func clearRows(c []float32, ldc, m, n int) {
	for i := range m {
		clear(c[i*ldc:][:n])
	}
}

var scratch = sync.Pool{New: func() any { return new([]float32) }}

// transpose writes B, stored (n,k), as (k,n) into packed.
func transpose(packed *[]float32, b []float32, ldb, k, n int) []float32 {
	if cap(*packed) < k*n {
		*packed = make([]float32, k*n)
	}
	t := (*packed)[:k*n]
	const tile = 16
	for j0 := 0; j0 < n; j0 += tile {
		j1 := min(j0+tile, n)
		for l := range k {
			row := t[l*n+j0 : l*n+j1]
			for j := range row {
				row[j] = b[(j0+j)*ldb+l]
			}
		}
	}
	return t
}
