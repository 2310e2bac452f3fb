// product.cuh is the matrix product c = op(a) op(b), or c += op(a) op(b): c (m,n), op(a) (m,k), op(b) (k,n), row-major.
// Each element is one chain of fused multiply-adds over k in index order, from 0 or from c, so that its bits depend on
// neither the size of a tile nor the transposes, and are those of internal/kernel/matmul.go.
#pragma once
#include "tile.cuh"

// product computes a tile of 16 M rows by 16 N columns with 256 threads, each M by N elements. While the tile of one
// step is multiplied, the next one is on its way from global memory.
template <int M, int N, int STEPS, bool TRANS_A, bool TRANS_B>
static __device__ __forceinline__ void product(float* c, const float* a, const float* b, int m, int n, int k, int accumulate) {
  __shared__ __attribute__((aligned(16))) float as[2][STEPS][16 * M + TILE_PAD];
  __shared__ __attribute__((aligned(16))) float bs[2][STEPS][16 * N + TILE_PAD];
  int firstRow = (int)blockIdx.x * (16 * M), firstColumn = (int)blockIdx.y * (16 * N);
  int lda = TRANS_A ? m : k, ldb = TRANS_B ? k : n;
  Loader<!TRANS_A, 16 * M, STEPS> left(a + (TRANS_A ? firstRow : (long long)firstRow * lda), lda, m - firstRow);
  Loader<TRANS_B, 16 * N, STEPS> right(b + (TRANS_B ? (long long)firstColumn * ldb : firstColumn), ldb, n - firstColumn);

  int row = firstRow + tileRow(), column = firstColumn + tileColumn();
  float sum[M][N];
#pragma unroll
  for (int i = 0; i < M; i++) {
    int r = row + i / 4 * 64 + i % 4;
#pragma unroll
    for (int j = 0; j < N; j++) {
      int s = column + j / 4 * 64 + j % 4;
      sum[i][j] = accumulate && r < m && s < n ? c[(long long)r * n + s] : 0.0f;
    }
  }

  left.fetch(k);
  right.fetch(k);
  left.put(as[0]);
  right.put(bs[0]);
  __syncthreads();
  int half = 0;
  for (int rest = k; rest > 0; rest -= STEPS) {
    if (rest > STEPS) {
      left.fetch(rest - STEPS);
      right.fetch(rest - STEPS);
    }
    multiply<STEPS, M == 8 ? 1 : 4>(sum, as[half], bs[half], rest);
    half = 1 - half;
    if (rest > STEPS) {
      left.put(as[half]);
      right.put(bs[half]);
    }
    __syncthreads();
  }

  bool aligned = n % 4 == 0 && ((unsigned long long)c & 15) == 0;
#pragma unroll
  for (int i = 0; i < M; i++) {
    int r = row + i / 4 * 64 + i % 4;
    if (r >= m) continue;
#pragma unroll
    for (int j = 0; j < N; j += 4) {
      int s = column + j / 4 * 64;
      float* to = c + (long long)r * n + s;
      if (aligned && s < n) {
        *(Four*)to = Four{{sum[i][j], sum[i][j + 1], sum[i][j + 2], sum[i][j + 3]}};
        continue;
      }
#pragma unroll
      for (int l = 0; l < 4; l++) {
        if (s + l < n) to[l] = sum[i][j + l];
      }
    }
  }
}

// A kernel for each pair of transposes (n: as stored, t: transposed; of a, then of b) and each size of a tile. So many
// blocks have the registers of one multiprocessor.
#define PRODUCT(NAME, EACH, STEPS, BLOCKS, TRANS_A, TRANS_B)                                \
  extern "C" __global__ void __launch_bounds__(TILE_THREADS, BLOCKS)                        \
      NAME(float* c, const float* a, const float* b, int m, int n, int k, int accumulate) { \
    product<EACH, EACH, STEPS, TRANS_A, TRANS_B>(c, a, b, m, n, k, accumulate);             \
  }                                                                                         \
  EXPORT_KERNEL(NAME)

PRODUCT(product_nn_64, 4, 16, 3, false, false)
PRODUCT(product_nt_64, 4, 16, 3, false, true)
PRODUCT(product_tn_64, 4, 16, 3, true, false)
PRODUCT(product_tt_64, 4, 16, 3, true, true)
PRODUCT(product_nn_128, 8, 8, 2, false, false)
PRODUCT(product_nt_128, 8, 8, 2, false, true)
PRODUCT(product_tn_128, 8, 8, 2, true, false)
PRODUCT(product_tt_128, 8, 8, 2, true, true)
