package kernel

// expSumPortable writes exp(scale (x - shift)) to y, which may be x, and returns the sum of y.
func expSumPortable(y, x []float32, shift, scale float32) float32 {
	expPortable(y, x, shift, scale)
	return sumPortable(y)
}

// softmaxPortable turns rows of scores into weights. A row has a number of columns, a multiple of 16. The first row's first seen
// elements count, and one more of each further row; the others become 0. Stats takes each row's maximum and reciprocal sum.
func softmaxPortable(w, stats []float32, rows, columns, seen int, scale float32) {
	for i := range rows {
		row := w[i*columns:][:columns]
		x := row[:seen+i]
		top := maxPortable(x)
		inverse := 1 / expSumPortable(x, x, top, scale)
		scalePortable(x, x, inverse)
		clear(row[len(x):])
		stats[2*i], stats[2*i+1] = top, inverse
	}
}

// expLanesPortable writes exp(scale (x - shift)) to y, and adds it to the sums of the lanes: those of a row that comes in parts, all but
// the last one of a multiple of the lanes, are those that expSumPortable joins.
func expLanesPortable(y, x []float32, shift, scale float32, sums *[lanes]float32) {
	expPortable(y, x, shift, scale)
	addLanes(sums, y)
}
