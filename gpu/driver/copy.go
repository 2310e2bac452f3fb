//go:build cuda

package driver

/*
#cgo nocallback driver_copy_to_device
#cgo nocallback driver_copy_to_host
#cgo nocallback driver_copy_on_device
#cgo nocallback driver_set
#include "driver.h"
*/
import "C"

import (
	"unsafe"

	"gorgonia.org/cu"
)

// CopyToDevice enqueues a copy of src, a part of pinned memory, which must stay as it is until the copy has ended.
func CopyToDevice(ctx cu.CUContext, dst cu.DevicePtr, src []byte, s cu.Stream) error {
	if len(src) == 0 {
		return nil
	}
	mustBePinned(src)
	from := unsafe.Pointer(unsafe.SliceData(src))
	return check("cuMemcpyHtoDAsync", C.driver_copy_to_device(contextOf(ctx), addressOf(dst), from, C.size_t(len(src)), streamOf(s)))
}

// CopyToHost enqueues a copy to dst, a part of pinned memory, which has it when the copy has ended.
func CopyToHost(ctx cu.CUContext, dst []byte, src cu.DevicePtr, s cu.Stream) error {
	if len(dst) == 0 {
		return nil
	}
	mustBePinned(dst)
	to := unsafe.Pointer(unsafe.SliceData(dst))
	return check("cuMemcpyDtoHAsync", C.driver_copy_to_host(contextOf(ctx), to, addressOf(src), C.size_t(len(dst)), streamOf(s)))
}

// CopyOnDevice enqueues a copy of n bytes from one place of the device's memory to another.
func CopyOnDevice(ctx cu.CUContext, dst, src cu.DevicePtr, n int64, s cu.Stream) error {
	if n == 0 {
		return nil
	}
	return check("cuMemcpyDtoDAsync", C.driver_copy_on_device(contextOf(ctx), addressOf(dst), addressOf(src), C.size_t(n), streamOf(s)))
}

// Set enqueues writing a value to n bytes of the device's memory.
func Set(ctx cu.CUContext, dst cu.DevicePtr, value byte, n int64, s cu.Stream) error {
	if n == 0 {
		return nil
	}
	return check("cuMemsetD8Async", C.driver_set(contextOf(ctx), addressOf(dst), C.uchar(value), C.size_t(n), streamOf(s)))
}
