// product.cuh is the matrix product c = op(a) op(b), or c += op(a) op(b): c (m,n), op(a) (m,k), op(b) (k,n), row-major.
// Each element is one chain of fused multiply-adds over k in index order, from 0 or from c, so that its bits depend on
// neither the size of a tile nor the transposes, and are those of internal/kernel/matmul.go.
#pragma once
#include "tile.cuh"

#define PRODUCT_PARTS 4  // of steps that are in shared memory or on their way to it, a power of two

// product computes a tile of 16 M rows by 16 M columns with 256 threads, each M by M elements. While the tile of some
// steps is multiplied, the next ones are on their way from global memory.
template <int M, int STEPS, bool TRANS_A, bool TRANS_B>
static __device__ __forceinline__ void product(float* c, const float* a, const float* b, int m, int n, int k, int accumulate) {
  const int tile = 16 * M;
  __shared__ __attribute__((aligned(16))) float as[PRODUCT_PARTS][STEPS][tile + TILE_PAD];
  __shared__ __attribute__((aligned(16))) float bs[PRODUCT_PARTS][STEPS][tile + TILE_PAD];
  int firstRow = (int)blockIdx.x * tile, firstColumn = (int)blockIdx.y * tile;
  int lda = TRANS_A ? m : k, ldb = TRANS_B ? k : n;
  Loader<!TRANS_A, tile, STEPS> left(a + (TRANS_A ? firstRow : (long long)firstRow * lda), lda, m - firstRow);
  Loader<TRANS_B, tile, STEPS> right(b + (TRANS_B ? (long long)firstColumn * ldb : firstColumn), ldb, n - firstColumn);
  Copies copies;
#pragma unroll
  for (int part = 0; part < PRODUCT_PARTS - 1; part++) {
    left.copy(copies, as[part], k - part * STEPS);
    right.copy(copies, bs[part], k - part * STEPS);
    copies.close();
  }

  float sum[M][M];
#pragma unroll
  for (int i = 0; i < M; i++) {
    int r = firstRow + ownOf<M>(placeRow(), i);
#pragma unroll
    for (int j = 0; j < M; j++) {
      int s = firstColumn + ownOf<M>(placeColumn(), j);
      sum[i][j] = accumulate && r < m && s < n ? c[(long long)r * n + s] : 0.0f;
    }
  }

  unsigned part = 0;
#pragma unroll 1
  for (int rest = k; rest > 0; rest -= STEPS) {
    copies.wait<PRODUCT_PARTS - 2>();
    __syncthreads();  // behind it the part before this one is free
    unsigned free = (part + PRODUCT_PARTS - 1) % PRODUCT_PARTS;
    left.copy(copies, as[free], rest - (PRODUCT_PARTS - 1) * STEPS);
    right.copy(copies, bs[free], rest - (PRODUCT_PARTS - 1) * STEPS);
    copies.close();
    multiply<STEPS>(sum, as[part], bs[part], rest);
    part = (part + 1) % PRODUCT_PARTS;
  }

  const int piece = M < 4 ? M : 4;
  firstRow = again(firstRow), firstColumn = again(firstColumn);
  bool aligned = n % piece == 0 && ((unsigned long long)c & (4 * piece - 1)) == 0;
#pragma unroll
  for (int i = 0; i < M; i++) {
    int r = firstRow + ownOf<M>(placeRow(), i);
    if (r >= m) continue;
#pragma unroll
    for (int j = 0; j < M; j += piece) {
      int s = firstColumn + ownOf<M>(placeColumn(), j);
      float* to = c + (long long)r * n + s;
      Piece<piece> whole;
#pragma unroll
      for (int l = 0; l < piece; l++) whole.x[l] = sum[i][j + l];
      if (aligned && s < n) {
        *(Piece<piece>*)to = whole;
        continue;
      }
#pragma unroll
      for (int l = 0; l < piece; l++) {
        if (s + l < n) to[l] = whole.x[l];
      }
    }
  }
}

// A kernel for each pair of transposes (n: as stored, t: transposed; of a, then of b) and each size of a tile. So many
// blocks have the registers of one multiprocessor.
#define PRODUCT(NAME, EACH, STEPS, BLOCKS, TRANS_A, TRANS_B)                                \
  extern "C" __global__ void __launch_bounds__(TILE_THREADS, BLOCKS)                        \
      NAME(float* c, const float* a, const float* b, int m, int n, int k, int accumulate) { \
    product<EACH, STEPS, TRANS_A, TRANS_B>(c, a, b, m, n, k, accumulate);                   \
  }                                                                                         \
  EXPORT_KERNEL(NAME)

#define PRODUCTS(SIZE, STEPS, BLOCKS)                                  \
  PRODUCT(product_nn_##SIZE, SIZE / 16, STEPS, BLOCKS, false, false)   \
  PRODUCT(product_nt_##SIZE, SIZE / 16, STEPS, BLOCKS, false, true)    \
  PRODUCT(product_tn_##SIZE, SIZE / 16, STEPS, BLOCKS, true, false)    \
  PRODUCT(product_tt_##SIZE, SIZE / 16, STEPS, BLOCKS, true, true)

PRODUCTS(32, 32, 4)
PRODUCTS(64, 16, 3)
PRODUCTS(128, 8, 2)
