package kernel

// path is one way to compute. All give the same bits. Slices of a function have the length of its first.
type path struct {
	name      string
	tiles     *tiles // nil: the plain twin
	transpose func(y []float32, ldy int, x []float32, stride, rows, length int)

	sum   func(x []float32) float32
	dot   func(x, y []float32) float32
	max   func(x []float32) float32
	scale func(y, x []float32, factor float32)
	add   func(sum, x, y []float32)

	expLanes       func(y, x []float32, shift, scale float32, sums *[lanes]float32)
	softmax        func(w, stats []float32, rows, columns, seen int, scale float32)
	scoreWeights   func(p, stats []float32, rows int, scale float32)
	scoreGradients func(dp, p, d []float32, rows int, scale float32)
	dots           func(d, x, y []float32, columns, stride int)
	scaleRow       func(y, x, w []float32, rstd float32)
	norms          func(y, x, w, rstd []float32)
	normGradients  func(dx, dy, x, w, rstd []float32)
	weightGradient func(dw, dy, x, rstd []float32, stride int)
	turns          func(x, cos, sin []float32, rows, heads, half, stride int, sign float32)
	gates          func(act, gateUp []float32, rows, columns int)
	gateGradients  func(dgateUp, act, dact, gateUp []float32, rows, columns int)
	adamw          func(p, m, v, g []float32, u *[UpdateFactors]float32)
}

// portable is the plain twin of the assembly.
var portable = path{
	name: "portable", transpose: transposePortable,
	sum: sumPortable, dot: dotPortable, max: maxPortable, scale: scalePortable, add: addPortable,
	expLanes: expLanesPortable, softmax: softmaxPortable, scoreWeights: scoreWeightsPortable, scoreGradients: scoreGradientsPortable, dots: dotsPortable, scaleRow: scaleRowPortable,
	norms: normsPortable, normGradients: normGradientsPortable, weightGradient: weightGradientPortable, turns: turnsPortable, gates: gatesPortable,
	gateGradients: gateGradientsPortable, adamw: adamwPortable,
}

// withTiles is a path with other tiles.
func withTiles(p path, t *tiles) path {
	p.tiles = t
	return p
}

// current is the way that this processor takes. Only tests change it.
var current = choose()

// choose takes the fastest path.
func choose() path {
	all := paths()
	return all[len(all)-1]
}

// Path names the way that this processor takes: avx512, avx2 or portable. Bits don't depend on it.
func Path() string { return current.name }
