// Memory of contexts, copies and memsets.
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "memory.h"
#include "settings.h"

namespace {

// One end of a copy, or the destination of a memset.
struct End {
  uintptr_t address;
  bool device; // or of the host
};

// Whether the memory of an end is there. Pinned memory is seen as such; all other memory of the host is the caller's affair.
bool there(Context &context, End end, size_t bytes) {
  if (end.device) return memory.has(&context, end.address, bytes, false);
  Allocation a = memory.find(end.address);
  return !a.bytes || (a.pinned && bytes <= a.bytes - (end.address - a.start));
}

bool pinned(End end) { return memory.find(end.address).pinned; }

Result refuse_end(const char *call, End end, size_t bytes) {
  return refuse(invalid_value, "%s: %zu bytes at %s", call, bytes, memory.describe(end.address).c_str());
}

// Work that copies, if the ends that were allocated here are still there when it runs.
Work copy_work(Context &context, End to, End from, size_t bytes) {
  bool allocated[] = {to.device || pinned(to), from.device || pinned(from)};
  return [&context, to, from, bytes, allocated] {
    const End ends[] = {to, from};
    for (int i : {0, 1})
      if (allocated[i] && !memory.has(&context, ends[i].address, bytes, !ends[i].device))
        return refuse(illegal_address, "a copy of %zu bytes: %s", bytes, memory.describe(ends[i].address).c_str());
    memmove(reinterpret_cast<void *>(to.address), reinterpret_cast<void *>(from.address), bytes);
    return success;
  };
}

// A copy that the host waits for is work of the legacy stream.
Result copy(const char *call, Context &context, End to, End from, size_t bytes) {
  for (End end : {to, from})
    if (!there(context, end, bytes)) return refuse_end(call, end, bytes);
  Result result = context.legacy.enqueue(copy_work(context, to, from, bytes));
  return result ? result : context.state();
}

// Pageable memory of the host is read before the call returns, and written before it returns (CUDA driver API, section
// "API synchronization behavior").
Result copy_pageable(Context &context, Stream &stream, End to, End from, size_t bytes) {
  if (stream.capture) {
    stream.capture->valid = false;
    return refuse(capture_unsupported, "an asynchronous copy of memory of the host that isn't pinned");
  }
  if (!to.device) {
    stream.enqueue(copy_work(context, to, from, bytes));
    stream.flush();
    return context.state();
  }
  auto staged = std::make_shared<std::vector<char>>(reinterpret_cast<char *>(from.address), reinterpret_cast<char *>(from.address) + bytes);
  Work work = copy_work(context, to, End{reinterpret_cast<uintptr_t>(staged->data()), false}, bytes);
  return stream.enqueue([staged, work] { return work(); });
}

Result copy_async(const char *call, Context &context, Stream *handle, End to, End from, size_t bytes) {
  Stream *stream = context.stream(handle);
  if (!stream) return refuse(invalid_handle, "%s: no stream of the current context", call);
  for (End end : {to, from})
    if (!there(context, end, bytes)) return refuse_end(call, end, bytes);
  if ((!to.device && !pinned(to)) || (!from.device && !pinned(from))) return copy_pageable(context, *stream, to, from, bytes);
  return stream->enqueue(copy_work(context, to, from, bytes));
}

template <class T> Result set(const char *call, Context &context, Stream *handle, uintptr_t to, T value, size_t n) {
  Stream *stream = context.stream(handle);
  if (!stream) return refuse(invalid_handle, "%s: no stream of the current context", call);
  End end{to, true};
  if (!there(context, end, n * sizeof(T)) || to % sizeof(T)) return refuse_end(call, end, n * sizeof(T));
  return stream->enqueue([&context, to, value, n] {
    if (!memory.has(&context, to, n * sizeof(T), false))
      return refuse(illegal_address, "a memset of %zu bytes: %s", n * sizeof(T), memory.describe(to).c_str());
    T *p = reinterpret_cast<T *>(to);
    for (size_t i = 0; i < n; i++) p[i] = value;
    return success;
  });
}

End device(uintptr_t p) { return {p, true}; }
End host(const void *p) { return {reinterpret_cast<uintptr_t>(p), false}; }

Result free_memory(const char *call, Context &context, uintptr_t start, bool pinned) {
  if (!start && !pinned) return success;
  Allocation a = memory.find(start);
  if (!a.bytes || a.start != start || a.pinned != pinned || a.context != &context)
    return refuse(invalid_value, "%s: %s", call, memory.describe(start).c_str());
  Result result = context.finished();
  memory.free(start);
  context.device.used -= a.charge();
  return result;
}

} // namespace

API cuMemGetInfo_v2(size_t *free, size_t *total) {
  ENTER
  *total = settings.memory;
  *free = settings.memory - context.device.used;
  return success;
}

API cuMemAlloc_v2(uintptr_t *start, size_t bytes) {
  ENTER
  if (!bytes) return refuse(invalid_value, "cuMemAlloc of no bytes");
  size_t left = settings.memory - context.device.used;
  *start = bytes <= left ? memory.allocate(&context, bytes, false) : 0;
  if (!*start) return out_of_memory;
  context.device.used += memory.find(*start).charge();
  return success;
}

API cuMemFree_v2(uintptr_t start) {
  ENTER
  return free_memory("cuMemFree", context, start, false);
}

API cuMemHostAlloc(void **start, size_t bytes, unsigned) {
  ENTER
  if (!bytes) return refuse(invalid_value, "cuMemHostAlloc of no bytes");
  *start = reinterpret_cast<void *>(memory.allocate(&context, bytes, true));
  return *start ? success : out_of_memory;
}

API cuMemFreeHost(void *start) {
  ENTER
  return free_memory("cuMemFreeHost", context, reinterpret_cast<uintptr_t>(start), true);
}

API cuMemcpyHtoD_v2(uintptr_t to, const void *from, size_t bytes) {
  ENTER
  return copy("cuMemcpyHtoD", context, device(to), host(from), bytes);
}

API cuMemcpyDtoH_v2(void *to, uintptr_t from, size_t bytes) {
  ENTER
  return copy("cuMemcpyDtoH", context, host(to), device(from), bytes);
}

API cuMemcpyDtoD_v2(uintptr_t to, uintptr_t from, size_t bytes) {
  ENTER
  return copy("cuMemcpyDtoD", context, device(to), device(from), bytes);
}

API cuMemcpyHtoDAsync_v2(uintptr_t to, const void *from, size_t bytes, Stream *stream) {
  ENTER
  return copy_async("cuMemcpyHtoDAsync", context, stream, device(to), host(from), bytes);
}

API cuMemcpyDtoHAsync_v2(void *to, uintptr_t from, size_t bytes, Stream *stream) {
  ENTER
  return copy_async("cuMemcpyDtoHAsync", context, stream, host(to), device(from), bytes);
}

API cuMemcpyDtoDAsync_v2(uintptr_t to, uintptr_t from, size_t bytes, Stream *stream) {
  ENTER
  return copy_async("cuMemcpyDtoDAsync", context, stream, device(to), device(from), bytes);
}

API cuMemsetD8Async(uintptr_t to, unsigned char value, size_t n, Stream *stream) {
  ENTER
  return set(__func__, context, stream, to, value, n);
}

API cuMemsetD32Async(uintptr_t to, unsigned value, size_t n, Stream *stream) {
  ENTER
  return set(__func__, context, stream, to, value, n);
}

API cuMemsetD8_v2(uintptr_t to, unsigned char value, size_t n) {
  ENTER
  return set("cuMemsetD8", context, nullptr, to, value, n);
}

API cuMemsetD32_v2(uintptr_t to, unsigned value, size_t n) {
  ENTER
  return set("cuMemsetD32", context, nullptr, to, value, n);
}
