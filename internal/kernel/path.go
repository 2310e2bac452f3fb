package kernel

// path is one way to compute, the same bits in all.
type path struct {
	name string
	run  func(product)
}

var portable = path{name: "portable", run: runPortable}

// current is the way that this processor takes. Only tests change it.
var current = choose()

// choose takes the fastest path.
func choose() path {
	all := paths()
	return all[len(all)-1]
}

// Path names the way that this processor takes: avx512, avx2 or portable. Bits don't depend on it.
func Path() string { return current.name }
