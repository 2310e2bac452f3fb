// emul.h is what a kernel's source sees where it is compiled for the host, to run on the emulated driver of this folder.
// Kernels include it through gpu/kernels/device.h when ZIPLAW_EMULATED is defined.
//
// A thread of a block is a fiber: it runs until it waits at a barrier or for the other lanes of its warp. Shared memory belongs
// to the operating system's thread that runs the block.
#pragma once
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <utility>

#define __host__
#define __device__
#define __global__
#define __constant__ static const
#define __shared__ static thread_local
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)

struct emul_uint3 {
  unsigned x, y, z;
};

// What the running fiber is in its grid.
struct emul_thread {
  emul_uint3 thread, block, block_dim, grid_dim;
  unsigned lane;
};

// The words that a lane gives to the other lanes of its warp.
enum { emul_words = 8 };
typedef uint32_t emul_deposit[emul_words];

extern "C" {
extern thread_local const emul_thread *emul_self __attribute__((tls_model("initial-exec")));
void emul_barrier(int line);
// Waits for all lanes of the mask, and returns what each of them gave. It stays readable until the next call of a lane.
const emul_deposit *emul_exchange(unsigned mask, const uint32_t *words, int n, int line);
// Ends the launch with an error of the kernel.
void emul_fail(int line, const char *what);
void *emul_dynamic_shared(void);
void emul_register(const char *name, void (*call)(void **), const int *sizes, int n);
}

#define threadIdx (emul_self->thread)
#define blockIdx (emul_self->block)
#define blockDim (emul_self->block_dim)
#define gridDim (emul_self->grid_dim)

#define __syncthreads() emul_barrier(__LINE__)

// Declares a pointer to the dynamic shared memory of the block.
#define DYNAMIC_SHARED(T, name) T *name = static_cast<T *>(emul_dynamic_shared())

// Lines of calls come as default arguments, so that messages name them.
#define EMUL_LINE int line = __builtin_LINE()

static inline void __syncwarp(unsigned mask = ~0u, EMUL_LINE) {
  uint32_t none = 0;
  emul_exchange(mask, &none, 1, line);
}

template <class T> static inline T emul_from_lane(unsigned mask, T value, unsigned from, int line) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8, "shuffles are of 4 or 8 bytes");
  uint32_t words[sizeof(T) / 4];
  memcpy(words, &value, sizeof(T));
  const emul_deposit *all = emul_exchange(mask, words, sizeof(T) / 4, line);
  if (!(mask >> from & 1)) emul_fail(line, "a shuffle reads a lane outside its mask");
  memcpy(&value, all[from], sizeof(T));
  return value;
}

// The lanes of a shuffle lie in segments of a width, which is a power of two.
template <class T> static inline T __shfl_sync(unsigned mask, T value, int from, int width = 32, EMUL_LINE) {
  unsigned lane = emul_self->lane;
  return emul_from_lane(mask, value, (lane & ~(width - 1)) | (from & (width - 1)), line);
}

template <class T> static inline T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32, EMUL_LINE) {
  unsigned lane = emul_self->lane, from = lane ^ bits, end = (lane & ~(width - 1)) + width;
  return emul_from_lane(mask, value, from < end ? from : lane, line);
}

template <class T> static inline T __shfl_down_sync(unsigned mask, T value, unsigned by, int width = 32, EMUL_LINE) {
  unsigned lane = emul_self->lane, from = lane + by, end = (lane & ~(width - 1)) + width;
  return emul_from_lane(mask, value, from < end ? from : lane, line);
}

template <class T> static inline T __shfl_up_sync(unsigned mask, T value, unsigned by, int width = 32, EMUL_LINE) {
  unsigned lane = emul_self->lane, begin = lane & ~(width - 1);
  return emul_from_lane(mask, value, lane >= begin + by ? lane - by : lane, line);
}

static inline unsigned __ballot_sync(unsigned mask, int predicate, EMUL_LINE) {
  uint32_t bit = predicate != 0, votes = 0;
  const emul_deposit *all = emul_exchange(mask, &bit, 1, line);
  for (unsigned lane = 0; lane < 32; lane++)
    if (mask >> lane & 1) votes |= all[lane][0] << lane;
  return votes;
}

static inline int __any_sync(unsigned mask, int predicate, EMUL_LINE) { return __ballot_sync(mask, predicate, line) != 0; }

static inline int __all_sync(unsigned mask, int predicate, EMUL_LINE) { return __ballot_sync(mask, predicate, line) == mask; }

// emul_thunk calls a kernel with the addresses of its parameters, as cuLaunchKernel has them.
template <class F> struct emul_thunk;
template <class... A> struct emul_thunk<void (*)(A...)> {
  static const int *sizes() {
    static const int bytes[] = {int(sizeof(A))..., 0};
    return bytes;
  }
  template <void (*kernel)(A...), size_t... I> static void spread(void **p, std::index_sequence<I...>) {
    (void)p;
    kernel(*static_cast<A *>(p[I])...);
  }
  template <void (*kernel)(A...)> static void call(void **p) { spread<kernel>(p, std::index_sequence_for<A...>{}); }
  static constexpr int n = sizeof...(A);
};

// Lets the emulated driver find a kernel by name. Other compilers define it empty.
#define EXPORT_KERNEL(name)                                                                                             \
  static const bool emul_exported_##name =                                                                             \
      (emul_register(#name, emul_thunk<decltype(&name)>::template call<name>, emul_thunk<decltype(&name)>::sizes(),    \
                     emul_thunk<decltype(&name)>::n),                                                                   \
       true);
