//go:build cuda

package driver

/*
#include "driver.h"
*/
import "C"

import (
	"fmt"
	"reflect"

	"gorgonia.org/cu"
)

// Error is a refusal of the driver, or what it tells of earlier work.
type Error struct {
	Call string // the driver's function, such as cuLaunchKernel
	Code int    // of CUresult
	Name string // of the code, such as CUDA_ERROR_OUT_OF_MEMORY
	Text string // the driver's description
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s (%s, %d)", e.Call, e.Text, e.Name, e.Code) }

// OutOfMemory says that the device or the host had no memory left for the call. Nothing else has changed.
func (e *Error) OutOfMemory() bool { return e.Code == C.CUDA_ERROR_OUT_OF_MEMORY }

// Codes of NVIDIA's headers after 12.6.
const (
	contained        = 226 // CUDA_ERROR_CONTAINED, of 12.9
	tensorMemoryLeak = 721 // CUDA_ERROR_TENSOR_MEMORY_LEAK, of 12.8
)

// lost are the codes after which a context, and what is in its memory, can't be used any more. The descriptions are cuda.h's.
// What Xids are is in NVIDIA's "GPU deployment and management: Xid errors"; the driver tells a program no more than the code.
var lost = map[int]bool{
	// the device
	C.CUDA_ERROR_DEVICE_UNAVAILABLE:   true, // it is in use by others, or drained after an error
	C.CUDA_ERROR_ECC_UNCORRECTABLE:    true, // "an uncorrectable ECC error was detected during execution": Xid 48, 94, 95
	C.CUDA_ERROR_NVLINK_UNCORRECTABLE: true, // "an uncorrectable NVLink error was detected": Xid 74
	contained:                         true, // a memory error that was contained in this process: Xid 94
	C.CUDA_ERROR_UNKNOWN:              true, // "an unknown internal error": what a device that fell off its bus gives (Xid 79)

	// the context, by a kernel: "leaves the process in an inconsistent state and any further CUDA work will return the same error"
	C.CUDA_ERROR_ILLEGAL_ADDRESS:       true, // Xid 31
	C.CUDA_ERROR_LAUNCH_TIMEOUT:        true, // Xid 8
	C.CUDA_ERROR_HARDWARE_STACK_ERROR:  true, // Xid 13
	C.CUDA_ERROR_ILLEGAL_INSTRUCTION:   true, // Xid 13
	C.CUDA_ERROR_MISALIGNED_ADDRESS:    true, // Xid 13
	C.CUDA_ERROR_INVALID_ADDRESS_SPACE: true, // Xid 13
	C.CUDA_ERROR_INVALID_PC:            true, // Xid 13
	C.CUDA_ERROR_LAUNCH_FAILED:         true, // Xid 13, 43
	C.CUDA_ERROR_EXTERNAL_DEVICE:       true,
	tensorMemoryLeak:                   true,
	C.CUDA_ERROR_ASSERT:                true, // "the context cannot be used anymore, and must be destroyed"

	// the context, by others
	C.CUDA_ERROR_CONTEXT_IS_DESTROYED:  true, // "has been destroyed"
	C.CUDA_ERROR_MPS_CLIENT_TERMINATED: true, // "the process must be terminated and relaunched"
}

// faults are those codes of lost that a kernel brings about by itself, whatever the device.
var faults = map[int]bool{
	C.CUDA_ERROR_ILLEGAL_ADDRESS:       true,
	C.CUDA_ERROR_LAUNCH_TIMEOUT:        true,
	C.CUDA_ERROR_ASSERT:                true,
	C.CUDA_ERROR_HARDWARE_STACK_ERROR:  true,
	C.CUDA_ERROR_ILLEGAL_INSTRUCTION:   true,
	C.CUDA_ERROR_MISALIGNED_ADDRESS:    true,
	C.CUDA_ERROR_INVALID_ADDRESS_SPACE: true,
	C.CUDA_ERROR_INVALID_PC:            true,
	C.CUDA_ERROR_LAUNCH_FAILED:         true,
}

// Fault says that a kernel has ended the context: the same launch would do so again.
func (e *Error) Fault() bool { return faults[e.Code] }

// Lost says that the context can't be used any more, and that what was in its memory is gone.
func (e *Error) Lost() bool { return lost[e.Code] }

func check(call string, r C.CUresult) error {
	if r == C.CUDA_SUCCESS {
		return nil
	}
	return newError(call, r)
}

func newError(call string, r C.CUresult) *Error {
	e := &Error{Call: call, Code: int(r), Name: "unknown to the driver", Text: "unknown error"}
	var s *C.char
	if C.cuGetErrorName(r, &s) == C.CUDA_SUCCESS && s != nil {
		e.Name = C.GoString(s)
	}
	if C.cuGetErrorString(r, &s) == C.CUDA_SUCCESS && s != nil {
		e.Text = C.GoString(s)
	}
	return e
}

// FromCU makes an *Error of an error that cu returned from a call. Other errors stay what they are.
func FromCU(call string, err error) error {
	if err == nil || reflect.TypeOf(err) != reflect.TypeOf(cu.OutOfMemory) {
		return err
	}
	return check(call, C.CUresult(reflect.ValueOf(err).Int()))
}
