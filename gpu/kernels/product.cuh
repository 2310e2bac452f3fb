// product.cuh is the matrix product c = op(a) op(b), or c += op(a) op(b): c (m,n), op(a) (m,k), op(b) (k,n), row-major.
// Each element is one chain of fused multiply-adds over k in index order, from 0 or from c, so that its bits depend on
// neither the size of a tile nor the transposes, and are those of internal/kernel/matmul.go.
#pragma once
#include "tile.cuh"

// product computes a tile of 16 M rows by 16 N columns with 256 threads, each M by N elements. While the tile of one
// step is multiplied, the next one is on its way from global memory.
template <int M, int N, bool TRANS_A, bool TRANS_B>
static __device__ __forceinline__ void product(float* c, const float* a, const float* b, int m, int n, int k, int rowTiles, int accumulate) {
  __shared__ __attribute__((aligned(16))) float as[2][TILE_STEP][16 * M + TILE_PAD];
  __shared__ __attribute__((aligned(16))) float bs[2][TILE_STEP][16 * N + TILE_PAD];
  int firstRow = (int)(blockIdx.x % (unsigned)rowTiles) * (16 * M);
  int firstColumn = (int)(blockIdx.x / (unsigned)rowTiles) * (16 * N);
  long long lda = TRANS_A ? m : k, ldb = TRANS_B ? k : n;
  Loader<!TRANS_A, 16 * M> left(a + (TRANS_A ? firstRow : firstRow * lda), lda, m - firstRow);
  Loader<TRANS_B, 16 * N> right(b + (TRANS_B ? firstColumn * ldb : firstColumn), ldb, n - firstColumn);

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
  for (int done = 0; done < k; done += TILE_STEP) {
    bool more = done + TILE_STEP < k;
    if (more) {
      left.fetch(k - done - TILE_STEP);
      right.fetch(k - done - TILE_STEP);
    }
    multiply<M, N>(sum, as[half], bs[half], k - done);
    half = 1 - half;
    if (more) {
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

// A kernel for each pair of transposes (n: as stored, t: transposed; of a, then of b) and each size of a tile.
#define PRODUCT(NAME, EACH, TRANS_A, TRANS_B)                                                                  \
  extern "C" __global__ void __launch_bounds__(TILE_THREADS, 2)                                                \
      NAME(float* c, const float* a, const float* b, int m, int n, int k, int rowTiles, int accumulate) {      \
    product<EACH, EACH, TRANS_A, TRANS_B>(c, a, b, m, n, k, rowTiles, accumulate);                             \
  }                                                                                                            \
  EXPORT_KERNEL(NAME)

PRODUCT(product_nn_64, 4, false, false)
PRODUCT(product_nt_64, 4, false, true)
PRODUCT(product_tn_64, 4, true, false)
PRODUCT(product_tt_64, 4, true, true)
PRODUCT(product_nn_128, 8, false, false)
PRODUCT(product_nt_128, 8, false, true)
PRODUCT(product_tn_128, 8, true, false)
PRODUCT(product_tt_128, 8, true, true)
