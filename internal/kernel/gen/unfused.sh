#!/usr/bin/env bash
# Fails where the compiler fuses a multiplication with an addition: there x*y + z lacks the conversion in
# float32(x*y) + z, and its bits depend on the processor. Takes packages, ./internal/kernel by default. Compiles them for
# arm64, where Go fuses both float32 and float64, and for amd64's v3, where it fuses float64.
set -euo pipefail
cd "$(dirname "$0")/../../.."
packages=("${@:-./internal/kernel}")
listing=$(mktemp)
trap 'rm -f "$listing"' EXIT

GOOS=linux GOARCH=arm64 go build -gcflags=-S "${packages[@]}" >"$listing" 2>&1 || { cat "$listing" >&2; exit 1; }
GOOS=linux GOARCH=amd64 GOAMD64=v3 go build -gcflags=-S "${packages[@]}" >>"$listing" 2>&1 || { tail -20 "$listing" >&2; exit 1; }
if ! grep -q 'TEXT' "$listing"; then
  echo "the compiler listed nothing for ${packages[*]}" >&2
  exit 1
fi
# FMADDS, FNMSUBD, VFMADD231SD and the like
if found=$(grep -E '\bV?FN?M(ADD|SUB)[0-9]*[SD]+\b' "$listing" | grep -oE '[^ (]*\.go:[0-9]+' | sed "s|^$PWD/||; s|^github.com/ziplaw/ziplaw/||" | sort -u); then
  printf 'fused multiply-add in compiled code:\n%s\n' "$found" >&2
  exit 1
fi
