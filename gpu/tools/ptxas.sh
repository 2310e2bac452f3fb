#!/usr/bin/env bash
# Gets NVIDIA's assembler of PTX, which tells registers and spills of kernels, and prints its path.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
wheel=$("$here/wheel.sh" nvidia-cuda-nvcc-cu12 12.9.86 5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0 \
  nvidia/cuda_nvcc/bin/ptxas)
chmod +x "$wheel/nvidia/cuda_nvcc/bin/ptxas"
echo "$wheel/nvidia/cuda_nvcc/bin/ptxas"
