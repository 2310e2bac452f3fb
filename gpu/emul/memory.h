// Memory of devices, and pinned memory of the host.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include <map>
#include <mutex>
#include <string>

struct Context;

// An allocation lies at the end of its pages, between pages that fault. Freed addresses fault, and don't come again.
struct Allocation {
  uintptr_t start;
  size_t bytes;
  bool pinned;
  Context *context;
  uintptr_t map; // where the pages begin
  size_t map_bytes;

  // The bytes that count against the device's memory.
  size_t charge() const { return pinned ? 0 : map + map_bytes - start; }
};

class Memory {
public:
  // Memory of NaNs; 0 without room for it.
  uintptr_t allocate(Context *context, size_t bytes, bool pinned);
  // Frees what begins at an address, and says what it was; bytes are 0 where there is nothing.
  Allocation free(uintptr_t start);
  // Frees what a context has, and returns how much of its device that was.
  size_t free_all(Context *context);
  // The allocation that an address is in; bytes are 0 where there is none.
  Allocation find(uintptr_t address);
  // Whether a context may use bytes at an address, as device memory or as pinned memory.
  bool has(Context *context, uintptr_t address, size_t bytes, bool pinned);
  // What is at an address that faulted, or beside it.
  std::string describe(uintptr_t address);
  // Where bytes between a context's allocations and their guards aren't what they were: a kernel wrote there. Empty if all is well.
  std::string damage(Context *context);

private:
  uintptr_t reserve(size_t bytes);
  void unmap(const Allocation &a);

  std::mutex mutex_;
  std::map<uintptr_t, Allocation> live_, freed_;
  uintptr_t next_ = 0, end_ = 0;
};

extern Memory memory;
