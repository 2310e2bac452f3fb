// tile.cuh is what products and attention share: 256 threads multiply two tiles in shared memory. Every element of the
// result is one chain of fused multiply-adds in index order, as in internal/kernel/matmul.go.
#pragma once
#include "device.h"

#define TILE_THREADS 256
#define TILE_PAD 4  // keeps rows apart in the banks of shared memory, and aligned

struct __attribute__((aligned(16))) Four {
  float x[4];
};

// A thread's row i is 64 (i/4) + 4 ty + i mod 4 of the tile, and its column j is 64 (j/4) + 4 tx + j mod 4.
static __device__ __forceinline__ int tileRow() { return 4 * ((int)threadIdx.x / 16); }
static __device__ __forceinline__ int tileColumn() { return 4 * ((int)threadIdx.x % 16); }

// Loader brings parts of one matrix, lines (rows of a, columns of b) by steps of the summed index, from global to
// shared memory, which holds [step][line]. ALONG is set where neighbours in memory differ in the summed index.
template <bool ALONG, int LINES, int STEPS>
struct Loader {
  static const int EACH = LINES * STEPS / TILE_THREADS;  // elements of a thread
  static const int APART = ALONG ? TILE_THREADS / STEPS : TILE_THREADS / LINES;
  const float* next;
  int stride, advance;
  int line, step;  // of the thread's first element
  unsigned lines;  // a bit for each element whose line the matrix has
  float held[EACH];

  // The matrix begins at x with the tile's first of so many lines, and its rows are ld apart, fewer than 2^24.
  __device__ __forceinline__ Loader(const float* x, int ld, int there) {
    int thread = (int)threadIdx.x;
    step = ALONG ? thread % STEPS : thread / LINES;
    line = ALONG ? thread / STEPS : thread % LINES;
    next = ALONG ? x + (long long)line * ld + step : x + (long long)step * ld + line;
    stride = APART * ld;
    advance = ALONG ? STEPS : STEPS * ld;
    lines = 0;
#pragma unroll
    for (int i = 0; i < EACH; i++) lines |= (unsigned)(line + (ALONG ? i * APART : 0) < there) << i;
  }

  // fetch reads the next part, of which n steps are left. What isn't there is zero.
  __device__ __forceinline__ void fetch(int n) {
#pragma unroll
    for (int i = 0; i < EACH; i++) {
      bool there = (lines >> i & 1) && step + (ALONG ? 0 : i * APART) < n;
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

// multiply continues the chains by n steps, at most STEPS. UNROLLED of them are one piece of code.
template <int STEPS, int UNROLLED, int M, int N>
static __device__ __forceinline__ void multiply(float (&sum)[M][N], const float (*a)[16 * M + TILE_PAD],
                                                const float (*b)[16 * N + TILE_PAD], int n) {
  if (UNROLLED > 1 && n >= STEPS) {
#pragma unroll UNROLLED
    for (int k = 0; k < STEPS; k++) multiplyStep(sum, a[k], b[k]);
    return;
  }
  int end = n < STEPS ? n : STEPS;
#pragma unroll 1
  for (int k = 0; k < end; k++) multiplyStep(sum, a[k], b[k]);
}
