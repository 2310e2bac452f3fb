// What kernels' code calls where it has found a mistake by itself: the build lets the compiler check alignment and the bounds of
// arrays (build.sh). The names and layouts are those of the compilers' undefined behaviour sanitizer.
#include <stdint.h>
#include <stdio.h>

#include "block.h"

namespace {

struct Place {
  const char *file;
  uint32_t line, column;
};

struct TypeMismatch {
  Place place;
  const void *type;
  unsigned char log_alignment, kind;
};

struct OutOfBounds {
  Place place;
  const void *array_type, *index_type;
};

} // namespace

#define HANDLER extern "C" __attribute__((visibility("default"), noreturn)) void

HANDLER __ubsan_handle_type_mismatch_v1_abort(const TypeMismatch *mismatch, uintptr_t address) {
  char what[160];
  unsigned alignment = 1u << mismatch->log_alignment;
  snprintf(what, sizeof what, "address 0x%zx isn't a multiple of %u: line %u of %s", size_t(address), alignment, mismatch->place.line,
           mismatch->place.file);
  fail_kernel(misaligned_address, what);
}

HANDLER __ubsan_handle_out_of_bounds_abort(const OutOfBounds *bounds, uintptr_t index) {
  char what[160];
  snprintf(what, sizeof what, "element %lld isn't in its array: line %u of %s", static_cast<long long>(index), bounds->place.line,
           bounds->place.file);
  fail_kernel(illegal_address, what);
}
