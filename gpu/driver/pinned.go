//go:build cuda

package driver

/*
#include "driver.h"
*/
import "C"

import (
	"fmt"
	"sync"
	"unsafe"

	"gorgonia.org/cu"
)

// pinned is the memory that AllocPinned has given, by where it begins.
var pinned = struct {
	sync.RWMutex
	bytes map[uintptr]int
}{bytes: map[uintptr]int{}}

// AllocPinned allocates n bytes of the host that the device reads and writes by itself. They aren't of Go's heap: FreePinned
// frees them. What they hold is unset.
func AllocPinned(ctx cu.CUContext, n int) ([]byte, error) {
	var start unsafe.Pointer
	if err := check("cuMemHostAlloc", C.driver_alloc_pinned(contextOf(ctx), C.size_t(n), &start)); err != nil {
		return nil, err
	}
	pinned.Lock()
	pinned.bytes[uintptr(start)] = n
	pinned.Unlock()
	return unsafe.Slice((*byte)(start), n), nil
}

// FreePinned frees what AllocPinned gave. Copies from and to it must have ended.
func FreePinned(ctx cu.CUContext, b []byte) error {
	start := unsafe.Pointer(unsafe.SliceData(b))
	pinned.Lock()
	delete(pinned.bytes, uintptr(start))
	pinned.Unlock()
	return check("cuMemFreeHost", C.driver_free_pinned(contextOf(ctx), start))
}

// mustBePinned panics for a slice that isn't a part of pinned memory: the driver reads or writes it after the call has returned,
// when the garbage collector may have moved or freed it.
func mustBePinned(b []byte) {
	start := uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	pinned.RLock()
	defer pinned.RUnlock()
	for from, n := range pinned.bytes {
		if start >= from && start+uintptr(len(b)) <= from+uintptr(n) {
			return
		}
	}
	panic(fmt.Sprintf("driver: an asynchronous copy of %d bytes that aren't pinned", len(b)))
}
