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
}

bool Shared::find_statics(const void *code) {
  Search search{reinterpret_cast<uintptr_t>(code)};
  dl_iterate_phdr(look, &search);
  tls_index first{search.module, 0};
  static_bytes_ = search.bytes;
  statics_ = search.bytes ? __tls_get_addr(&first) : nullptr;
  code_ = code;
  return true;
}

bool Shared::reserve() {
  void *map = mmap(nullptr, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (map == MAP_FAILED) return false;
  map_ = static_cast<char *>(map);
  mprotect(map_ + room, page, PROT_NONE);
  return true;
}

bool Shared::poison(const void *code, size_t bytes) {
  if (code != code_) find_statics(code);
  if (!map_ && !reserve()) return false;
  if (static_bytes_) memset(statics_, 0xff, static_bytes_);
  dynamic_ = map_ + room - (bytes + 15) / 16 * 16;
  memset(dynamic_, 0xff, map_ + room - dynamic_);
  return true;
}

bool Shared::behind(const void *address) const {
  const char *p = static_cast<const char *>(address);
  return map_ && p >= map_ + room && p < map_ + room + page;
}
