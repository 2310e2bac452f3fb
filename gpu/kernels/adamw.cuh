// adamw.cuh is the update of parameters by AdamW (Loshchilov and Hutter 2019), as internal/kernel/adamw.go rounds it.
#pragma once
#include "device.h"

#define ADAMW_THREADS 256
#define ADAMW_EACH 4

// Moments below these are flushed to 0, as on processors, whose denormal numbers are slow.
#define LEAST_MEAN 1e-30f
#define LEAST_VARIANCE 1e-37f

// adamw changes n parameters p and their moments m and v by the gradient g. Factors are those of kernel.Update. A
// block has 1024 neighbours.
extern "C" __global__ void __launch_bounds__(ADAMW_THREADS)
    adamw(float* p, float* m, float* v, const float* g, const float* factors, long long n) {
  float beta1 = factors[0], rest1 = factors[1], beta2 = factors[2], rest2 = factors[3], rate = factors[4];
  float root = factors[5], epsilon = factors[6], before = factors[7], after = factors[8];
  long long first = (long long)blockIdx.x * (ADAMW_THREADS * ADAMW_EACH) + threadIdx.x;
#pragma unroll
  for (int k = 0; k < ADAMW_EACH; k++) {
    long long i = first + k * ADAMW_THREADS;
    if (i >= n) return;
    float gi = g[i];
    float mi = beta1 * m[i] + rest1 * gi;
    float vi = beta2 * v[i] + (rest2 * gi) * gi;
    if (mi < LEAST_MEAN && mi > -LEAST_MEAN) mi = 0.0f;
    if (vi < LEAST_VARIANCE) vi = 0.0f;
    m[i] = mi;
    v[i] = vi;
    float step = (rate * mi) / (root * sqrtf(vi) + epsilon);
    p[i] = (before * p[i] - step) * after;
  }
}
EXPORT_KERNEL(adamw)
