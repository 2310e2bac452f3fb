#!/usr/bin/env bash
# Builds the emulated driver, and kernels for it from their CUDA C++ source.
# usage: build.sh KERNELS.cu OUTDIR
# OUTDIR gets libcuda.so.1, libcuda.so and libziplawkernels.so. CXX names another compiler than g++.
set -euo pipefail
[ $# = 2 ] || { sed -n 's/^# //p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
kernels=$1
out=$2
cxx=${CXX:-g++}
mkdir -p "$out"

# fmaf as an instruction where the processor has it: the same bits, and ten times the speed of the library's
fused=
if grep -qsw fma /proc/cpuinfo; then fused=-mfma; fi

driver() {
  "$cxx" -std=c++17 -O2 -g -Wall -Wextra -fPIC -ftls-model=initial-exec -fvisibility=hidden -shared -Wl,-soname,libcuda.so.1 \
    -o "$out/libcuda.so.1" "$here"/*.cpp -x c -w "$here/unsupported.c" -ldl -pthread
  ln -sf libcuda.so.1 "$out/libcuda.so"
}

# Kernels read and write memory as other types than it was declared with; no product is fused into a sum; and a stack that is too
# deep for a thread faults where it ends. The driver answers the compiler's checks (ubsan.cpp), so no sanitizer is linked.
library() {
  local object
  object=$(mktemp)
  trap 'rm -f "$object"' RETURN
  "$cxx" -std=c++17 -O2 -g -Wall -Wno-unknown-pragmas $fused -DZIPLAW_EMULATED -I"$here" -ffp-contract=off -fno-strict-aliasing \
    -fstack-clash-protection -fsanitize=alignment,bounds -fno-sanitize-recover=all -fPIC -c -x c++ "$kernels" -o "$object"
  "$cxx" -shared -o "$out/libziplawkernels.so" "$object" -L"$out" -lcuda
}

# The driver stays where it is newer than its sources.
outdated() {
  [ ! -e "$out/libcuda.so" ] || [ -n "$(find "$here" -maxdepth 1 \( -name '*.cpp' -o -name '*.h' -o -name '*.c' \) -newer "$out/libcuda.so.1")" ]
}

if outdated; then driver; fi
library
