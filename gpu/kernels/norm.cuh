// norm.cuh is the residual connection with RMSNorm (Zhang and Sennrich 2019) and its gradients. Sixteen threads, the
// lanes of reduce.cuh, have one row; a block has eight.
#pragma once
#include "device.h"
#include "reduce.cuh"

#define NORM_ROWS 8
#define NORM_EPSILON 1e-6f
#define AHEAD 4  // elements of a lane that are on their way at once

// Every thread goes through the reductions, those behind the last row too, with empty rows.
struct NormRow {
  int row, lane;
  bool there;
  long long at;  // of the row's first element
};

static __device__ __forceinline__ NormRow normRow(int rows, int c) {
  NormRow n;
  n.row = (int)(blockIdx.x * NORM_ROWS + threadIdx.x / LANES);
  n.lane = (int)(threadIdx.x % LANES);
  n.there = n.row < rows;
  n.at = (long long)n.row * c;
  return n;
}

// add_norm: sum = x + delta, y = w sum rstd, rstd = 1/sqrt(mean(sum^2) + epsilon), with (R,C), w (C), rstd (R). A null
// delta is zero. Sum may be x.
extern "C" __global__ void __launch_bounds__(NORM_ROWS* LANES)
    add_norm(float* sum, float* y, float* rstd, const float* x, const float* delta, const float* w, int rows, int c) {
  NormRow n = normRow(rows, c);
  float squares = 0.0f;
  if (n.there) {
    for (int first = n.lane; first < c; first += AHEAD * LANES) {
      float s[AHEAD];  // read before the first of them is written, since sum may be x
#pragma unroll
      for (int k = 0; k < AHEAD; k++) {
        int i = first + k * LANES;
        s[k] = i < c ? x[n.at + i] : 0.0f;
        if (i < c && delta) s[k] += delta[n.at + i];
      }
#pragma unroll
      for (int k = 0; k < AHEAD; k++) {
        int i = first + k * LANES;
        if (i < c) {
          sum[n.at + i] = s[k];
          squares += s[k] * s[k];
        }
      }
    }
  }
  squares = laneSum(squares);
  if (!n.there) return;
  float r = 1.0f / sqrtf(squares / (float)c + NORM_EPSILON);
#pragma unroll 4
  for (int i = n.lane; i < c; i += LANES) y[n.at + i] = w[i] * (sum[n.at + i] * r);
  if (n.lane == 0) rstd[n.row] = r;
}
EXPORT_KERNEL(add_norm)

// normalize: y = w sum rstd. A block a row.
extern "C" __global__ void __launch_bounds__(128) normalize(float* y, const float* sum, const float* rstd, const float* w, int c) {
  long long at = (long long)blockIdx.x * c;
  float r = rstd[blockIdx.x];
  for (int i = threadIdx.x; i < c; i += blockDim.x) y[at + i] = w[i] * (sum[at + i] * r);
}
EXPORT_KERNEL(normalize)

// norm_backward: with t = w dy, dsum = rstd (t - x rstd^2 mean(t x)), added to dsum where accumulate is set.
extern "C" __global__ void __launch_bounds__(NORM_ROWS* LANES)
    norm_backward(float* dsum, const float* dy, const float* sum, const float* rstd, const float* w, int rows, int c, int accumulate) {
  NormRow n = normRow(rows, c);
  float dot = 0.0f;
  if (n.there) {
#pragma unroll 4
    for (int i = n.lane; i < c; i += LANES) dot += (w[i] * dy[n.at + i]) * sum[n.at + i];
  }
  dot = laneSum(dot);
  if (!n.there) return;
  float r = rstd[n.row];
  float mean = ((r * r) * dot) / (float)c;
#pragma unroll 4
  for (int i = n.lane; i < c; i += LANES) {
    float before = accumulate ? dsum[n.at + i] : 0.0f;
    dsum[n.at + i] = before + r * (w[i] * dy[n.at + i] - sum[n.at + i] * mean);
  }
}
EXPORT_KERNEL(norm_backward)

// Columns of a block, the rows that it holds at once, its warps, and the rows that each of these brings.
#define WEIGHT_COLUMNS 32
#define WEIGHT_ROWS 128
#define WEIGHT_WARPS 8
#define WEIGHT_EACH (WEIGHT_ROWS / WEIGHT_WARPS)

// WeightRows is a warp's rows of a tile, on their way from global memory: a lane has one column.
struct WeightRows {
  float dy[WEIGHT_EACH], sum[WEIGHT_EACH], rstd[WEIGHT_EACH];

  // fetch reads rows from a first one on, of which so many are there.
  __device__ __forceinline__ void fetch(const float* dys, const float* sums, const float* rstds, int first, int rows, int c, int column) {
#pragma unroll
    for (int i = 0; i < WEIGHT_EACH; i++) {
      int row = first + (int)threadIdx.x / WEIGHT_COLUMNS + i * WEIGHT_WARPS;
      bool there = row < rows && column < c;
      long long at = (long long)row * c + column;
      dy[i] = there ? dys[at] : 0.0f;
      sum[i] = there ? sums[at] : 0.0f;
      rstd[i] = there ? rstds[row] : 0.0f;
    }
  }

  __device__ __forceinline__ void put(float (*products)[WEIGHT_COLUMNS]) const {
#pragma unroll
    for (int i = 0; i < WEIGHT_EACH; i++) {
      products[(int)threadIdx.x / WEIGHT_COLUMNS + i * WEIGHT_WARPS][threadIdx.x % WEIGHT_COLUMNS] = dy[i] * (sum[i] * rstd[i]);
    }
  }
};

// norm_weight: dw = the sum over rows of dy x rstd, in the order of the rows, from dw on where accumulate is set. All warps of a block bring products of a
// tile of rows; the first adds them up while the next ones are on their way.
extern "C" __global__ void __launch_bounds__(WEIGHT_COLUMNS* WEIGHT_WARPS)
    norm_weight(float* dw, const float* dy, const float* sum, const float* rstd, int rows, int c, int accumulate) {
  __shared__ float products[2][WEIGHT_ROWS][WEIGHT_COLUMNS];
  int lane = (int)threadIdx.x % WEIGHT_COLUMNS, column = (int)blockIdx.x * WEIGHT_COLUMNS + lane, half = 0;
  bool adds = threadIdx.x < WEIGHT_COLUMNS && column < c;
  float total = adds && accumulate ? dw[column] : 0.0f;
  WeightRows next;
  next.fetch(dy, sum, rstd, 0, rows, c, column);
  for (int first = 0; first < rows; first += WEIGHT_ROWS) {
    next.put(products[half]);
    __syncthreads();  // behind it the other half is free
    next.fetch(dy, sum, rstd, first + WEIGHT_ROWS, rows, c, column);
    int there = rows - first < WEIGHT_ROWS ? rows - first : WEIGHT_ROWS;
    if (adds) {
#pragma unroll 16
      for (int i = 0; i < there; i++) total += products[half][i][lane];
    }
    half = 1 - half;
  }
  if (adds) dw[column] = total;
}
EXPORT_KERNEL(norm_weight)
