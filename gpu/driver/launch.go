//go:build cuda

package driver

/*
#cgo noescape driver_launch
#cgo nocallback driver_launch
#include "driver.h"
*/
import "C"

import (
	"fmt"
	"unsafe"

	"gorgonia.org/cu"
)

// MaxArguments is how many parameters a kernel can have in Launch.
const MaxArguments = C.driver_max_arguments

// Launch enqueues a kernel: grid blocks of threads threads with shared bytes of dynamic shared memory. Each parameter is in the low
// bytes of one of args, which are read before it returns. It doesn't wait.
func Launch(ctx cu.CUContext, f cu.Function, grid [3]uint32, threads, shared uint32, s cu.Stream, args []uint64) error {
	if len(args) > MaxArguments {
		panic(fmt.Sprintf("driver: a kernel with %d parameters, of at most %d", len(args), MaxArguments))
	}
	slots := (*C.ulonglong)(unsafe.Pointer(unsafe.SliceData(args)))
	r := C.driver_launch(contextOf(ctx), functionOf(f), C.uint(grid[0]), C.uint(grid[1]), C.uint(grid[2]), C.uint(threads),
		C.uint(shared), streamOf(s), slots, C.int(len(args)))
	return check("cuLaunchKernel", r)
}
