#!/usr/bin/env bash
# Gets NVIDIA's headers of the driver's interface, and prints the folder that cuda.h lies in.
#
# They are of 12.x whatever else is installed: a program that was compiled with them calls functions that drivers from 525 on
# and all later ones have. Headers of 13.x rename functions, and gorgonia.org/cu doesn't compile with them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
wheel=$("$here/wheel.sh" nvidia-cuda-runtime-cu12 12.6.77 ba3b56a4f896141e25e19ab287cd71e52a6a0f4b29d0d31609f60e3b4d5219b7 \
  nvidia/cuda_runtime/include)
echo "$wheel/nvidia/cuda_runtime/include"
