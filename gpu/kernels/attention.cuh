// attention.cuh is causal softmax attention and its gradients, without memory for all scores: tiles of 64 queries by 64
// keys are computed where they are needed, up to three times, which gives the bits of internal/kernel/attention.go:
// every score, output and gradient is one chain in index order, and every sum of a row the tree of 16 lanes.
//
// qkv is (B,T,3C) and out (B,T,C) with C = heads x size; stats is (B,heads,T,2). A block has one head of one document
// and one tile of queries, or of keys. Threads and their elements are those of tile.cuh.
#pragma once
#include "math.cuh"
#include "reduce.cuh"
#include "tile.cuh"

#define ATTENTION_TILE 64
#define ATTENTION_STEPS 16  // columns of a head that are one piece of code

// internal/kernel computes the scores of 32 queries at a time, of the keys up to the last one of these. Weights of keys
// behind a query are zeros that take part in its chains; so they do here, for the sign of a zero.
#define ATTENTION_BLOCK 32

typedef float Square[ATTENTION_TILE][ATTENTION_TILE + TILE_PAD];

// Workspace is a block's shared memory. Scores are computed in both squares, and then the weights kept in the first.
struct Workspace {
  __attribute__((aligned(16))) Square weights;  // [summed index][row]
  __attribute__((aligned(16))) Square values;   // [summed index][column]
  float first[ATTENTION_TILE], second[ATTENTION_TILE];
};

// Head is one head of one document.
struct Head {
  int time, size;
  int width, wide;            // C and 3C: from one position to the next
  long long out, qkv, stats;  // where the head's first position begins
  float scale;

  __device__ __forceinline__ Head(int index, int time, int heads, int size, float scale) : time(time), size(size), scale(scale) {
    width = heads * size;
    wide = 3 * width;
    long long position = (long long)(index / heads) * time, column = (long long)(index % heads) * size;
    out = position * width + column;
    qkv = position * wide + column;
    stats = (long long)index * time;
  }
};

static __device__ __forceinline__ int least(int a, int b) { return a < b ? a : b; }
static __device__ __forceinline__ int most(int a, int b) { return a > b ? a : b; }

// scores gives the inner products of 64 rows of a with 64 rows of b over size columns; those of rows behind the last are any numbers.
static __device__ __forceinline__ void scores(float (&sum)[4][4], Workspace& s, const float* a, int lda, int rowsA, const float* b,
                                              int ldb, int rowsB, int size) {
#pragma unroll
  for (int i = 0; i < 4; i++) {
#pragma unroll
    for (int j = 0; j < 4; j++) sum[i][j] = 0.0f;
  }
  Loader<true, ATTENTION_TILE, ATTENTION_STEPS> left(a, lda, rowsA), right(b, ldb, rowsB);
  Copies copies;
  for (int done = 0; done < size; done += ATTENTION_TILE) {
    int end = least(ATTENTION_TILE, size - done);
    __syncthreads();  // behind it nobody reads the squares
#pragma unroll 1
    for (int k = 0; k < end; k += ATTENTION_STEPS) {
      left.copy(copies, s.weights + k, end - k);
      right.copy(copies, s.values + k, end - k);
    }
    copies.close();
    copies.wait<0>();
    __syncthreads();
#pragma unroll 1
    for (int k = 0; k < end; k += ATTENTION_STEPS) multiply<ATTENTION_STEPS>(sum, s.weights + k, s.values + k, end - k);
  }
  __syncthreads();
}

// keep puts a thread's part of the scores, or what became of them, where apply and lanes read it.
static __device__ __forceinline__ void keep(Workspace& s, const float (&x)[4][4]) {
#pragma unroll
  for (int j = 0; j < 4; j++) {
    putFour(&s.weights[tileColumn() + j][tileRow()], x[0][j], x[1][j], x[2][j], x[3][j]);
  }
}

// apply continues sums += weights x: x has rows of size columns, of which a tile begins here and so many are there. Each
// thread takes the rows [from, to) of the tile. Weights were kept without a barrier.
template <int PARTS>
static __device__ __forceinline__ void apply(float (&sum)[PARTS][4][4], Workspace& s, const float* x, long long ld, int rows, int size,
                                             int from, int to) {
#pragma unroll
  for (int part = 0; part < PARTS; part++) {
    if (part * ATTENTION_TILE >= size) break;
    int at = (int)threadIdx.x % ATTENTION_TILE, column = part * ATTENTION_TILE + at;
    Copies copies;
#pragma unroll 2
    for (int i = 0; i < ATTENTION_TILE * ATTENTION_TILE / TILE_THREADS; i++) {
      int r = (int)threadIdx.x / ATTENTION_TILE + i * (TILE_THREADS / ATTENTION_TILE);
      if (r < rows && column < size) copies.one(&s.values[r][at], x + r * ld + column);
    }
    copies.close();
    copies.wait<0>();
    __syncthreads();
#pragma unroll 2
    for (int k = from; k < to; k++) multiplyStep(sum[part], s.weights[k], s.values[k]);
    __syncthreads();
  }
}

template <int PARTS>
static __device__ __forceinline__ void clear(float (&sum)[PARTS][4][4]) {
#pragma unroll
  for (int part = 0; part < PARTS; part++) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
#pragma unroll
      for (int j = 0; j < 4; j++) sum[part][i][j] = 0.0f;
    }
  }
}

// store writes sums to rows of size columns, of which so many are there.
template <int PARTS>
static __device__ __forceinline__ void store(float* to, long long ld, int rows, int size, const float (&sum)[PARTS][4][4]) {
#pragma unroll
  for (int part = 0; part < PARTS; part++) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      int row = tileRow() + i, column = part * ATTENTION_TILE + tileColumn();
      if (row >= rows) continue;
#pragma unroll
      for (int j = 0; j < 4; j++) {
        if (column + j < size) to[row * ld + column + j] = sum[part][i][j];
      }
    }
  }
}

// keysOf is the number of keys of a tile that take part in the chains of a thread's queries.
static __device__ __forceinline__ int keysOf(const Head& h, int firstQuery, int firstKey) {
  int query = firstQuery + tileRow();
  int end = least(query / ATTENTION_BLOCK * ATTENTION_BLOCK + ATTENTION_BLOCK, h.time);
  return most(0, least(ATTENTION_TILE, end - firstKey));
}

// queriesBefore is the number of queries of a tile that don't take part in the chains of a thread's keys.
static __device__ __forceinline__ int queriesBefore(int firstQuery, int firstKey) {
  int key = firstKey + tileRow();
  return most(0, key / ATTENTION_BLOCK * ATTENTION_BLOCK - firstQuery);
}

// seen tells whether a query sees a key: both are there, and the key isn't behind the query.
static __device__ __forceinline__ bool seen(const Head& h, int query, int key) { return key <= query && query < h.time; }

// weight is that of a key for a query, from their score and the query's maximum and reciprocal sum.
static __device__ __forceinline__ float weight(float score, float top, float inverse, float scale) {
  return Exp((score - top) * scale) * inverse;
}

// rowTops gives, for queries from a tile's first on, the maximum of their scores into s.first. Lanes of a row are the
// threads of its sixteen; each has the rows of four.
static __device__ __forceinline__ void rowTops(Workspace& s, const Head& h, const float* q, const float* k, int first) {
  int lane = (int)threadIdx.x % LANES, row = (int)threadIdx.x / LANES;
  float top[4] = {-INFINITE, -INFINITE, -INFINITE, -INFINITE}, x[4][4];
  for (int key = 0; key <= first; key += ATTENTION_TILE) {
    scores(x, s, q, h.wide, h.time - first, k + (long long)key * h.wide, h.wide, h.time - key, h.size);
    keep(s, x);
    __syncthreads();
#pragma unroll
    for (int i = 0; i < 4; i++) {
#pragma unroll
      for (int j = 0; j < 4; j++) {
        float v = s.weights[lane + j * LANES][row + i * LANES];
        if (seen(h, first + row + i * LANES, key + lane + j * LANES) && v > top[i]) top[i] = v;
      }
    }
  }
#pragma unroll
  for (int i = 0; i < 4; i++) {
    top[i] = laneMax(top[i]);
    if (lane == 0) s.first[row + i * LANES] = top[i];
  }
  __syncthreads();
}

// rowInverses gives the reciprocal sums of the queries' exponentials into s.second.
static __device__ __forceinline__ void rowInverses(Workspace& s, const Head& h, const float* q, const float* k, int first) {
  int lane = (int)threadIdx.x % LANES, row = (int)threadIdx.x / LANES;
  float sum[4] = {0.0f, 0.0f, 0.0f, 0.0f}, x[4][4];
  for (int key = 0; key <= first; key += ATTENTION_TILE) {
    scores(x, s, q, h.wide, h.time - first, k + (long long)key * h.wide, h.wide, h.time - key, h.size);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      int query = tileRow() + i;
#pragma unroll
      for (int j = 0; j < 4; j++) {
        if (seen(h, first + query, key + tileColumn() + j)) x[i][j] = Exp((x[i][j] - s.first[query]) * h.scale);
      }
    }
    keep(s, x);
    __syncthreads();
#pragma unroll
    for (int i = 0; i < 4; i++) {
#pragma unroll
      for (int j = 0; j < 4; j++) {
        if (seen(h, first + row + i * LANES, key + lane + j * LANES)) sum[i] += s.weights[lane + j * LANES][row + i * LANES];
      }
    }
  }
#pragma unroll
  for (int i = 0; i < 4; i++) {
    float inverse = 1.0f / laneSum(sum[i]);
    if (lane == 0) s.second[row + i * LANES] = inverse;
  }
  __syncthreads();
}

// attend is attention of a tile of queries, the last tiles first, which have the most keys.
template <int PARTS>
static __device__ __forceinline__ void attend(float* out, float* stats, const float* qkv, int time, int heads, int size, float scale, int tiles) {
  __shared__ Workspace s;
  Head h((int)(blockIdx.x / (unsigned)tiles), time, heads, size, scale);
  int first = (tiles - 1 - (int)(blockIdx.x % (unsigned)tiles)) * ATTENTION_TILE;
  const float *q = qkv + h.qkv + (long long)first * h.wide, *k = qkv + h.qkv + h.width, *v = k + h.width;
  rowTops(s, h, q, k, first);
  rowInverses(s, h, q, k, first);
  int row = (int)threadIdx.x;
  if (row < ATTENTION_TILE && first + row < time) {
    stats[2 * (h.stats + first + row)] = s.first[row];
    stats[2 * (h.stats + first + row) + 1] = s.second[row];
  }
  float sum[PARTS][4][4], x[4][4];
  clear<PARTS>(sum);
  for (int key = 0; key <= first; key += ATTENTION_TILE) {
    scores(x, s, q, h.wide, time - first, k + (long long)key * h.wide, h.wide, time - key, size);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      int query = tileRow() + i;
#pragma unroll
      for (int j = 0; j < 4; j++) {
        bool there = seen(h, first + query, key + tileColumn() + j);
        x[i][j] = there ? weight(x[i][j], s.first[query], s.second[query], scale) : 0.0f;
      }
    }
    keep(s, x);
    apply<PARTS>(sum, s, v + (long long)key * h.wide, h.wide, time - key, size, 0, keysOf(h, first, key));
  }
  store<PARTS>(out + h.out + (long long)first * h.width, h.width, time - first, size, sum);
}

// attention_inner: inner[b,head,t] = the inner product of the head's parts of dout and out, which the gradients of the
// scores need. Sixteen threads, the lanes of reduce.cuh, have one row of the n = B heads T.
extern "C" __global__ void __launch_bounds__(128)
    attention_inner(float* inner, const float* dout, const float* out, int time, int heads, int size, int n) {
  int row = (int)(blockIdx.x * 8 + threadIdx.x / LANES), lane = (int)threadIdx.x % LANES;
  float dot = 0.0f;
  if (row < n) {
    Head h(row / time, time, heads, size, 0.0f);
    long long at = h.out + (long long)(row % time) * h.width;
    for (int i = lane; i < size; i += LANES) dot += dout[at + i] * out[at + i];
  }
  dot = laneSum(dot);
  if (row < n && lane == 0) inner[row] = dot;
}
EXPORT_KERNEL(attention_inner)

// scoreGradient is that of the score of a key for a query: p (dp - inner) scale.
static __device__ __forceinline__ float scoreGradient(float p, float dp, float inner, float scale) { return (p * (dp - inner)) * scale; }

// queryGradient gives the part of dqkv that belongs to a tile of queries.
template <int PARTS>
static __device__ __forceinline__ void queryGradient(float* dqkv, const float* dout, const float* inner, const float* stats, const float* qkv,
                                                     int time, int heads, int size, float scale, int tiles) {
  __shared__ Workspace s;
  Head h((int)(blockIdx.x / (unsigned)tiles), time, heads, size, scale);
  int first = (tiles - 1 - (int)(blockIdx.x % (unsigned)tiles)) * ATTENTION_TILE;
  const float *q = qkv + h.qkv + (long long)first * h.wide, *k = qkv + h.qkv + h.width, *v = k + h.width;
  float sum[PARTS][4][4], p[4][4], dp[4][4], top[4], inverse[4], dot[4];
  clear<PARTS>(sum);
#pragma unroll
  for (int i = 0; i < 4; i++) {
    int query = least(first + tileRow() + i, time - 1);
    top[i] = stats[2 * (h.stats + query)];
    inverse[i] = stats[2 * (h.stats + query) + 1];
    dot[i] = inner[h.stats + query];
  }
  for (int key = 0; key <= first; key += ATTENTION_TILE) {
    scores(p, s, q, h.wide, time - first, k + (long long)key * h.wide, h.wide, time - key, size);
    scores(dp, s, dout + h.out + (long long)first * h.width, h.width, time - first, v + (long long)key * h.wide, h.wide, time - key, size);
#pragma unroll
    for (int i = 0; i < 4; i++) {
#pragma unroll
      for (int j = 0; j < 4; j++) {
        bool there = seen(h, first + tileRow() + i, key + tileColumn() + j);
        p[i][j] = there ? scoreGradient(weight(p[i][j], top[i], inverse[i], scale), dp[i][j], dot[i], scale) : 0.0f;
      }
    }
    keep(s, p);
    apply<PARTS>(sum, s, k + (long long)key * h.wide, h.wide, time - key, size, 0, keysOf(h, first, key));
  }
  store<PARTS>(dqkv + h.qkv + (long long)first * h.wide, h.wide, time - first, size, sum);
}

// keyGradient gives the part of dqkv that belongs to a tile of keys, or of values where VALUES is set.
template <int PARTS, bool VALUES>
static __device__ __forceinline__ void keyGradient(float* dqkv, const float* dout, const float* inner, const float* stats, const float* qkv,
                                                   int time, int heads, int size, float scale, int tiles) {
  __shared__ Workspace s;
  Head h((int)(blockIdx.x / (unsigned)tiles), time, heads, size, scale);
  int first = (int)(blockIdx.x % (unsigned)tiles) * ATTENTION_TILE;
  const float *q = qkv + h.qkv, *k = q + h.width + (long long)first * h.wide, *v = k + h.width;
  float sum[PARTS][4][4], p[4][4], dp[4][4];
  clear<PARTS>(sum);
  for (int query = first; query < time; query += ATTENTION_TILE) {
    const float* d = dout + h.out + (long long)query * h.width;
    scores(p, s, k, h.wide, time - first, q + (long long)query * h.wide, h.wide, time - query, size);
    if (!VALUES) scores(dp, s, v, h.wide, time - first, d, h.width, time - query, size);
#pragma unroll
    for (int j = 0; j < 4; j++) {
      int column = query + tileColumn() + j, there = least(column, time - 1);
      float top = stats[2 * (h.stats + there)], inverse = stats[2 * (h.stats + there) + 1];
      float dot = VALUES ? 0.0f : inner[h.stats + there];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        float w = weight(p[i][j], top, inverse, scale);
        if (!VALUES) w = scoreGradient(w, dp[i][j], dot, scale);
        p[i][j] = seen(h, column, first + tileRow() + i) ? w : 0.0f;
      }
    }
    keep(s, p);
    const float* x = VALUES ? d : q + (long long)query * h.wide;
    int from = queriesBefore(query, first), to = least(ATTENTION_TILE, time - query);
    apply<PARTS>(sum, s, x, VALUES ? h.width : h.wide, time - query, size, from, to);
  }
  store<PARTS>(dqkv + h.qkv + (VALUES ? 2 : 1) * h.width + (long long)first * h.wide, h.wide, time - first, size, sum);
}

// Kernels for heads of up to 64, 128 and 256 columns. So many blocks have the registers of one multiprocessor.
#define ATTENTION(SIZE, PARTS, BLOCKS)                                                                                              \
  extern "C" __global__ void __launch_bounds__(TILE_THREADS, BLOCKS)                                                                \
      attention_##SIZE(float* out, float* stats, const float* qkv, int time, int heads, int size, float scale, int tiles) {         \
    attend<PARTS>(out, stats, qkv, time, heads, size, scale, tiles);                                                                \
  }                                                                                                                                 \
  EXPORT_KERNEL(attention_##SIZE)                                                                                                   \
  ATTENTION_BACKWARD(attention_queries_##SIZE, BLOCKS, queryGradient<PARTS>)                                                        \
  ATTENTION_BACKWARD(attention_keys_##SIZE, BLOCKS, (keyGradient<PARTS, false>))                                                    \
  ATTENTION_BACKWARD(attention_values_##SIZE, BLOCKS, (keyGradient<PARTS, true>))

#define ATTENTION_BACKWARD(NAME, BLOCKS, BODY)                                                                                      \
  extern "C" __global__ void __launch_bounds__(TILE_THREADS, BLOCKS)                                                                \
      NAME(float* dqkv, const float* dout, const float* inner, const float* stats, const float* qkv, int time, int heads, int size, \
           float scale, int tiles) {                                                                                                \
    BODY(dqkv, dout, inner, stats, qkv, time, heads, size, scale, tiles);                                                           \
  }                                                                                                                                 \
  EXPORT_KERNEL(NAME)

ATTENTION(64, 1, 2)
ATTENTION(128, 2, 1)
ATTENTION(256, 4, 1)
