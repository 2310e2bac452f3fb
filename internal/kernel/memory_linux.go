package kernel

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// mappedFloats is the size from which buffers are mapped by themselves: in huge pages, which spare the processor looking up where
// small ones are, and apart from the collector's heap, whose garbage may grow as large as what it holds.
const mappedFloats = 1 << 18

// allocate makes n zeros. The memory is there until release is called, where that isn't nil.
func allocate(n int) (x []float32, release func()) {
	if n < mappedFloats {
		return make([]float32, n), nil
	}
	memory, err := unix.Mmap(-1, 0, n*float, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		return make([]float32, n), nil
	}
	_ = unix.Madvise(memory, unix.MADV_HUGEPAGE) // where the kernel has none, small pages do
	return unsafe.Slice((*float32)(unsafe.Pointer(&memory[0])), n), func() { _ = unix.Munmap(memory) }
}
