#!/usr/bin/env bash
# Makes a libcuda.so.1 without a driver behind it, to link programs with, and prints its folder. Programs then load the driver of
# the machine that they run on. It is made once per list of symbols.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=${ZIPLAW_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/ziplaw/tools}
out=$tools/cuda-stub-$(sha256sum "$here/symbols.txt" | cut -c1-12)

if [ ! -e "$out/libcuda.so.1" ]; then
  new=$out.new.$$
  mkdir -p "$new"
  sed 's/.*/int &(void) { return 34; } \/* CUDA_ERROR_STUB_LIBRARY *\//' "$here/symbols.txt" |
    ${CC:-cc} -x c -w -shared -fPIC -Wl,-soname,libcuda.so.1 -o "$new/libcuda.so.1" -
  ln -s libcuda.so.1 "$new/libcuda.so"
  mv -T "$new" "$out" 2>/dev/null || [ -e "$out" ] # a kill leaves no half folder; another process may have been quicker
  rm -rf "$new"
fi
echo "$out"
