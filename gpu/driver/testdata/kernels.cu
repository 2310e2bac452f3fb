// A kernel for the tests of package driver.
#include "emul.h"

extern "C" __global__ void scale(float *p, float by, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) p[i] *= by;
}
EXPORT_KERNEL(scale)
