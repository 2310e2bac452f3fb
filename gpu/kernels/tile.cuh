// tile.cuh is what products and attention share: 256 threads multiply two tiles in shared memory. Every element of the
// result is one chain of fused multiply-adds in index order, as in internal/kernel/matmul.go.
#pragma once
#include "device.h"

#define TILE_THREADS 256
#define TILE_STEP 16  // the part of the summed index that is held at once
#define TILE_PAD 4    // keeps rows apart in the banks of shared memory, and aligned

struct __attribute__((aligned(16))) Four {
  float x[4];
};

// A thread's row i is 64 (i/4) + 4 ty + i mod 4 of the tile, and its column j is 64 (j/4) + 4 tx + j mod 4.
static __device__ __forceinline__ int tileRow() { return 4 * ((int)threadIdx.x / 16); }
static __device__ __forceinline__ int tileColumn() { return 4 * ((int)threadIdx.x % 16); }

// Loader brings parts of one matrix, lines (rows of a, columns of b) by TILE_STEP of the summed index, from global to
// shared memory, which holds [step][line]. ALONG is set where neighbours in memory differ in the summed index.
template <bool ALONG, int LINES>
struct Loader {
  static const int EACH = LINES / TILE_STEP;  // elements of a thread
  static const int APART = ALONG ? TILE_THREADS / TILE_STEP : TILE_THREADS / LINES;
  const float* next;
  long long stride, advance;
  int line, step;  // of the thread's first element
  int lines;       // that the matrix has from the tile's first on
  float held[EACH];

  // The matrix begins at x with the tile's first line, and its rows are ld apart.
  __device__ __forceinline__ Loader(const float* x, long long ld, int lines) : lines(lines) {
    int thread = (int)threadIdx.x;
    step = ALONG ? thread % TILE_STEP : thread / LINES;
    line = ALONG ? thread / TILE_STEP : thread % LINES;
    next = ALONG ? x + line * ld + step : x + step * ld + line;
    stride = APART * ld;
    advance = ALONG ? TILE_STEP : TILE_STEP * ld;
  }

  // fetch reads the next part, of which n steps are left. What isn't there is zero.
  __device__ __forceinline__ void fetch(int n) {
#pragma unroll
    for (int i = 0; i < EACH; i++) {
      bool there = ALONG ? step < n && line + i * APART < lines : step + i * APART < n && line < lines;
      held[i] = there ? next[i * stride] : 0.0f;
    }
    next += advance;
  }

  __device__ __forceinline__ void put(float (*to)[LINES + TILE_PAD]) const {
#pragma unroll
    for (int i = 0; i < EACH; i++) {
      if (ALONG) {
        to[step][line + i * APART] = held[i];
      } else {
        to[step + i * APART][line] = held[i];
      }
    }
  }
};

// multiplyStep continues a thread's chains by one step: row[i] and column[j] lie in shared memory.
template <int M, int N>
static __device__ __forceinline__ void multiplyStep(float (&sum)[M][N], const float* row, const float* column) {
  float a[M], b[N];
#pragma unroll
  for (int i = 0; i < M; i += 4) {
    Four four = *(const Four*)(row + i * 16 + tileRow());
#pragma unroll
    for (int k = 0; k < 4; k++) a[i + k] = four.x[k];
  }
#pragma unroll
  for (int j = 0; j < N; j += 4) {
    Four four = *(const Four*)(column + j * 16 + tileColumn());
#pragma unroll
    for (int k = 0; k < 4; k++) b[j + k] = four.x[k];
  }
#pragma unroll
  for (int i = 0; i < M; i++) {
#pragma unroll
    for (int j = 0; j < N; j++) sum[i][j] = fmaf(a[i], b[j], sum[i][j]);
  }
}

// multiply continues the chains by n steps, at most TILE_STEP.
template <int M, int N>
static __device__ __forceinline__ void multiply(float (&sum)[M][N], const float (*a)[16 * M + TILE_PAD],
                                                const float (*b)[16 * N + TILE_PAD], int n) {
  if (n >= TILE_STEP) {
#pragma unroll 2
    for (int k = 0; k < TILE_STEP; k++) multiplyStep(sum, a[k], b[k]);
    return;
  }
#pragma unroll 1
  for (int k = 0; k < n; k++) multiplyStep(sum, a[k], b[k]);
}
