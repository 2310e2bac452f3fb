//go:build cuda

package driver

/*
#cgo CFLAGS: -Wno-unused-function
#cgo LDFLAGS: -lcuda
#include "driver.h"
*/
import "C"

import (
	"runtime"
	"unsafe"

	"gorgonia.org/cu"
)

// Each of cu's types is a struct of the driver's handle alone; not all of them hand it out.

func contextOf(c cu.CUContext) C.CUcontext   { return *(*C.CUcontext)(unsafe.Pointer(&c)) }
func functionOf(f cu.Function) C.CUfunction  { return *(*C.CUfunction)(unsafe.Pointer(&f)) }
func streamOf(s cu.Stream) C.CUstream        { return *(*C.CUstream)(unsafe.Pointer(&s)) }
func eventOf(e cu.Event) C.CUevent           { return *(*C.CUevent)(unsafe.Pointer(&e)) }
func addressOf(p cu.DevicePtr) C.CUdeviceptr { return C.CUdeviceptr(p) }

// These don't compile if a type of cu gets another size.
var (
	_ [unsafe.Sizeof(uintptr(0)) - unsafe.Sizeof(cu.CUContext{})]byte
	_ [unsafe.Sizeof(uintptr(0)) - unsafe.Sizeof(cu.Function{})]byte
	_ [unsafe.Sizeof(uintptr(0)) - unsafe.Sizeof(cu.Stream{})]byte
	_ [unsafe.Sizeof(uintptr(0)) - unsafe.Sizeof(cu.Event{})]byte
)

// OnContext calls f on an operating system thread whose current context is ctx, for the calls of cu. Errors of cu become errors
// of this package.
func OnContext(ctx cu.CUContext, f func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := check("cuCtxSetCurrent", C.driver_set_current(contextOf(ctx))); err != nil {
		return err
	}
	return FromCU("cu", f())
}
