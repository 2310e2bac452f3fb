// device.h is the language that the kernels are written in: CUDA C++ without a header of NVIDIA's, for three compilers.
//
//   clang -x cuda without a toolkit   the declarations below; makes the committed kernels.ptx (build.sh)
//   nvcc                              its own
//   a host compiler                   ZIPLAW_EMULATED: ../emul/emul.h runs a block's threads on a processor
//
// Kernels take pointers and scalars. Every product that is added is either rounded first (a * b + c, with contraction
// switched off) or fused by fmaf, so that all three compilers make the same bits.
#pragma once

#if defined(ZIPLAW_EMULATED)

#include "../emul/emul.h"

#else

#if defined(__clang__) && !defined(__CUDACC_VER_MAJOR__)

#define __host__ __attribute__((host))
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))
#define __forceinline__ __inline__ __attribute__((always_inline))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))

// Places of a thread and of its block, as special registers.
struct ThreadIndex {
  __declspec(property(get = getX)) unsigned x;
  static __device__ __forceinline__ unsigned getX() { return __nvvm_read_ptx_sreg_tid_x(); }
};
struct BlockIndex {
  __declspec(property(get = getX)) unsigned x;
  __declspec(property(get = getY)) unsigned y;
  static __device__ __forceinline__ unsigned getX() { return __nvvm_read_ptx_sreg_ctaid_x(); }
  static __device__ __forceinline__ unsigned getY() { return __nvvm_read_ptx_sreg_ctaid_y(); }
};
struct BlockSize {
  __declspec(property(get = getX)) unsigned x;
  static __device__ __forceinline__ unsigned getX() { return __nvvm_read_ptx_sreg_ntid_x(); }
};
extern const __device__ __attribute__((weak)) ThreadIndex threadIdx;
extern const __device__ __attribute__((weak)) BlockIndex blockIdx;
extern const __device__ __attribute__((weak)) BlockSize blockDim;

static __device__ __forceinline__ float __shfl_xor_sync(unsigned mask, float v, int lanes) {
  return __nvvm_shfl_sync_bfly_f32(mask, v, lanes, 0x1f);
}
static __device__ __forceinline__ float __shfl_sync(unsigned mask, float v, int lane) {
  return __nvvm_shfl_sync_idx_f32(mask, v, lane, 0x1f);
}
static __device__ __forceinline__ float sqrtf(float x) { return __nvvm_sqrt_rn_f(x); }
static __device__ __forceinline__ float fmaf(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

#endif

// EXPORT_KERNEL makes a kernel known to the emulation by its name; a GPU's module knows it anyway.
#define EXPORT_KERNEL(name)

// DYNAMIC_SHARED declares the block's shared memory whose size the launch gives.
#define DYNAMIC_SHARED(T, name)                                               \
  extern __shared__ __attribute__((aligned(16))) unsigned char dynamicShared[]; \
  T* name = (T*)dynamicShared

#endif

// putFour writes four neighbours, the first of which is at a multiple of 16 bytes, in one piece where there is such an
// instruction.
static __device__ __forceinline__ void putFour(float* to, float a, float b, float c, float d) {
#if defined(__clang__) && !defined(ZIPLAW_EMULATED)
  typedef float Vector __attribute__((vector_size(16)));
  *(Vector*)to = Vector{a, b, c, d};
#elif defined(__CUDACC__)
  *(float4*)to = make_float4(a, b, c, d);
#else
  to[0] = a, to[1] = b, to[2] = c, to[3] = d;
#endif
}

// again is x, of which the compiler keeps nothing that it has computed: registers are for the loop in between.
static __device__ __forceinline__ int again(int x) {
#if !defined(ZIPLAW_EMULATED)
  asm volatile("" : "+r"(x));
#endif
  return x;
}

// All threads of a warp.
#define WHOLE_WARP 0xffffffffu
