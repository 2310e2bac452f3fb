#!/usr/bin/env bash
# Regenerates the assembly in a copy and fails if the committed files differ. Run from anywhere.
set -euo pipefail
kernel=$(cd "$(dirname "$0")/.." && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

cp -r "$kernel/gen" "$copy/gen"
sed -n 's/^\/\/go:generate sh -c "\(.*\)"$/\1/p' "$kernel"/*_amd64.go | while read -r command; do
  (cd "$copy" && sh -c "$command")
done
stale=0
for made in "$copy"/*_amd64.*; do
  if ! diff -u "$kernel/$(basename "$made")" "$made"; then
    stale=1
  fi
done
if [ "$stale" = 1 ]; then
  echo "generated files are stale: run go generate ./internal/kernel" >&2
  exit 1
fi
