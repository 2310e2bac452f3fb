#!/usr/bin/env bash
# Regenerates the assembly in a copy and fails if the committed files differ. Run from anywhere.
set -euo pipefail
kernel=$(cd "$(dirname "$0")/.." && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

cp -r "$kernel/gen" "$copy/gen"
sed -n 's/^\/\/go:generate sh -c "\(.*\)"$/\1/p' "$kernel"/*_a*64.go | while read -r command; do
  (cd "$copy" && sh -c "$command")
done
# A processor with AVX2 alone has 16 vector registers, and the register allocator takes 32.
if awk '/^TEXT/ {avx2 = /AVX2/} avx2 && /[XY](1[6-9]|2[0-9]|3[01])([^0-9]|$)/' "$kernel"/*_amd64.s | grep .; then
  echo "a function of AVX2 takes registers of AVX-512: compute fewer vectors together" >&2
  exit 1
fi
stale=0
for made in "$copy"/*_a*64.*; do
  if ! diff -u "$kernel/$(basename "$made")" "$made"; then
    stale=1
  fi
done
if [ "$stale" = 1 ]; then
  echo "generated files are stale: run go generate ./internal/kernel" >&2
  exit 1
fi
