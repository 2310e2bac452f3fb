// product_tf32.cuh is the matrix product of product.cuh on tensor cores: operands are rounded to TF32, and their products summed in
// float32. Each element is one chain over the summed index from 0 or from c, eight steps of it at a time, those from a multiple of
// eight on; what lies behind its end counts as zeros. So an element's bits depend on neither the size of a tile nor the transposes;
// how a tensor core rounds within eight steps is the device's.
#pragma once
#include "copies.cuh"
#include "mma.cuh"
#include "tile.cuh"

#define TENSOR_STEPS 16  // of the summed index, that are one part of a tile
#define TENSOR_PARTS 4   // that are in shared memory or on their way to it, a power of two

// A warp has WARP by WARP elements of a tile. Of a side it has WARP lines (rows of a, columns of b), and the lanes of one g = lane / 4
// have the lines ownLine(0, g), ownLine(1, g) and so on. Where neighbours in memory differ in the summed index (ALONG) these are
// eight apart; otherwise four at a time are neighbours, which are read at once.
template <bool ALONG>
static __device__ __forceinline__ int ownLine(int i, int g) {
  return ALONG ? 8 * i + g : i / 4 * 32 + 4 * g + i % 4;
}

// Operand is a lane's numbers of a side for eight steps: of each of its lines those of the steps 2t and 2t + 1, with t = lane % 4. To
// a tensor core they are the steps t and t + 4: sides agree, so that it multiplies what belongs together.
template <int WARP>
struct Operand {
  float x[WARP / 8][2];
};

// TensorSide brings parts of one matrix from global to shared memory, and from there to the lanes. Shared memory has [line][step]
// where neighbours differ in the summed index, else [step][line], in pieces of 16 bytes. Pieces are exchanged so that lanes that
// read at once read from all banks.
template <bool ALONG, int LINES, int WARP, int THREADS>
struct TensorSide {
  static const int NUMBERS = LINES * TENSOR_STEPS;  // of a part
  const float* next;
  int stride;       // of the matrix
  int lines, line;  // that the matrix has from the tile's first on, and the thread's first of them
  int step;         // of the thread's first number
  bool four;        // a thread's numbers come in fours

  static __device__ __forceinline__ int place(int line, int step) {
    return ALONG ? line * TENSOR_STEPS + ((step / 4) ^ (line / 2 % 2 * 2)) * 4 + step % 4
                 : step * LINES + (line ^ (step / 2 % 4 * 8));
  }

  // The matrix begins at x with the tile's first of so many lines, and its rows are ld apart.
  __device__ __forceinline__ TensorSide(const float* x, int ld, int there) : stride(ld), lines(there) {
    int thread = (int)threadIdx.x;
    four = ld % 4 == 0 && ((unsigned long long)x & 15) == 0;
    if (four) {
      line = ALONG ? thread / (TENSOR_STEPS / 4) : thread % (LINES / 4) * 4;
      step = ALONG ? thread % (TENSOR_STEPS / 4) * 4 : thread / (LINES / 4);
    } else {
      line = ALONG ? thread / TENSOR_STEPS : thread % LINES;
      step = ALONG ? thread % TENSOR_STEPS : thread / LINES;
    }
    next = ALONG ? x + (long long)line * ld + step : x + (long long)step * ld + line;
  }

  // copy begins to copy the next part, of which n steps are left.
  __device__ __forceinline__ void copy(Copies& copies, float* to, int n) {
    if (four) {
      copyPieces<4>(copies, to, n);
    } else {
      copyPieces<1>(copies, to, n);
    }
    next += ALONG ? TENSOR_STEPS : TENSOR_STEPS * stride;
  }

  template <int PIECE>
  __device__ __forceinline__ void copyPieces(Copies& copies, float* to, int n) {
    const int apart = PIECE * THREADS / (ALONG ? TENSOR_STEPS : LINES);  // lines, or steps, from one piece of a thread to the next
    int first = again(line), across = again(stride) * apart;
#pragma unroll
    for (int i = 0; i < NUMBERS / PIECE / THREADS; i++) {
      int l = first + (ALONG ? i * apart : 0), s = step + (ALONG ? 0 : i * apart);
      bool there = l < lines && s < n;
      const float* from = next + i * across;
      if (PIECE == 4) {
        copies.fourOrZeros(to + place(l, s), from, there);
      } else {
        copies.oneOrZero(to + place(l, s), from, there);
      }
    }
  }

  // read gives the lane its operand of a part: of the warp's lines from first on, and of the eight steps from 8 half on.
  static __device__ __forceinline__ void read(Operand<WARP>& own, const float* part, int first, int half) {
    int g = (int)threadIdx.x % 32 / 4, t = (int)threadIdx.x % 4;
    if (ALONG) {
      const float* lane = part + place(first + g, 8 * half + 2 * t);
#pragma unroll
      for (int i = 0; i < WARP / 8; i++) {
        Piece<2> two = *(const Piece<2>*)(lane + 8 * i * TENSOR_STEPS);
        own.x[i][0] = two.x[0], own.x[i][1] = two.x[1];
      }
    } else {
      const float* lane = part + place(first + 4 * g, 2 * t) + 8 * half * LINES;
#pragma unroll
      for (int i = 0; i < WARP / 8; i += 4) {
#pragma unroll
        for (int s = 0; s < 2; s++) {
          Piece<4> lines = *(const Piece<4>*)(lane + s * LINES + 8 * i);
#pragma unroll
          for (int j = 0; j < 4; j++) own.x[i + j][s] = lines.x[j];
        }
      }
    }
  }
};

// Sums is a lane's elements of its warp's, as tensor cores have them.
template <int WARP>
struct Sums {
  float x[WARP / MMA_ROWS][WARP / MMA_COLUMNS][4];
};

// multiply continues the chains by eight steps.
template <int WARP>
static __device__ __forceinline__ void multiply(Sums<WARP>& sums, const Operand<WARP>& a, const Operand<WARP>& b) {
  unsigned columns[WARP / MMA_COLUMNS][2];
#pragma unroll
  for (int j = 0; j < WARP / MMA_COLUMNS; j++) columns[j][0] = toTF32(b.x[j][0]), columns[j][1] = toTF32(b.x[j][1]);
#pragma unroll
  for (int i = 0; i < WARP / MMA_ROWS; i++) {
    const unsigned rows[4] = {toTF32(a.x[2 * i][0]), toTF32(a.x[2 * i + 1][0]), toTF32(a.x[2 * i][1]), toTF32(a.x[2 * i + 1][1])};
#pragma unroll
    for (int j = 0; j < WARP / MMA_COLUMNS; j++) multiplyAdd(sums.x[i][j], rows, columns[j]);
  }
}

// TensorTile is where a lane's elements of c are.
template <int WARP, bool ALONG_A, bool ALONG_B>
struct TensorTile {
  static const int PIECE = ALONG_B ? 2 : 4;  // columns that are neighbours
  int row, column;                           // the warp's first
  int m, n;
  bool aligned;

  // element is that of the i-th of the lane's rows, and of the j-th of its columns.
  static __device__ __forceinline__ float& element(Sums<WARP>& sums, int i, int j) {
    return ALONG_B ? sums.x[i / 2][j / 2][i % 2 * 2 + j % 2] : sums.x[i / 2][j / 8 * 4 + j % 4][i % 2 * 2 + j / 4 % 2];
  }
  static __device__ __forceinline__ int columnOf(int j) {
    int t = (int)threadIdx.x % 4;
    return ALONG_B ? j / 2 * 8 + 2 * t + j % 2 : j / 8 * 32 + 8 * t + j % 8;
  }

  // each calls f for all pieces of the lane that c has, with the piece, where it lies in c, and how many elements of it there are.
  template <class F>
  __device__ __forceinline__ void each(float* c, F f) const {
    int g = (int)threadIdx.x % 32 / 4;
#pragma unroll
    for (int i = 0; i < WARP / 8; i++) {
      int r = row + ownLine<ALONG_A>(i, g);
      if (r >= m) continue;
#pragma unroll
      for (int j = 0; j < WARP / 4; j += PIECE) {
        int s = column + columnOf(j);
        if (s < n) f(i, j, c + (long long)r * n + s, n - s);
      }
    }
  }

  // load gives the chains' beginnings.
  __device__ __forceinline__ void load(Sums<WARP>& sums, float* c, bool accumulate) const {
#pragma unroll
    for (int i = 0; i < WARP / 8; i++) {
#pragma unroll
      for (int j = 0; j < WARP / 4; j++) element(sums, i, j) = 0.0f;
    }
    if (!accumulate) return;
    each(c, [&](int i, int j, const float* from, int there) {
#pragma unroll
      for (int l = 0; l < PIECE; l++) {
        if (l < there) element(sums, i, j + l) = from[l];
      }
    });
  }

  __device__ __forceinline__ void store(Sums<WARP>& sums, float* c) const {
    each(c, [&](int i, int j, float* to, int there) {
      Piece<PIECE> whole;
#pragma unroll
      for (int l = 0; l < PIECE; l++) whole.x[l] = element(sums, i, j + l);
      if (aligned) {
        *(Piece<PIECE>*)to = whole;
        return;
      }
#pragma unroll
      for (int l = 0; l < PIECE; l++) {
        if (l < there) to[l] = whole.x[l];
      }
    });
  }
};

// productTF32 computes a tile of ROWS by COLUMNS elements, WARP by WARP of each warp. Numbers of the next eight steps come from shared
// memory while the present ones are multiplied, and those of the next parts from global memory.
template <int ROWS, int COLUMNS, int WARP, bool TRANS_A, bool TRANS_B>
static __device__ __forceinline__ void productTF32(float* c, const float* a, const float* b, int m, int n, int k, int accumulate) {
  const int THREADS = ROWS / WARP * (COLUMNS / WARP) * 32;
  typedef TensorSide<!TRANS_A, ROWS, WARP, THREADS> Left;
  typedef TensorSide<TRANS_B, COLUMNS, WARP, THREADS> Right;
  const int PART = Left::NUMBERS + Right::NUMBERS;
  DYNAMIC_SHARED(float, parts);
  int firstRow = (int)blockIdx.x * ROWS, firstColumn = (int)blockIdx.y * COLUMNS;
  int warp = (int)threadIdx.x / 32, warpRow = warp / (COLUMNS / WARP) * WARP, warpColumn = warp % (COLUMNS / WARP) * WARP;
  int lda = TRANS_A ? m : k, ldb = TRANS_B ? k : n;
  Left left(a + (TRANS_A ? firstRow : (long long)firstRow * lda), lda, m - firstRow);
  Right right(b + (TRANS_B ? (long long)firstColumn * ldb : firstColumn), ldb, n - firstColumn);
  Copies copies;
#pragma unroll 1
  for (int part = 0; part < TENSOR_PARTS - 1; part++) {
    left.copy(copies, parts + part * PART, k - part * TENSOR_STEPS);
    right.copy(copies, parts + part * PART + Left::NUMBERS, k - part * TENSOR_STEPS);
    copies.close();
  }

  typedef TensorTile<WARP, !TRANS_A, TRANS_B> Tile;
  Tile tile{firstRow + warpRow, firstColumn + warpColumn, m, n,
            n % Tile::PIECE == 0 && ((unsigned long long)c & (4 * Tile::PIECE - 1)) == 0};
  Sums<WARP> sums;
  tile.load(sums, c, accumulate);

  Operand<WARP> rows[2], columns[2];
  copies.wait<TENSOR_PARTS - 2>();
  __syncthreads();
  Left::read(rows[0], parts, warpRow, 0);
  Right::read(columns[0], parts + Left::NUMBERS, warpColumn, 0);
  unsigned part = 0;
#pragma unroll 1
  for (int rest = k; rest > 0; rest -= TENSOR_STEPS) {
    const float* present = parts + part * PART;
    Left::read(rows[1], present, warpRow, 1);
    Right::read(columns[1], present + Left::NUMBERS, warpColumn, 1);
    float* free = parts + (part + TENSOR_PARTS - 1) % TENSOR_PARTS * PART;  // since the last barrier
    left.copy(copies, free, rest - (TENSOR_PARTS - 1) * TENSOR_STEPS);
    right.copy(copies, free + Left::NUMBERS, rest - (TENSOR_PARTS - 1) * TENSOR_STEPS);
    copies.close();
    multiply(sums, rows[0], columns[0]);
    copies.wait<TENSOR_PARTS - 2>();
    __syncthreads();
    part = (part + 1) % TENSOR_PARTS;
    Left::read(rows[0], parts + part * PART, warpRow, 0);
    Right::read(columns[0], parts + part * PART + Left::NUMBERS, warpColumn, 0);
    multiply(sums, rows[1], columns[1]);
  }
  tile.store(sums, c);
}

// A kernel for each pair of transposes, as in product.cuh, and each size of a tile, named by its rows. So many blocks have the
// registers of one multiprocessor.
#define PRODUCT_TF32(NAME, ROWS, COLUMNS, WARP, BLOCKS, TRANS_A, TRANS_B)                             \
  extern "C" __global__ void __launch_bounds__(ROWS / WARP * (COLUMNS / WARP) * 32, BLOCKS)           \
      NAME(float* c, const float* a, const float* b, int m, int n, int k, int accumulate) {           \
    productTF32<ROWS, COLUMNS, WARP, TRANS_A, TRANS_B>(c, a, b, m, n, k, accumulate);                 \
  }                                                                                                   \
  EXPORT_KERNEL(NAME)

#define PRODUCTS_TF32(ROWS, COLUMNS, WARP, BLOCKS)                                    \
  PRODUCT_TF32(product_tf32_nn_##ROWS, ROWS, COLUMNS, WARP, BLOCKS, false, false)     \
  PRODUCT_TF32(product_tf32_nt_##ROWS, ROWS, COLUMNS, WARP, BLOCKS, false, true)      \
  PRODUCT_TF32(product_tf32_tn_##ROWS, ROWS, COLUMNS, WARP, BLOCKS, true, false)      \
  PRODUCT_TF32(product_tf32_tt_##ROWS, ROWS, COLUMNS, WARP, BLOCKS, true, true)

PRODUCTS_TF32(64, 64, 32, 4)
PRODUCTS_TF32(128, 128, 64, 2)
PRODUCTS_TF32(256, 128, 64, 1)
