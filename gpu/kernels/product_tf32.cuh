// product_tf32.cuh is the matrix product of product.cuh on tensor cores: operands are rounded to TF32, and their products summed in
// float32. Each element is one chain over the summed index from 0 or from c, eight steps of it at a time, those from a multiple of
// eight on; what lies behind its end counts as zeros. So an element's bits depend on neither the size of a tile nor the transposes;
// how a tensor core rounds within eight steps is the device's.
#pragma once
#include "copies.cuh"
#include "mma.cuh"

#define TENSOR_STEPS 16  // of the summed index, that are one part of a tile
#define TENSOR_PARTS 4   // that are in shared memory or on their way to it, a power of two

// A warp has WARP by WARP elements of a tile, and so WARP lines of either side: rows of a, columns of b. One side comes in quads, 16
// lines by eight steps of one instruction, and the other in pairs, eight lines by eight steps: the first and the second operand.
template <int WARP>
struct Quads {
  unsigned x[WARP / MMA_ROWS][4];
};
template <int WARP>
struct Pairs {
  unsigned x[WARP / MMA_COLUMNS][2];
};

// quadLine is a lane's line of the i-th quad: the first or the second, with g = lane / 4. Where neighbours in memory differ in the
// summed index (ALONG) they are eight apart, otherwise neighbours, which are read at once.
template <bool ALONG>
static __device__ __forceinline__ int quadLine(int i, int second, int g) {
  return MMA_ROWS * i + (ALONG ? 8 * second + g : 2 * g + second);
}

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

  static __device__ __forceinline__ unsigned place(unsigned line, unsigned step) {
    return ALONG ? line * TENSOR_STEPS + ((step / 4) ^ (line / 2 % 4)) * 4 + step % 4 : step * LINES + (line ^ (step % 4 * 8));
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
    const bool alike = ALONG ? apart % 8 == 0 : apart % 4 == 0;          // places are as far apart as lines, or steps
    int l = again(line), s = again(step), across = again(stride) * apart;
    int from = ALONG ? l : s, end = ALONG ? (s < n ? lines : 0) : (l < lines ? n : 0);  // of the lines, or steps, that are there
    float* first = to + place(l, s);
#pragma unroll
    for (int i = 0; i < NUMBERS / PIECE / THREADS; i++) {
      int farther = i * apart;
      bool there = from + farther < end;
      float* at = alike ? first + farther * (ALONG ? TENSOR_STEPS : LINES) : to + (ALONG ? place(l + farther, s) : place(l, s + farther));
      if (PIECE == 4) {
        copies.fourOrZeros(at, next + i * across, there);
      } else {
        copies.oneOrZero(at, next + i * across, there);
      }
    }
  }

  // readQuads gives the lane its numbers of a part: of the warp's lines from first on, and of the eight steps from step on.
  static __device__ __forceinline__ void readQuads(Quads<WARP>& own, const float* part, int first, int step) {
    int lane = (int)threadIdx.x % 32, g = lane / 4, t = lane % 4;
#pragma unroll
    for (int i = 0; i < WARP / MMA_ROWS; i++) {
      if (ALONG) {
        loadMatrices(own.x[i], part + place(first + lane % 16, step + lane / 16 * 4) + MMA_ROWS * i * TENSOR_STEPS);
        continue;
      }
#pragma unroll
      for (int s = 0; s < 2; s++) {
        loadTwo(own.x[i][2 * s], own.x[i][2 * s + 1], part + place(first + quadLine<ALONG>(i, 0, g), step + t + 4 * s));
      }
    }
  }

  static __device__ __forceinline__ void readPairs(Pairs<WARP>& own, const float* part, int first, int step) {
    int lane = (int)threadIdx.x % 32, g = lane / 4, t = lane % 4;
#pragma unroll
    for (int j = 0; j < WARP / MMA_COLUMNS; j += 2) {
      if (ALONG) {
        unsigned four[4];
        loadMatrices(four, part + place(first + lane / 16 * 8 + lane % 8, step + lane / 8 % 2 * 4) + MMA_COLUMNS * j * TENSOR_STEPS);
        own.x[j][0] = four[0], own.x[j][1] = four[1], own.x[j + 1][0] = four[2], own.x[j + 1][1] = four[3];
        continue;
      }
#pragma unroll
      for (int s = 0; s < 4; s++) {
        own.x[j + s / 2][s % 2] = loadOne(part + place(first + MMA_COLUMNS * (j + s / 2) + g, step + t + s % 2 * 4));
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
static __device__ __forceinline__ void multiply(Sums<WARP>& sums, const Quads<WARP>& quads, const Pairs<WARP>& pairs) {
  unsigned b[WARP / MMA_COLUMNS][2];
#pragma unroll
  for (int j = 0; j < WARP / MMA_COLUMNS; j++) b[j][0] = toTF32(pairs.x[j][0]), b[j][1] = toTF32(pairs.x[j][1]);
#pragma unroll
  for (int i = 0; i < WARP / MMA_ROWS; i++) {
    const unsigned a[4] = {toTF32(quads.x[i][0]), toTF32(quads.x[i][1]), toTF32(quads.x[i][2]), toTF32(quads.x[i][3])};
#pragma unroll
    for (int j = 0; j < WARP / MMA_COLUMNS; j++) multiplyAdd(sums.x[i][j], a, b[j]);
  }
}

// TensorTile is where a lane's elements of c are: twos that are neighbours in a row. QUADS says that quads are of rows, which lie ALONG
// the summed index or not; else quads are of columns, which don't.
template <int WARP, bool QUADS, bool ALONG>
struct TensorTile {
  static const int TILES = WARP / MMA_ROWS * (WARP / MMA_COLUMNS);
  int row, column;  // the warp's first
  int m, n;
  bool aligned;  // twos are read and written in one piece

  // first and second are the two elements of a lane in one row, of the i-th quad and the j-th pair.
  static __device__ __forceinline__ float& first(Sums<WARP>& sums, int i, int j, int half) { return sums.x[i][j][QUADS ? 2 * half : half]; }
  static __device__ __forceinline__ float& second(Sums<WARP>& sums, int i, int j, int half) {
    return sums.x[i][j][QUADS ? 2 * half + 1 : half + 2];
  }

  // each calls f for all such twos that c has, with its elements, where the first lies in c, and whether c has the second.
  template <class F>
  __device__ __forceinline__ void each(Sums<WARP>& sums, float* c, F f) const {
    int g = (int)threadIdx.x % 32 / 4, t = (int)threadIdx.x % 4;
#pragma unroll
    for (int at = 0; at < 2 * TILES; at++) {
      int i = at / 2 / (WARP / MMA_COLUMNS), j = at / 2 % (WARP / MMA_COLUMNS), half = at % 2;
      int r = row + (QUADS ? quadLine<ALONG>(i, half, g) : MMA_COLUMNS * j + 2 * t + half);
      int s = column + (QUADS ? MMA_COLUMNS * j + 2 * t : quadLine<false>(i, 0, g));
      if (r < m && s < n) f(first(sums, i, j, half), second(sums, i, j, half), c + (long long)r * n + s, s + 1 < n);
    }
  }

  // load gives the chains' beginnings.
  __device__ __forceinline__ void load(Sums<WARP>& sums, float* c, bool accumulate) const {
#pragma unroll
    for (int at = 0; at < 4 * TILES; at++) sums.x[at / 4 / (WARP / MMA_COLUMNS)][at / 4 % (WARP / MMA_COLUMNS)][at % 4] = 0.0f;
    if (!accumulate) return;
    bool aligned = this->aligned;
    each(sums, c, [aligned](float& one, float& other, const float* from, bool two) {
      if (aligned) {
        Piece<2> whole = *(const Piece<2>*)from;
        one = whole.x[0], other = whole.x[1];
        return;
      }
      one = from[0];
      if (two) other = from[1];
    });
  }

  __device__ __forceinline__ void store(Sums<WARP>& sums, float* c) const {
    bool aligned = this->aligned;
    each(sums, c, [aligned](float& one, float& other, float* to, bool two) {
      if (aligned) {
        *(Piece<2>*)to = Piece<2>{{one, other}};
        return;
      }
      to[0] = one;
      if (two) to[1] = other;
    });
  }
};

// TensorPart is a part of both sides in shared memory. Quads are of rows, or else of columns: where neighbours of a differ in the summed
// index and those of b don't. Then pairs are of what lies along the summed index, and come in one piece.
template <class LEFT, class RIGHT, int WARP, bool QUADS>
struct TensorPart {
  static const int NUMBERS = LEFT::NUMBERS + RIGHT::NUMBERS;

  static __device__ __forceinline__ void read(Quads<WARP>& quads, Pairs<WARP>& pairs, const float* part, int row, int column, int step) {
    const float* right = part + LEFT::NUMBERS;
    if (QUADS) {
      LEFT::readQuads(quads, part, row, step);
      RIGHT::readPairs(pairs, right, column, step);
    } else {
      RIGHT::readQuads(quads, right, column, step);
      LEFT::readPairs(pairs, part, row, step);
    }
  }

  static __device__ __forceinline__ void copy(LEFT& left, RIGHT& right, Copies& copies, float* part, int n) {
    left.copy(copies, part, n);
    right.copy(copies, part + LEFT::NUMBERS, n);
    copies.close();
  }
};

// productTF32 computes a tile of ROWS by COLUMNS elements, WARP by WARP of each warp. Numbers of the next eight steps come from shared
// memory while the present ones are multiplied, and those of the next parts from global memory.
template <int ROWS, int COLUMNS, int WARP, bool TRANS_A, bool TRANS_B>
static __device__ __forceinline__ void productTF32(float* c, const float* a, const float* b, int m, int n, int k, int accumulate) {
  const int THREADS = ROWS / WARP * (COLUMNS / WARP) * 32;
  const bool QUADS = TRANS_A || TRANS_B;  // are of rows
  typedef TensorSide<!TRANS_A, ROWS, WARP, THREADS> Left;
  typedef TensorSide<TRANS_B, COLUMNS, WARP, THREADS> Right;
  typedef TensorPart<Left, Right, WARP, QUADS> Part;
  DYNAMIC_SHARED(float, parts);
  int firstRow = (int)blockIdx.x * ROWS, firstColumn = (int)blockIdx.y * COLUMNS;
  int warp = (int)threadIdx.x / 32, warpRow = warp / (COLUMNS / WARP) * WARP, warpColumn = warp % (COLUMNS / WARP) * WARP;
  int lda = TRANS_A ? m : k, ldb = TRANS_B ? k : n;
  Left left(a + (TRANS_A ? firstRow : (long long)firstRow * lda), lda, m - firstRow);
  Right right(b + (TRANS_B ? (long long)firstColumn * ldb : firstColumn), ldb, n - firstColumn);
  Copies copies;
#pragma unroll 1
  for (int part = 0; part < TENSOR_PARTS - 1; part++) Part::copy(left, right, copies, parts + part * Part::NUMBERS, k - part * TENSOR_STEPS);

  TensorTile<WARP, QUADS, !TRANS_A> tile{firstRow + warpRow, firstColumn + warpColumn, m, n, n % 2 == 0 && ((unsigned long long)c & 7) == 0};
  Sums<WARP> sums;
  tile.load(sums, c, accumulate);

  Quads<WARP> quads[2];
  Pairs<WARP> pairs[2];
  copies.wait<TENSOR_PARTS - 2>();
  __syncthreads();
  Part::read(quads[0], pairs[0], parts, warpRow, warpColumn, 0);
  unsigned part = 0;
#pragma unroll 1
  for (int rest = k; rest > 0; rest -= TENSOR_STEPS) {
    Part::read(quads[1], pairs[1], parts + part * Part::NUMBERS, warpRow, warpColumn, MMA_STEPS);
    float* free = parts + (part + TENSOR_PARTS - 1) % TENSOR_PARTS * Part::NUMBERS;  // since the last barrier
    Part::copy(left, right, copies, free, rest - (TENSOR_PARTS - 1) * TENSOR_STEPS);
    multiply(sums, quads[0], pairs[0]);
    copies.wait<TENSOR_PARTS - 2>();
    __syncthreads();
    part = (part + 1) % TENSOR_PARTS;
    Part::read(quads[0], pairs[0], parts + part * Part::NUMBERS, warpRow, warpColumn, 0);
    multiply(sums, quads[1], pairs[1]);
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
