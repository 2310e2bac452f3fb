// rope.cuh is rotary position embeddings (Su et al. 2021) in the rotate-half layout.
#pragma once
#include "device.h"

// rotate turns the pairs (i, i + half) of every head of q and k by the angles of the row's position, or back: qkv
// (B,T,3C), cos and sin (T,half). A block a row.
extern "C" __global__ void __launch_bounds__(128)
    rotate(float* qkv, const float* cosines, const float* sines, int time, int heads, int half, int inverse) {
  float* row = qkv + (long long)blockIdx.x * 3 * heads * 2 * half;
  long long angles = (long long)(blockIdx.x % (unsigned)time) * half;
  for (int pair = threadIdx.x; pair < 2 * heads * half; pair += blockDim.x) {
    int head = pair / half, i = pair % half;
    float* x = row + head * 2 * half + i;
    float c = cosines[angles + i], s = sines[angles + i];
    if (inverse) s = -s;
    float a = x[0], b = x[half];
    x[0] = a * c - b * s;
    x[half] = b * c + a * s;
  }
}
EXPORT_KERNEL(rotate)
