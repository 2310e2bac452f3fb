// Package driver makes the calls of the CUDA driver that gorgonia.org/cu lacks, on cu's handles: launches in one crossing to C,
// captured graphs, pinned memory, copies that don't wait, and attributes of functions. It is no binding of its own: devices,
// contexts, modules and memory are cu's.
//
// Every call takes its context and makes it current in the same crossing, so that a goroutine may make one call on one thread and
// the next on another. Calls of cu look at the thread's context: OnContext is for them.
//
// The package needs cgo and the build tag cuda. A program with it doesn't start without libcuda.so.1.
package driver
