#include "memory.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

Memory memory;

namespace {

const size_t page = 4096;
const size_t alignment = 256; // of cuMemAlloc (CUDA programming guide, "Device memory accesses")
const unsigned char poison = 0xff;

size_t round_up(size_t n, size_t to) { return (n + to - 1) / to * to; }

std::map<uintptr_t, Allocation>::iterator below(std::map<uintptr_t, Allocation> &all, uintptr_t address) {
  auto it = all.upper_bound(address);
  return it == all.begin() ? all.end() : std::prev(it);
}

std::string beside(const Allocation &a, uintptr_t address, const char *what) {
  char text[160];
  const char *kind = a.pinned ? "pinned memory" : "device memory";
  if (address < a.start) snprintf(text, sizeof text, "%zu bytes before %zu bytes of %s%s", size_t(a.start - address), a.bytes, what, kind);
  else if (address < a.start + a.bytes) snprintf(text, sizeof text, "byte %zu of %zu bytes of %s%s", size_t(address - a.start), a.bytes, what, kind);
  else snprintf(text, sizeof text, "%zu bytes behind the end of %zu bytes of %s%s", size_t(address - a.start - a.bytes), a.bytes, what, kind);
  return text;
}

// All bytes are the poison if the first one is, and each is the one before it.
bool intact(uintptr_t from, uintptr_t to) {
  const unsigned char *p = reinterpret_cast<unsigned char *>(from);
  return from == to || (*p == poison && !memcmp(p, p + 1, to - from - 1));
}

} // namespace

// Addresses come from ranges that nothing else of the process gets.
uintptr_t Memory::reserve(size_t bytes) {
  if (end_ - next_ < bytes) {
    size_t range = round_up(bytes, size_t(64) << 30);
    void *map = mmap(nullptr, range, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) return 0;
    next_ = reinterpret_cast<uintptr_t>(map);
    end_ = next_ + range;
  }
  uintptr_t start = next_;
  next_ += bytes;
  return start;
}

uintptr_t Memory::allocate(Context *context, size_t bytes, bool pinned) {
  std::lock_guard<std::mutex> lock(mutex_);
  size_t rounded = round_up(bytes, alignment), pages = round_up(rounded, page);
  uintptr_t guard = reserve(pages + 2 * page);
  if (!guard) return 0;
  Allocation a{guard + page + pages - rounded, bytes, pinned, context, guard + page, pages};
  if (mprotect(reinterpret_cast<void *>(a.map), pages, PROT_READ | PROT_WRITE)) return 0;
  memset(reinterpret_cast<void *>(a.map), poison, pages);
  live_[a.start] = a;
  return a.start;
}

void Memory::unmap(const Allocation &a) {
  mmap(reinterpret_cast<void *>(a.map), a.map_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  freed_[a.start] = a;
}

Allocation Memory::free(uintptr_t start) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto it = live_.find(start);
  if (it == live_.end()) return {};
  Allocation a = it->second;
  live_.erase(it);
  unmap(a);
  return a;
}

size_t Memory::free_all(Context *context) {
  std::lock_guard<std::mutex> lock(mutex_);
  size_t charged = 0;
  for (auto it = live_.begin(); it != live_.end();) {
    if (it->second.context == context) {
      charged += it->second.charge();
      unmap(it->second);
      it = live_.erase(it);
    } else
      ++it;
  }
  return charged;
}

Allocation Memory::find(uintptr_t address) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto it = below(live_, address);
  if (it == live_.end() || address - it->second.start >= it->second.bytes) return {};
  return it->second;
}

bool Memory::has(Context *context, uintptr_t address, size_t bytes, bool pinned) {
  Allocation a = find(address);
  return a.bytes && a.context == context && a.pinned == pinned && bytes <= a.bytes - (address - a.start);
}

std::string Memory::describe(uintptr_t address) {
  std::lock_guard<std::mutex> lock(mutex_);
  // The next allocation above begins within its guard page of what faulted; the one below ends before its own.
  auto above = live_.upper_bound(address);
  if (above != live_.end() && above->second.map - address <= page) return beside(above->second, address, "");
  for (auto *all : {&live_, &freed_}) {
    auto it = below(*all, address);
    if (it != all->end() && address < it->second.map + it->second.map_bytes + page)
      return beside(it->second, address, all == &freed_ ? "freed " : "");
  }
  char text[64];
  snprintf(text, sizeof text, "address 0x%zx, where nothing is", size_t(address));
  return text;
}

std::string Memory::damage(Context *context) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (auto &entry : live_) {
    const Allocation &a = entry.second;
    if (a.context != context) continue;
    if (!intact(a.map, a.start)) return beside(a, a.start - 1, "");
    if (!intact(a.start + a.bytes, a.map + a.map_bytes)) return beside(a, a.start + a.bytes, "");
  }
  return "";
}
