// Shared memory of the block that runs on this operating system thread.
#pragma once
#include <stddef.h>

// Static shared variables are the only thread-local ones of a kernel's library (emul.h), so its thread-local storage is all of
// them. Dynamic shared memory ends before a page that faults.
class Shared {
public:
  static const size_t most = 227 << 10; // of a block on compute capability 9.0 (CUDA programming guide, table "Technical specifications")
  ~Shared();
  // Fills the static shared memory of the library that has the code, and bytes of dynamic shared memory, with NaNs.
  bool poison(const void *code, size_t bytes);
  void *dynamic() const { return dynamic_; }
  // Whether an address that faulted is behind the dynamic shared memory.
  bool behind(const void *address) const;

private:
  bool find_statics(const void *code);
  bool reserve();

  const void *code_ = nullptr; // in whose library the static variables are
  void *statics_ = nullptr;
  size_t static_bytes_ = 0;
  char *map_ = nullptr;
  char *dynamic_ = nullptr;
};
