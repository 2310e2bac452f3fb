#!/usr/bin/env bash
# Builds the emulated driver and kernels for it, once per state of their sources, and prints the folder that they are in.
# usage: dir.sh [KERNELS.cu]   (../kernels/kernels.cu)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
kernels=${1:-$here/../kernels/kernels.cu}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/ziplaw/emul

digest() { (echo "${ZIPLAW_EMUL_CHECKS:-1} ${CXX:-}" && cat "$@") | sha256sum | cut -c1-16; }
shopt -s nullglob
sources=("$here"/*.cpp "$here"/*.h "$here"/*.c "$here/build.sh")
of_kernels=("$(dirname "$kernels")"/*.{cu,cuh,h})
driver=$cache/driver-$(digest "${sources[@]}")
out=$cache/$(digest "${sources[@]}" "$kernels" "${of_kernels[@]}")

mkdir -p "$cache"
exec 9>"$cache/lock" # tests of several packages ask at once
flock 9
if [ ! -e "$out" ]; then
  new=$cache/new.$$
  trap 'rm -rf "$new"' EXIT
  mkdir -p "$new"
  [ ! -e "$driver" ] || cp -a "$driver/." "$new"
  "$here/build.sh" "$kernels" "$new" >&2
  if [ ! -e "$driver" ]; then
    mkdir -p "$driver.new"
    cp -a "$new"/libcuda.so* "$driver.new"
    mv "$driver.new" "$driver"
  fi
  mv "$new" "$out" # a kill leaves no half folder
fi
touch "$out" "$driver"
find "$cache" -mindepth 1 -maxdepth 1 -type d -mtime +7 -exec rm -rf {} + # of earlier sources
echo "$out"
