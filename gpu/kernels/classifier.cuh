// classifier.cuh is the cross-entropy of rows of logits with its gradient, and the mean of losses.
#pragma once
#include "device.h"
#include "math.cuh"
#include "reduce.cuh"

#define CLASSIFIER_THREADS 256
#define CLASSIFIER_TILE 2048
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

// cross_entropy: losses[r] = log(sum(exp(logits[r]))) - logits[r][label]. Where gradient is set the logits become their
// gradient, scale (softmax - one at the label). Rows of ignored labels have the loss 0 and the gradient 0. A block a row.
//
// All threads take exponentials; sixteen add them up, since their order is that of the lanes.
extern "C" __global__ void __launch_bounds__(CLASSIFIER_THREADS)
    cross_entropy(float* losses, float* logits, const int* labels, const float* scale, int vocab, int gradient) {
  __shared__ float tile[CLASSIFIER_TILE];
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
  float chosen = x[label], top = -INFINITE;
  for (int i = thread; i < vocab; i += CLASSIFIER_THREADS) {
    float v = x[i];
    if (v > top) top = v;
  }
  top = blockMax(top);  // behind its barrier every thread has read what was chosen
  float sum = 0.0f;
  for (int first = 0; first < vocab; first += CLASSIFIER_TILE) {
    int n = vocab - first < CLASSIFIER_TILE ? vocab - first : CLASSIFIER_TILE;
    for (int i = thread; i < n; i += CLASSIFIER_THREADS) {
      float e = Exp((x[first + i] - top) * 1.0f);
      tile[i] = e;
      if (gradient) x[first + i] = e;
    }
    __syncthreads();
    if (thread < LANES) sum = addLane(sum, tile, thread, n);
    __syncthreads();
  }
  if (thread < 32) sum = laneSum(sum);
  if (thread == 0) {
    total = sum;
    losses[blockIdx.x] = Log(sum) - (chosen - top);
  }
  if (!gradient) return;
  __syncthreads();
  float factor = scale[0] / total;
  for (int i = thread; i < vocab; i += CLASSIFIER_THREADS) {
    float g = x[i] * factor;
    if (i == label) g -= scale[0];
    x[i] = g;
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
