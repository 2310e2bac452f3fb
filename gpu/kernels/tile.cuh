// tile.cuh is what products and attention share: 256 threads multiply two tiles in shared memory. Every element of the
// result is one chain of fused multiply-adds in index order, as in internal/kernel/matmul.go.
#pragma once
#include "copies.cuh"

#define TILE_THREADS 256
#define TILE_PAD 4  // keeps rows apart in the banks of shared memory, and aligned

// A thread's place is one of 16 by 16. A warp has four rows by eight columns of places, and neighbouring lanes differ in
// the row: then what a warp reads of either side comes in two pieces.
static __device__ __forceinline__ int placeRow() { return (int)threadIdx.x / 64 * 4 + (int)threadIdx.x % 32 / 16 * 2 + (int)threadIdx.x % 2; }
static __device__ __forceinline__ int placeColumn() { return (int)threadIdx.x / 32 % 2 * 8 + (int)threadIdx.x % 16 / 2; }

// A thread has N of the 16 N rows, or columns, of a tile: up to four neighbours, and again as many further on.
template <int N>
static __device__ __forceinline__ int ownOf(int place, int i) {
  const int piece = N < 4 ? N : 4;
  return i / piece * (16 * piece) + place * piece + i % piece;
}

// The first of four rows and of four columns, in a tile of 64 by 64.
static __device__ __forceinline__ int tileRow() { return ownOf<4>(placeRow(), 0); }
static __device__ __forceinline__ int tileColumn() { return ownOf<4>(placeColumn(), 0); }

// Loader brings parts of one matrix, lines (rows of a, columns of b) by steps of the summed index, from global to
// shared memory, which holds [step][line]. ALONG is set where neighbours in memory differ in the summed index.
template <bool ALONG, int LINES, int STEPS>
struct Loader {
  static const int EACH = LINES * STEPS / TILE_THREADS;  // numbers of a thread
  static const int APART = ALONG ? TILE_THREADS / STEPS : TILE_THREADS / LINES;
  static_assert(EACH == 4, "a thread brings four numbers");
  const float* next;
  int stride, advance;
  int line, step;  // of the thread's first number
  int lines;       // that the matrix has, from the thread's first on
  bool four;       // the thread's numbers are neighbours in memory

  // The matrix begins at x with the tile's first of so many lines, and its rows are ld apart, fewer than 2^24.
  __device__ __forceinline__ Loader(const float* x, int ld, int there) {
    int thread = (int)threadIdx.x;
    four = !ALONG && ld % EACH == 0 && ((unsigned long long)x & 15) == 0;
    step = ALONG ? thread % STEPS : four ? thread / (LINES / EACH) : thread / LINES;
    line = ALONG ? thread / STEPS : four ? thread % (LINES / EACH) * EACH : thread % LINES;
    next = ALONG ? x + (long long)line * ld + step : x + (long long)step * ld + line;
    stride = APART * ld;
    advance = ALONG ? STEPS : STEPS * ld;
    lines = there - line;
  }

  // copy begins to copy the next part, of which n steps are left. What isn't there stays as it was.
  __device__ __forceinline__ void copy(Copies& copies, float (*to)[LINES + TILE_PAD], int n) {
    int steps = n - step, there = again(lines), across = again(stride);
    if (four) {
      if (there > 0 && steps > 0) copies.four(&to[step][line], next);
    } else {
#pragma unroll
      for (int i = 0; i < EACH; i++) {
        int atLine = ALONG ? i * APART : 0, atStep = ALONG ? 0 : i * APART;
        if (atLine < there && atStep < steps) copies.one(&to[step + atStep][line + atLine], next + i * across);
      }
    }
    next += advance;
  }
};

// Piece is neighbours that are read at once.
template <int N>
struct __attribute__((aligned(4 * N))) Piece {
  float x[N];
};

// readPiece reads a piece of a thread's numbers of a side, which lies in shared memory: those from i on.
template <int N>
static __device__ __forceinline__ void readPiece(float (&own)[N], const float* side, int place, int i) {
  const int size = N < 4 ? N : 4;
  Piece<size> piece = *(const Piece<size>*)(side + ownOf<N>(place, i));
#pragma unroll
  for (int k = 0; k < size; k++) own[i + k] = piece.x[k];
}

template <int N>
static __device__ __forceinline__ void readOwn(float (&own)[N], const float* side, int place) {
#pragma unroll
  for (int i = 0; i < N; i += 4) readPiece(own, side, place, i);
}

// addProducts continues the chains of up to four of a thread's rows by one step.
template <int M, int N>
static __device__ __forceinline__ void addProducts(float (&sum)[M][N], const float (&a)[M], const float (&b)[N], int from) {
#pragma unroll
  for (int i = from; i < M && i < from + 4; i++) {
#pragma unroll
    for (int j = 0; j < N; j++) sum[i][j] = fmaf(a[i], b[j], sum[i][j]);
  }
}

// multiplyStep continues a thread's chains by one step, of a side for the rows and one for the columns.
template <int M, int N>
static __device__ __forceinline__ void multiplyStep(float (&sum)[M][N], const float* row, const float* column) {
  float a[M], b[N];
  readOwn(a, row, placeRow());
  readOwn(b, column, placeColumn());
#pragma unroll
  for (int i = 0; i < M; i += 4) addProducts(sum, a, b, i);
}

// multiply continues the chains by n steps, at most STEPS. In code of several steps the compiler reads ahead, as far as
// registers allow.
template <int STEPS, int M, int N>
static __device__ __forceinline__ void multiply(float (&sum)[M][N], const float (*a)[16 * M + TILE_PAD],
                                                const float (*b)[16 * N + TILE_PAD], int n) {
  if (n < STEPS) {
#pragma unroll 1
    for (int k = 0; k < n; k++) multiplyStep(sum, a[k], b[k]);
    return;
  }
  const int UNROLLED = M == 8 ? 4 : STEPS;
#pragma unroll UNROLLED
  for (int k = 0; k < STEPS; k++) multiplyStep(sum, a[k], b[k]);
}
