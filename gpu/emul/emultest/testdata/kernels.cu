// Kernels with mistakes, each of which the emulated driver must show, and some without.
#include "emul.h"

#define KERNEL(name, ...)                        \
  extern "C" __global__ void name(__VA_ARGS__);  \
  EXPORT_KERNEL(name)                            \
  extern "C" __global__ void name(__VA_ARGS__)

const unsigned all = 0xffffffff;

KERNEL(reverse, float *out, const float *in) {
  __shared__ float part[128];
  part[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
  out[threadIdx.x] = part[blockDim.x - 1 - threadIdx.x];
}

KERNEL(missing_barrier, float *out, const float *in) {
  __shared__ float part[128];
  part[threadIdx.x] = in[threadIdx.x];
  out[threadIdx.x] = part[blockDim.x - 1 - threadIdx.x];
}

KERNEL(missing_syncwarp, float *out, const float *in) {
  __shared__ float part[128];
  part[threadIdx.x] = in[threadIdx.x];
  out[threadIdx.x] = part[threadIdx.x ^ 1];
}

// Blocks of a grid have no order.
KERNEL(last_block_wins, float *out) { out[threadIdx.x] = blockIdx.x; }

KERNEL(divergent_barrier, float *out) {
  if (threadIdx.x < 32) __syncthreads();
  out[threadIdx.x] = 1;
}

KERNEL(two_barriers, float *out) {
  if (threadIdx.x < 32) {
    __syncthreads();
    out[threadIdx.x] = 1;
  } else {
    __syncthreads();
    out[threadIdx.x] = 2;
  }
}

KERNEL(missing_lane, float *out) {
  if (threadIdx.x % 32 < 31) out[threadIdx.x] = __shfl_xor_sync(all, 1.f, 1);
}

KERNEL(differing_masks, float *out) {
  out[threadIdx.x] = __shfl_xor_sync(threadIdx.x < 16 ? all : all >> 1, 1.f, 1);
}

KERNEL(outside_mask, float *out) {
  if (threadIdx.x < 16) out[threadIdx.x] = __shfl_xor_sync(0xffff, 1.f, 16);
}

KERNEL(write_at, float *p, long long i) { p[i] = 1; }

KERNEL(read_at, float *out, const float *p, long long i) { out[threadIdx.x] = p[i]; }

KERNEL(unset_static, float *out) {
  __shared__ float part[64];
  if (blockIdx.x == 0) part[threadIdx.x] = 1;
  out[blockIdx.x * blockDim.x + threadIdx.x] = part[threadIdx.x];
}

KERNEL(unset_dynamic, float *out) {
  DYNAMIC_SHARED(float, part);
  if (blockIdx.x == 0) part[threadIdx.x] = 1;
  out[blockIdx.x * blockDim.x + threadIdx.x] = part[threadIdx.x];
}

KERNEL(behind_dynamic, float *out, int n) {
  DYNAMIC_SHARED(float, part);
  part[n + threadIdx.x] = 1;
  out[threadIdx.x] = part[n];
}

KERNEL(deep, float *out, int n) {
  volatile float room[64 << 10];
  room[n] = 1;
  out[0] = room[0];
}

KERNEL(zero_division, int *out, int by) { out[threadIdx.x] = int(threadIdx.x + 7) / by; }

KERNEL(trap, int *out) {
  if (out) __builtin_trap();
}

KERNEL(add, float *p, float x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) p[i] += x;
}

KERNEL(spin, float *out, const float *in, int rounds) {
  __shared__ float part[256];
  float v = in[blockIdx.x * blockDim.x + threadIdx.x];
  for (int i = 0; i < rounds; i++) {
    part[threadIdx.x] = v;
    __syncthreads();
    v = fmaf(part[(threadIdx.x + 1) % blockDim.x], 0.5f, v * 0.25f);
    v += __shfl_xor_sync(all, v, 1 << i % 5) * 0.125f;
    __syncthreads();
  }
  out[blockIdx.x * blockDim.x + threadIdx.x] = v;
}

// Each thread says where it is.
KERNEL(places, unsigned *out) {
  unsigned block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
  unsigned thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  out[block * blockDim.x * blockDim.y * blockDim.z + thread] = block * 1000 + thread;
}

// What warp functions give lane i, for a warp whose lanes hold their numbers: 12 rows of 32.
KERNEL(warp, unsigned *out) {
  unsigned i = threadIdx.x;
  unsigned row = 0;
  out[row++ * 32 + i] = __shfl_xor_sync(all, i, 5);
  out[row++ * 32 + i] = __shfl_xor_sync(all, i, 9, 8);
  out[row++ * 32 + i] = __shfl_down_sync(all, i, 3);
  out[row++ * 32 + i] = __shfl_down_sync(all, i, 3, 8);
  out[row++ * 32 + i] = __shfl_up_sync(all, i, 3);
  out[row++ * 32 + i] = __shfl_sync(all, i, 7);
  out[row++ * 32 + i] = __shfl_sync(all, i, 7, 4);
  out[row++ * 32 + i] = unsigned(__shfl_xor_sync(all, float(i), 1));
  out[row++ * 32 + i] = unsigned(__shfl_xor_sync(all, int(i) - 64, 1) + 64);
  out[row++ * 32 + i] = __ballot_sync(all, i % 3 == 0);
  out[row++ * 32 + i] = __any_sync(all, i == 31) * 2 + __any_sync(all, i == 32);
  out[row++ * 32 + i] = __all_sync(all, i < 32) * 2 + __all_sync(all, i < 31);
  __syncwarp();
}

KERNEL(parameters, double *out, signed char a, short b, int c, long long d, float e, double f) {
  out[0] = a, out[1] = b, out[2] = c, out[3] = double(d), out[4] = e, out[5] = f;
}

KERNEL(outside_array, float *out, int i) {
  __shared__ float part[64];
  part[i + threadIdx.x] = 1;
  out[threadIdx.x] = part[threadIdx.x];
}

struct alignas(8) Pair {
  float x, y;
};

KERNEL(misaligned, float *p) {
  Pair *pair = reinterpret_cast<Pair *>(p + threadIdx.x);
  pair->x = 1;
}
