package kernel

// MatMul computes C(m,n) = op(A)(m,k) · op(B)(k,n), added to C where accumulate is set. All matrices are dense and
// row-major. A is stored (m,k), or (k,m) where transA is set; B is stored (k,n), or (n,k) where transB is set. C must not
// overlap A or B. MatMul panics where a slice is too short.
//
// Each element of C is one chain of fused multiply-adds over k in index order, from +0 or from C's element. A caller may
// so split a product by rows or columns of C, or continue it over blocks of k, and get the same bits; MatMulStrided says
// how. MatMul runs on the caller's goroutine alone, and several may run at once.
func MatMul(c, a []float32, transA bool, b []float32, transB bool, m, n, k int, accumulate bool) {
	lda, ldb := denseStrides(transA, transB, m, n, k)
	MatMulStrided(c, n, a, lda, transA, b, ldb, transB, m, n, k, accumulate)
}

// denseStrides are those of A and B with nothing between their rows.
func denseStrides(transA, transB bool, m, n, k int) (lda, ldb int) {
	lda, ldb = k, n
	if transA {
		lda = m
	}
	if transB {
		ldb = k
	}
	return lda, ldb
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
	s := spaces.Get().(*space)
	s.multiply(c, ldc, leftOf(a, lda, transA, m, k), rightOf(b, ldb, transB, k, n), m, n, k, accumulate)
	spaces.Put(s)
}

// leftOf and rightOf are operands that hold what their sizes want.
func leftOf(a []float32, lda int, transA bool, m, k int) left {
	covers(a, m, k, lda, transA)
	return left{a, lda, transA}
}

func rightOf(b []float32, ldb int, transB bool, k, n int) right {
	covers(b, k, n, ldb, transB)
	return right{x: b, stride: ldb, transposed: transB}
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

func clearRows(c []float32, ldc, m, n int) {
	for i := range m {
		clear(c[i*ldc:][:n])
	}
}
