// embed.cuh reads, and adds to, the rows of a table that ids name. A block has one row of (R,C) or one id.
#pragma once
#include "device.h"

// embed: x[r] = table[ids[r]], with x (R,C), table (V,C). A block a row.
extern "C" __global__ void __launch_bounds__(128) embed(float* x, const float* table, const int* ids, int c) {
  const float* from = table + (long long)ids[blockIdx.x] * c;
  float* to = x + (long long)blockIdx.x * c;
  for (int i = threadIdx.x; i < c; i += blockDim.x) to[i] = from[i];
}
EXPORT_KERNEL(embed)

// embed_backward: dtable[id] += the sum of dx[r] over the rows r of the id, in their order. Order lists the rows sorted
// by id, and starts where the rows of each id begin in it; it ends with entries of R. A block has one id.
extern "C" __global__ void __launch_bounds__(128)
    embed_backward(float* dtable, const float* dx, const int* ids, const int* order, const int* starts, int rows, int c) {
  int first = starts[blockIdx.x];
  if (first >= rows) return;
  int end = (int)blockIdx.x + 1 < rows ? starts[blockIdx.x + 1] : rows;
  float* to = dtable + (long long)ids[order[first]] * c;
  for (int i = threadIdx.x; i < c; i += blockDim.x) {
    float sum = to[i];
#pragma unroll 8
    for (int k = first; k < end; k++) sum += dx[(long long)order[k] * c + i];
    to[i] = sum;
  }
}
EXPORT_KERNEL(embed_backward)

// embed_clear zeroes dtable[ids[r]]. A block a row; blocks of one id write the same zeros.
extern "C" __global__ void __launch_bounds__(128) embed_clear(float* dtable, const int* ids, int c) {
  float* to = dtable + (long long)ids[blockIdx.x] * c;
  for (int i = threadIdx.x; i < c; i += blockDim.x) to[i] = 0.0f;
}
EXPORT_KERNEL(embed_clear)
