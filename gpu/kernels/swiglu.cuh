// swiglu.cuh is the gated unit of Shazeer (2020) and its gradients: act (R,I), gateUp (R,2I) with gate, then up, in each
// row. A block has 256 columns of a row, or what is left of them.
#pragma once
#include "device.h"
#include "math.cuh"

#define SWIGLU_COLUMNS 256

// Sigmoid is 1/(1 + exp(-x)), as internal/kernel/swiglu.go rounds it.
static __device__ __forceinline__ float Sigmoid(float x) { return 1.0f / (1.0f + Exp((x - 0.0f) * -1.0f)); }

// swiglu: act = silu(gate) up.
extern "C" __global__ void __launch_bounds__(SWIGLU_COLUMNS) swiglu(float* act, const float* gateUp, int width, int blocks) {
  long long row = blockIdx.x / (unsigned)blocks;
  int i = (int)(blockIdx.x % (unsigned)blocks) * SWIGLU_COLUMNS + (int)threadIdx.x;
  if (i >= width) return;
  long long at = row * 2 * width + i;
  float gate = gateUp[at];
  act[row * width + i] = (gate * Sigmoid(gate)) * gateUp[at + width];
}
EXPORT_KERNEL(swiglu)

// swiglu_backward: with s = sigmoid(gate), silu' = s (1 + gate (1 - s)). It gives act again.
extern "C" __global__ void __launch_bounds__(SWIGLU_COLUMNS)
    swiglu_backward(float* dgateUp, float* act, const float* dact, const float* gateUp, int width, int blocks) {
  long long row = blockIdx.x / (unsigned)blocks;
  int i = (int)(blockIdx.x % (unsigned)blocks) * SWIGLU_COLUMNS + (int)threadIdx.x;
  if (i >= width) return;
  long long at = row * 2 * width + i;
  float gate = gateUp[at], up = gateUp[at + width], d = dact[row * width + i];
  float sigmoid = Sigmoid(gate);
  float silu = gate * sigmoid;
  act[row * width + i] = silu * up;
  dgateUp[at + width] = d * silu;
  float slope = sigmoid * (1.0f + gate * (1.0f - sigmoid));
  dgateUp[at] = (d * up) * slope;
}
EXPORT_KERNEL(swiglu_backward)
