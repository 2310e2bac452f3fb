#!/usr/bin/env bash
# Verifies the GPU of this machine: writes result.json and result.html into a folder, in at most 9 minutes.
# usage: verify.sh [--out DIR] [OPTIONS OF ziplaw-cuda verify]
# It needs NVIDIA's driver and glibc 2.34; neither Go nor a network.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$here/ziplaw-cuda

# where drivers are that the loader doesn't know of: in containers, and in Windows' Linux
for folder in /usr/local/nvidia/lib64 /usr/lib/wsl/lib /usr/lib64-nvidia; do
  if [ -e "$folder/libcuda.so.1" ]; then LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder; fi
done
export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-}

# explain says what keeps the program from starting.
explain() {
  echo "ziplaw-cuda doesn't start on this machine. It says:"
  sed 's/^/  /' <<<"$1"
  echo "What it needs:"
  case $(uname -sm) in
    "Linux x86_64") echo "  Linux on x86-64: yes" ;;
    *) echo "  Linux on x86-64: no, this is $(uname -sm)" ;;
  esac
  local libraries
  libraries=$(ldd "$program" 2>&1)
  case $libraries in
    *"version \`GLIBC"*) echo "  glibc 2.34 or later: no, this is $(getconf GNU_LIBC_VERSION 2>/dev/null)" ;;
    *) echo "  glibc 2.34 or later: yes, or it can't be told" ;;
  esac
  case $libraries in
    *"libcuda.so.1 => not found"*) echo "  libcuda.so.1: no. Install NVIDIA's driver, or give the container its devices (docker run --gpus all)" ;;
    *) echo "  libcuda.so.1: $(grep libcuda.so.1 <<<"$libraries" | sed 's/^[[:space:]]*//')" ;;
  esac
  if compgen -G '/dev/nvidia[0-9]*' >/dev/null || [ -e /dev/dxg ]; then
    echo "  a device file such as /dev/nvidia0: yes"
  else
    echo "  a device file such as /dev/nvidia0: no. Load the driver's kernel module (nvidia-smi does), or give the container its devices"
  fi
}

if ! said=$(timeout --kill-after=10 60 "$program" devices 2>&1); then
  explain "$said" >&2
  exit 1
fi
echo "$said"

# the program ends by itself after 8.5 minutes; this is for a program that doesn't
options=(--out results "$@")
timeout --kill-after=10 540 "$program" verify "${options[@]}"
code=$?
case $code in
  0) ;;
  1) echo "a part failed, or a result couldn't be written: see above" >&2 ;;
  124 | 137) echo "the program was ended after 9 minutes; the results have what was known by then" >&2 ;;
esac
exit $code
