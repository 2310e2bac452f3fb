// mma.cuh is a warp's products on tensor cores: mma.sync of the PTX ISA in TF32, which is float32 with 10 bits behind the point
// instead of 23. Products are exact, and sums are of float32.
#pragma once
#include "copies.cuh"
#include "math.cuh"
#include "tile.cuh"

#if defined(ZIPLAW_EMULATED)
#include "../emul/tensor.h"
#endif

#define MMA_ROWS 16
#define MMA_COLUMNS 8
#define MMA_STEPS 8  // of the summed index

// toTF32 rounds a number's bits to the nearest number of TF32, of two that are as near to the one farther from zero.
static __device__ __forceinline__ unsigned toTF32(unsigned bits) {
#if defined(ZIPLAW_EMULATED)
  return emul_tf32(floatOf(bits));
#else
  unsigned y;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(y) : "f"(floatOf(bits)));
  return y;
#endif
}

// loadMatrices loads four matrices of 8 rows by 4 numbers from shared memory, of which lane 8 i + r names row r of the i-th: with
// g = lane / 4 and t = lane % 4 a lane gets the elements (g,t) (PTX ISA, ldmatrix, whose halves of a number are one).
static __device__ __forceinline__ void loadMatrices(unsigned (&own)[4], const float* row) {
#if defined(ZIPLAW_EMULATED)
  emul_load_matrices(own, row);
#else
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(own[0]), "=r"(own[1]), "=r"(own[2]), "=r"(own[3])
               : "r"(sharedAddress(row))
               : "memory");
#endif
}

// loadTwo and loadOne load the bits of numbers in shared memory, two of them from a multiple of eight bytes. They load here: a compiler
// that may choose loads where the numbers are used, and waits for them.
static __device__ __forceinline__ void loadTwo(unsigned& first, unsigned& second, const float* x) {
#if defined(ZIPLAW_EMULATED)
  Piece<2> two = *(const Piece<2>*)x;
  first = floatBits(two.x[0]), second = floatBits(two.x[1]);
#else
  asm volatile("ld.shared.v2.b32 {%0,%1}, [%2];" : "=r"(first), "=r"(second) : "r"(sharedAddress(x)) : "memory");
#endif
}
static __device__ __forceinline__ unsigned loadOne(const float* x) {
#if defined(ZIPLAW_EMULATED)
  return floatBits(*x);
#else
  unsigned bits;
  asm volatile("ld.shared.b32 %0, [%1];" : "=r"(bits) : "r"(sharedAddress(x)) : "memory");
  return bits;
#endif
}

// multiplyAdd adds a (16,8) times b (8,8) to c (16,8). With g = lane / 4 and t = lane % 4 a lane has these elements
// (PTX ISA, "Matrix fragments for mma.m16n8k8"):
//
//   a   (g,t) (g+8,t) (g,t+4) (g+8,t+4)
//   b   (t,g) (t+4,g)
//   c   (g,2t) (g,2t+1) (g+8,2t) (g+8,2t+1)
static __device__ __forceinline__ void multiplyAdd(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
#if defined(ZIPLAW_EMULATED)
  emul_mma_tf32(c, a, b);
#else
  asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#endif
}
