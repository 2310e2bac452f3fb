//go:build !linux

package kernel

// allocate makes n zeros. The memory is there until release is called, where that isn't nil.
func allocate(n int) (x []float32, release func()) { return make([]float32, n), nil }
