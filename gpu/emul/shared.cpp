#include "shared.h"

#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

// The address of a variable in a module's thread-local storage, which is allocated on the first call (ELF handling for
// thread-local storage, Drepper 2013).
struct tls_index {
  unsigned long module, offset;
};
extern "C" void *__tls_get_addr(tls_index *);

namespace {

const int poison_byte = 0xff;
const size_t page = 4096, room = (Shared::most + page - 1) / page * page;

struct Search {
  uintptr_t code;
  size_t module = 0, bytes = 0;
};

int look(dl_phdr_info *library, size_t, void *data) {
  Search *search = static_cast<Search *>(data);
  bool found = false;
  size_t bytes = 0;
  for (int i = 0; i < library->dlpi_phnum; i++) {
    const ElfW(Phdr) &p = library->dlpi_phdr[i];
    if (p.p_type == PT_LOAD && search->code - (library->dlpi_addr + p.p_vaddr) < p.p_memsz) found = true;
    if (p.p_type == PT_TLS) bytes = p.p_memsz;
  }
  if (!found) return 0;
  search->module = library->dlpi_tls_modid;
  search->bytes = bytes;
  return 1;
}

} // namespace

Shared::~Shared() {
  if (map_) munmap(map_, room + page);
  if (pages_ < pages_end_) mprotect(pages_, pages_end_ - pages_, PROT_READ | PROT_WRITE); // the C library frees it
}

bool Shared::find_statics() {
  Search search{reinterpret_cast<uintptr_t>(kernel_)};
  dl_iterate_phdr(look, &search);
  if (!search.bytes) return true;
  tls_index first{search.module, 0};
  statics_ = static_cast<char *>(__tls_get_addr(&first));
  static_bytes_ = search.bytes;
  memset(statics_, poison_byte, static_bytes_);
  uintptr_t start = reinterpret_cast<uintptr_t>(statics_), end = start + static_bytes_;
  start = (start + page - 1) / page * page;
  end = end / page * page;
  if (start >= end) return true;
  pages_ = reinterpret_cast<char *>(start);
  pages_end_ = reinterpret_cast<char *>(end);
  opened_.reserve((end - start) / page); // open() is called in a signal handler
  return mprotect(pages_, end - start, PROT_NONE) == 0;
}

bool Shared::reserve() {
  void *map = mmap(nullptr, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (map == MAP_FAILED) return false;
  map_ = static_cast<char *>(map);
  return mprotect(map_ + room, page, PROT_NONE) == 0;
}

bool Shared::begin(const void *kernel) {
  const void *before = kernel_;
  kernel_ = kernel;
  if (!map_) return reserve() && find_statics();
  if (kernel != before) close_pages();
  return true;
}

void Shared::close_pages() {
  if (opened_.empty()) return;
  for (char *p : opened_) memset(p, poison_byte, page);
  opened_.clear();
  mprotect(pages_, pages_end_ - pages_, PROT_NONE);
}

bool Shared::open(const void *address) {
  const char *p = static_cast<const char *>(address);
  if (p < pages_ || p >= pages_end_) return false;
  char *start = pages_ + (p - pages_) / page * page;
  if (mprotect(start, page, PROT_READ | PROT_WRITE)) return false;
  opened_.push_back(start);
  return true;
}

void Shared::poison(size_t bytes) {
  for (char *p : opened_) memset(p, poison_byte, page);
  if (pages_) {
    memset(statics_, poison_byte, pages_ - statics_);
    memset(pages_end_, poison_byte, statics_ + static_bytes_ - pages_end_);
  } else if (static_bytes_)
    memset(statics_, poison_byte, static_bytes_);
  dynamic_ = map_ + room - (bytes + 15) / 16 * 16;
  memset(dynamic_, poison_byte, map_ + room - dynamic_);
}

bool Shared::behind(const void *address) const {
  const char *p = static_cast<const char *>(address);
  return map_ && p >= map_ + room && p < map_ + room + page;
}
