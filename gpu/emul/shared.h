// Shared memory of the block that runs on this operating system thread.
//
// Static shared variables are the only thread-local ones of a kernel's library (emul.h), so its thread-local storage is all of
// them, of all kernels. A page of it is closed until a kernel touches it: only what a kernel uses is filled again for each block.
// Dynamic shared memory ends before a page that faults.
#pragma once
#include <stddef.h>

#include <vector>

class Shared {
public:
  static const size_t most = 227 << 10; // of a block on compute capability 9.0 (CUDA programming guide, table "Technical specifications")
  ~Shared();
  // Begins a launch of a kernel; false without memory.
  bool begin(const void *kernel);
  // Begins a block: its static shared memory, and bytes of dynamic shared memory, are NaNs.
  void poison(size_t bytes);
  // Opens a page of static shared memory at an address that faulted; false if none is there.
  bool open(const void *address);
  void *dynamic() const { return dynamic_; }
  // Whether an address that faulted is behind the dynamic shared memory.
  bool behind(const void *address) const;

private:
  bool find_statics();
  bool reserve();
  void close_pages();

  const void *kernel_ = nullptr;
  char *statics_ = nullptr;
  size_t static_bytes_ = 0;
  char *pages_ = nullptr; // the whole pages of the static variables
  char *pages_end_ = nullptr;
  std::vector<char *> opened_;
  char *map_ = nullptr;
  char *dynamic_ = nullptr;
};
