// kernels.cu is all kernels of the CUDA backend, in one module.
#include "adamw.cuh"
#include "attention.cuh"
#include "classifier.cuh"
#include "embed.cuh"
#include "norm.cuh"
#include "product.cuh"
#include "rope.cuh"
#include "swiglu.cuh"
