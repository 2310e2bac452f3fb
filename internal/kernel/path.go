package kernel

// path is one way to compute. All give the same bits.
type path struct {
	name  string
	run   func(product)
	sum   func(x []float32) float32
	dot   func(x, y []float32) float32
	max   func(x []float32) float32
	exp   func(y, x []float32, shift, scale float32)
	scale func(y, x []float32, factor float32)
}

// portable is the plain twin of the assembly.
var portable = path{
	name: "portable", run: runPortable,
	sum: sumPortable, dot: dotPortable, max: maxPortable, exp: expPortable, scale: scalePortable,
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
