//go:build cuda

package driver

/*
#cgo nocallback driver_synchronize
#cgo nocallback driver_record
#cgo nocallback driver_wait
#cgo nocallback driver_synchronize_event
#include "driver.h"
*/
import "C"

import "gorgonia.org/cu"

// Synchronize waits for all work of the stream. It returns what went wrong in the context since the last call that told.
func Synchronize(ctx cu.CUContext, s cu.Stream) error {
	return check("cuStreamSynchronize", C.driver_synchronize(contextOf(ctx), streamOf(s)))
}

// Record lets the event name the work that is on the stream now.
func Record(ctx cu.CUContext, e cu.Event, s cu.Stream) error {
	return check("cuEventRecord", C.driver_record(contextOf(ctx), eventOf(e), streamOf(s)))
}

// Wait lets later work of the stream wait for the work that the event names. The host doesn't wait.
func Wait(ctx cu.CUContext, s cu.Stream, e cu.Event) error {
	return check("cuStreamWaitEvent", C.driver_wait(contextOf(ctx), streamOf(s), eventOf(e)))
}

// SynchronizeEvent waits for the work that the event names.
func SynchronizeEvent(ctx cu.CUContext, e cu.Event) error {
	return check("cuEventSynchronize", C.driver_synchronize_event(contextOf(ctx), eventOf(e)))
}
