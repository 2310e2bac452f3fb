// copies.cuh is copies from global to shared memory that go on while the thread computes: cp.async of the PTX ISA.
#pragma once
#include "device.h"

#if defined(ZIPLAW_EMULATED)

// Copies are made where their thread waits for them, so that a missing wait shows.
class Copies {
  struct One {
    float* to;
    const float* from;
    int n, group;
  };
  static const int MOST = 96;
  One open[MOST];
  int n = 0, group = 0;

  void start(float* to, const float* from, int numbers) {
    if (n == MOST) emul_fail(__LINE__, "a thread has too many copies open");
    if (((uintptr_t)to | (uintptr_t)from) % (numbers * sizeof(float))) emul_fail(__LINE__, "a copy isn't aligned to its size");
    open[n++] = One{to, from, numbers, group};
  }

 public:
  void one(float* to, const float* from) { start(to, from, 1); }
  void four(float* to, const float* from) { start(to, from, 4); }
  void oneOrZero(float* to, const float* from, bool there) { start(to, there ? from : nullptr, 1); }
  void fourOrZeros(float* to, const float* from, bool there) { start(to, there ? from : nullptr, 4); }
  void close() { group++; }
  template <int OPEN>
  void wait() {
    int left = 0;
    for (int i = 0; i < n; i++) {
      One o = open[i];
      if (o.group < group - OPEN) {
        if (o.from) memcpy(o.to, o.from, o.n * sizeof(float));
        else memset(o.to, 0, o.n * sizeof(float));
      } else {
        open[left++] = o;
      }
    }
    n = left;
  }
};

#else

// sharedAddress is where something lies in shared memory.
static __device__ __forceinline__ unsigned sharedAddress(const float* x) {
#if defined(__clang__)
  return (unsigned)(unsigned long long)(__attribute__((address_space(3))) const float*)x;
#else
  return (unsigned)__cvta_generic_to_shared(x);
#endif
}

class Copies {
 public:
  // one begins to copy a number.
  __device__ __forceinline__ void one(float* to, const float* from) {
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4;" ::"r"(sharedAddress(to)), "l"(from) : "memory");
  }
  // four begins to copy four neighbours, the first of which is at a multiple of 16 bytes.
  __device__ __forceinline__ void four(float* to, const float* from) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(sharedAddress(to)), "l"(from) : "memory");
  }
  // oneOrZero is one, or writes a zero and doesn't read where the number isn't there.
  __device__ __forceinline__ void oneOrZero(float* to, const float* from, bool there) {
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" ::"r"(sharedAddress(to)), "l"(from), "r"(there ? 4 : 0) : "memory");
  }
  // fourOrZeros is four, or writes zeros and doesn't read where the numbers aren't there.
  __device__ __forceinline__ void fourOrZeros(float* to, const float* from, bool there) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(sharedAddress(to)), "l"(from), "r"(there ? 16 : 0) : "memory");
  }
  // close ends a group of copies.
  __device__ __forceinline__ void close() { asm volatile("cp.async.commit_group;" ::: "memory"); }
  // wait waits for all groups but the last so many. Other threads see the numbers behind a barrier.
  template <int OPEN>
  __device__ __forceinline__ void wait() {
    asm volatile("cp.async.wait_group %0;" ::"n"(OPEN) : "memory");
  }
};

#endif
