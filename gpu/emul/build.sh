#!/usr/bin/env bash
# Builds the emulated driver, and kernels for it from their CUDA C++ source.
# usage: build.sh KERNELS.cu OUTDIR
# OUTDIR gets libcuda.so.1, libcuda.so and libziplawkernels.so. CXX names another compiler than g++. ZIPLAW_EMUL_CHECKS=0 leaves out
# the checks of alignment and of the bounds of arrays, which take half of the speed.
set -euo pipefail
[ $# = 2 ] || { sed -n '2,/^set/s/^# //p' "$0" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
kernels=$1
out=$2
cxx=${CXX:-g++}
mkdir -p "$out"
common=(-std=c++17 -O2 -g1 -fPIC)

# The driver stays where it is newer than its sources.
driver() {
  if [ -e "$out/libcuda.so.1" ] && [ -z "$(find "$here" -maxdepth 1 -name '*.[chs]*' -newer "$out/libcuda.so.1")" ]; then return; fi
  "$cxx" "${common[@]}" -Wall -Wextra -ftls-model=initial-exec -fvisibility=hidden -shared -Wl,-soname,libcuda.so.1 \
    -o "$out/libcuda.so.1" "$here"/*.cpp -x c -w "$here/unsupported.c" -ldl -pthread
  ln -sf libcuda.so.1 "$out/libcuda.so"
}

# Kernels read and write memory as other types than it was declared with; no product is fused into a sum; and a stack that is too
# deep for a thread faults where it ends. The driver answers the compiler's checks (ubsan.cpp), so no sanitizer is linked.
objects() {
  local options=(-Wall -Wno-unknown-pragmas -DZIPLAW_EMULATED -I"$here" -ffp-contract=off -fno-strict-aliasing -fstack-clash-protection)
  if grep -qsw fma /proc/cpuinfo; then options+=(-mfma); fi # fmaf as an instruction: the same bits, without a call
  if [ "${ZIPLAW_EMUL_CHECKS:-1}" = 1 ]; then options+=(-fsanitize=alignment,bounds -fno-sanitize-recover=all); fi
  "$cxx" "${common[@]}" "${options[@]}" -c -x c++ "$kernels" -o "$out/kernels.o"
}

objects &
driver
wait $!
"$cxx" -shared -o "$out/libziplawkernels.so" "$out/kernels.o" -L"$out" -lcuda
rm "$out/kernels.o"
