// reduce.cuh is sums and maxima in the order of internal/kernel/sum.go: lane i of 16 takes the elements i, i+16, i+32,
// ... in order; then lanes i and i+8 are joined, of these i and i+4, i and i+2, i and i+1. Sixteen neighbouring threads
// of a warp are the lanes.
#pragma once
#include "device.h"

#define LANES 16

// laneSum joins the partial sums of 16 lanes; each of them gets the whole.
static __device__ __forceinline__ float laneSum(float v) {
#pragma unroll
  for (int half = LANES / 2; half > 0; half /= 2) v += __shfl_xor_sync(WHOLE_WARP, v, half);
  return v;
}

// laneMax joins the partial maxima of 16 lanes; each of them gets the whole. Which of two zeros it is, is up to lane 0.
static __device__ __forceinline__ float laneMax(float v) {
#pragma unroll
  for (int half = LANES / 2; half > 0; half /= 2) {
    float other = __shfl_xor_sync(WHOLE_WARP, v, half);
    if (other > v) v = other;
  }
  return __shfl_sync(WHOLE_WARP, v, threadIdx.x & 16);
}

// addLane goes on with a lane's partial sum over n elements in shared memory; the first is element 0 of lane 0.
static __device__ __forceinline__ float addLane(float sum, const float* x, int lane, int n) {
  int i = lane;
  for (; i + 7 * LANES < n; i += 8 * LANES) {
#pragma unroll
    for (int j = 0; j < 8; j++) sum += x[i + j * LANES];
  }
  for (; i < n; i += LANES) sum += x[i];
  return sum;
}
