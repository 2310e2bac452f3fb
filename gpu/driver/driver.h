/* Calls of the driver in a context. Each is one crossing from Go. */
#pragma once
#include <cuda.h>

#define IN_CONTEXT(context)                              \
  do {                                                   \
    CUresult current = cuCtxSetCurrent(context);         \
    if (current != CUDA_SUCCESS) return current;         \
  } while (0)

enum { driver_max_arguments = 64 };

/* A kernel's parameters lie in slots of 8 bytes, little-endian; the driver reads as many bytes as each parameter has. */
static CUresult driver_launch(CUcontext context, CUfunction f, unsigned x, unsigned y, unsigned z, unsigned threads, unsigned shared,
                              CUstream stream, const unsigned long long *slots, int n) {
  void *parameters[driver_max_arguments];
  IN_CONTEXT(context);
  for (int i = 0; i < n; i++) parameters[i] = (void *)(slots + i);
  return cuLaunchKernel(f, x, y, z, threads, 1, 1, shared, stream, parameters, 0);
}

static CUresult driver_set_current(CUcontext context) { return cuCtxSetCurrent(context); }

static CUresult driver_begin_capture(CUcontext context, CUstream stream) {
  IN_CONTEXT(context);
  return cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_RELAXED);
}

/* Ends a capture, whatever it has seen, and makes what can be launched of it. */
static CUresult driver_end_capture(CUcontext context, CUstream stream, int keep, CUgraphExec *executable) {
  CUgraph graph = 0;
  CUresult r;
  IN_CONTEXT(context);
  r = cuStreamEndCapture(stream, &graph);
  if (r == CUDA_SUCCESS && keep) r = cuGraphInstantiateWithFlags(executable, graph, 0);
  if (graph) cuGraphDestroy(graph);
  return r;
}

static CUresult driver_launch_graph(CUcontext context, CUgraphExec graph, CUstream stream) {
  IN_CONTEXT(context);
  return cuGraphLaunch(graph, stream);
}

static CUresult driver_destroy_graph(CUcontext context, CUgraphExec graph) {
  IN_CONTEXT(context);
  return cuGraphExecDestroy(graph);
}

static CUresult driver_alloc_pinned(CUcontext context, size_t bytes, void **start) {
  IN_CONTEXT(context);
  return cuMemHostAlloc(start, bytes, 0);
}

static CUresult driver_free_pinned(CUcontext context, void *start) {
  IN_CONTEXT(context);
  return cuMemFreeHost(start);
}

static CUresult driver_copy_to_device(CUcontext context, CUdeviceptr to, const void *from, size_t bytes, CUstream stream) {
  IN_CONTEXT(context);
  return cuMemcpyHtoDAsync(to, from, bytes, stream);
}

static CUresult driver_copy_to_host(CUcontext context, void *to, CUdeviceptr from, size_t bytes, CUstream stream) {
  IN_CONTEXT(context);
  return cuMemcpyDtoHAsync(to, from, bytes, stream);
}

static CUresult driver_copy_on_device(CUcontext context, CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
  IN_CONTEXT(context);
  return cuMemcpyDtoDAsync(to, from, bytes, stream);
}

static CUresult driver_set(CUcontext context, CUdeviceptr to, unsigned char value, size_t bytes, CUstream stream) {
  IN_CONTEXT(context);
  return cuMemsetD8Async(to, value, bytes, stream);
}

static CUresult driver_synchronize(CUcontext context, CUstream stream) {
  IN_CONTEXT(context);
  return cuStreamSynchronize(stream);
}

static CUresult driver_record(CUcontext context, CUevent event, CUstream stream) {
  IN_CONTEXT(context);
  return cuEventRecord(event, stream);
}

static CUresult driver_wait(CUcontext context, CUstream stream, CUevent event) {
  IN_CONTEXT(context);
  return cuStreamWaitEvent(stream, event, 0);
}

static CUresult driver_synchronize_event(CUcontext context, CUevent event) {
  IN_CONTEXT(context);
  return cuEventSynchronize(event);
}

static CUresult driver_set_dynamic_shared(CUcontext context, CUfunction f, int bytes) {
  IN_CONTEXT(context);
  return cuFuncSetAttribute(f, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes);
}

static CUresult driver_attribute(CUcontext context, CUfunction f, CUfunction_attribute attribute, int *value) {
  IN_CONTEXT(context);
  return cuFuncGetAttribute(value, attribute, f);
}
