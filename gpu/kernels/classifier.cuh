// classifier.cuh is the cross-entropy of rows of logits with its gradient, and the mean of losses.
#pragma once
#include "device.h"
#include "math.cuh"
#include "reduce.cuh"

#define CLASSIFIER_THREADS 512
#define CLASSIFIER_EACH 8  // logits of a thread that are on their way at once
#define CLASSIFIER_TILE (CLASSIFIER_THREADS * CLASSIFIER_EACH)
#define IGNORED -1

// blockMax is the largest of all threads' values. Numbers that aren't are passed over.
static __device__ __forceinline__ float blockMax(float v) {
  __shared__ float warps[CLASSIFIER_THREADS / 32];
#pragma unroll
  for (int half = 16; half > 0; half /= 2) {
    float other = __shfl_xor_sync(WHOLE_WARP, v, half);
    if (other > v) v = other;
  }
  if (threadIdx.x % 32 == 0) warps[threadIdx.x / 32] = v;
  __syncthreads();
  v = warps[0];
  for (int i = 1; i < CLASSIFIER_THREADS / 32; i++) {
    if (warps[i] > v) v = warps[i];
  }
  return v;
}

// Logits are a thread's part of a tile of a row: neighbours belong to neighbouring threads.
struct Logits {
  float x[CLASSIFIER_EACH];

  static __device__ __forceinline__ int at(int i) { return (int)threadIdx.x + i * CLASSIFIER_THREADS; }

  // fetch reads them from a tile of which n are there; the others are -infinite.
  __device__ __forceinline__ void fetch(const float* tile, int n) {
#pragma unroll
    for (int i = 0; i < CLASSIFIER_EACH; i++) x[i] = at(i) < n ? tile[at(i)] : -INFINITE;
  }
};

// rowTop is the largest logit of a row.
static __device__ __forceinline__ float rowTop(const float* row, int vocab) {
  float top = -INFINITE;
  for (int first = 0; first < vocab; first += CLASSIFIER_TILE) {
    Logits logits;
    logits.fetch(row + first, vocab - first);
#pragma unroll
    for (int i = 0; i < CLASSIFIER_EACH; i++) {
      if (logits.x[i] > top) top = logits.x[i];
    }
  }
  return blockMax(top);
}

// rowSum is the sum of a row's exponentials, in the first sixteen threads. These add up a tile, since the order is that of
// the lanes, while the others take exponentials of the next one.
static __device__ __forceinline__ float rowSum(const float* row, float top, int vocab) {
  __shared__ float tiles[2][CLASSIFIER_TILE];
  float sum = 0.0f;
  int half = 0;
  for (int first = 0; first < vocab; first += CLASSIFIER_TILE) {
    int n = vocab - first < CLASSIFIER_TILE ? vocab - first : CLASSIFIER_TILE;
    Logits logits;
    logits.fetch(row + first, n);
#pragma unroll
    for (int i = 0; i < CLASSIFIER_EACH; i++) tiles[half][Logits::at(i)] = Exp((logits.x[i] - top) * 1.0f);
    __syncthreads();  // behind it the other half is free
    if (threadIdx.x < LANES) sum = addLane(sum, tiles[half], (int)threadIdx.x, n);
    half = 1 - half;
  }
  if (threadIdx.x < 32) sum = laneSum(sum);
  return sum;
}

// cross_entropy: losses[r] = log(sum(exp(logits[r]))) - logits[r][label]. Where gradient is set the logits become their
// gradient, scale (softmax - one at the label). Rows of ignored labels have the loss 0 and the gradient 0. A block a row,
// whose logits are read three times, mostly from the cache.
extern "C" __global__ void __launch_bounds__(CLASSIFIER_THREADS, 2)
    cross_entropy(float* losses, float* logits, const int* labels, const float* scale, int vocab, int gradient) {
  __shared__ float total;
  float* x = logits + (long long)blockIdx.x * vocab;
  int label = labels[blockIdx.x], thread = (int)threadIdx.x;
  if (label == IGNORED) {
    if (gradient) {
      for (int i = thread; i < vocab; i += CLASSIFIER_THREADS) x[i] = 0.0f;
    }
    if (thread == 0) losses[blockIdx.x] = 0.0f;
    return;
  }
  float chosen = x[label];
  float top = rowTop(x, vocab);
  float sum = rowSum(x, top, vocab);
  if (thread == 0) {
    total = sum;
    losses[blockIdx.x] = Log(sum) - (chosen - top);
  }
  if (!gradient) return;
  __syncthreads();  // behind it every thread has read what was chosen
  float one = scale[0], factor = one / total;
  for (int first = 0; first < vocab; first += CLASSIFIER_TILE) {
    Logits part;
    part.fetch(x + first, vocab - first);
#pragma unroll
    for (int i = 0; i < CLASSIFIER_EACH; i++) {
      int at = first + Logits::at(i);
      float g = Exp((part.x[i] - top) * 1.0f) * factor;
      if (at == label) g -= one;
      if (at < vocab) x[at] = g;
    }
  }
}
EXPORT_KERNEL(cross_entropy)

// mean: dst[0] = the sum of n losses, times scale[0]. One block.
extern "C" __global__ void __launch_bounds__(CLASSIFIER_THREADS) mean(float* dst, const float* losses, const float* scale, int n) {
  __shared__ float tile[CLASSIFIER_TILE];
  int thread = (int)threadIdx.x;
  float sum = 0.0f;
  for (int first = 0; first < n; first += CLASSIFIER_TILE) {
    int there = n - first < CLASSIFIER_TILE ? n - first : CLASSIFIER_TILE;
    for (int i = thread; i < there; i += CLASSIFIER_THREADS) tile[i] = losses[first + i];
    __syncthreads();
    if (thread < LANES) sum = addLane(sum, tile, thread, there);
    __syncthreads();
  }
  if (thread < 32) sum = laneSum(sum);
  if (thread == 0) dst[0] = sum * scale[0];
}
EXPORT_KERNEL(mean)
