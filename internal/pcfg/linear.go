package pcfg

import "math"

// solve returns x with (1 - J) x = b for a matrix J of n rows in terms, by
// elimination with row pivoting, in one fixed order of operations. It returns
// nil where the matrix is singular.
func solve(terms []entry, b []float64) []float64 {
	n := len(b)
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = make([]float64, n+1)
		rows[i][i], rows[i][n] = 1, b[i]
	}
	for _, t := range terms {
		rows[t.row][t.column] -= t.value
	}
	for k := range rows {
		if !pivot(rows, k) {
			return nil
		}
		for _, row := range rows[k+1:] {
			eliminate(row[k:], rows[k][k:])
		}
	}
	return substitute(rows)
}

// pivot puts the row with the largest entry in column k at place k.
func pivot(rows [][]float64, k int) bool {
	best := k
	for i := k + 1; i < len(rows); i++ {
		if math.Abs(rows[i][k]) > math.Abs(rows[best][k]) {
			best = i
		}
	}
	rows[k], rows[best] = rows[best], rows[k]
	return rows[k][k] != 0
}

// eliminate takes away from row the multiple of by that makes its first entry 0.
func eliminate(row, by []float64) {
	factor := row[0] / by[0]
	if factor == 0 {
		return
	}
	for j := range row {
		row[j] -= float64(factor * by[j])
	}
}

func substitute(rows [][]float64) []float64 {
	n := len(rows)
	x := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		sum := rows[i][n]
		for j := i + 1; j < n; j++ {
			sum -= float64(rows[i][j] * x[j])
		}
		x[i] = sum / rows[i][i]
	}
	return x
}

// spectralRadius brackets the spectral radius of an irreducible non-negative
// matrix of n rows: after any number of power steps the least and the largest
// growth of an entry bound it (Collatz and Wielandt). The matrix is shifted by
// the identity, so that periodic ones converge too.
func spectralRadius(terms []entry, n int) (low, high float64) {
	const steps, width = 5000, 1e-14
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	for range steps {
		copy(y, x)
		for _, t := range terms {
			y[t.row] += float64(t.value * x[t.column])
		}
		low, high = growth(x, y)
		if high-low <= width*high {
			break
		}
		normalise(x, y)
	}
	return low - 1, high - 1
}

func growth(x, y []float64) (low, high float64) {
	low, high = math.Inf(1), 0
	for i := range x {
		ratio := y[i] / x[i]
		low, high = min(low, ratio), max(high, ratio)
	}
	return low, high
}

// normalise sets x to y, scaled to a largest entry of 1. Entries stay positive
// where they would vanish, which keeps the bounds true.
func normalise(x, y []float64) {
	largest := 0.0
	for _, v := range y {
		largest = max(largest, v)
	}
	for i, v := range y {
		x[i] = max(v/largest, math.SmallestNonzeroFloat64/0x1p-100)
	}
}
